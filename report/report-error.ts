/** A report that cannot be made: one line for a person, which names the file and what was expected. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
