/** What can go wrong in the runner itself, as opposed to in k6. */

/** The exit code of a wrong command line. */
export const EXIT_USAGE = 2;
/** The exit code of crossed thresholds, which is k6's. */
export const EXIT_THRESHOLDS = 99;
/** The exit code of k6 where it was told to end. */
export const EXIT_INTERRUPTED_K6 = 105;
/** The exit code of a run whose results are not complete, though k6 ended with 0. */
export const EXIT_INCOMPLETE = 1;
/** The exit code of a run without a verdict: its figures are not to be trusted. */
export const EXIT_UNTRUSTED = 3;
/** The exit code of a run that the watchdog ended: as `timeout` of coreutils has it. */
export const EXIT_TIME_LIMIT = 124;
/** The exit code where Ctrl-C came before k6 was started: 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** A failure with a text for a person, and the exit code that goes with it. */
export class RunnerError extends Error {
  override readonly name: string = 'RunnerError';
  readonly exitCode: number;

  /** @param cause what was caught, where something was. */
  constructor(message: string, exitCode = 1, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** k6 or the script refuses a run. The text is theirs, and shown as it is; so is the exit code. */
export class RefusedError extends RunnerError {
  override readonly name = 'RefusedError';
}

/** There is no k6: what was tried, and the ways to get one, in a line each. */
export class NoK6Error extends RunnerError {
  override readonly name = 'NoK6Error';
  readonly lines: readonly string[];

  /** @param causes what was caught on the ways that were tried. */
  constructor(lines: readonly string[], causes: readonly unknown[]) {
    super(lines.join('\n'), 1, new AggregateError(causes));
    this.lines = lines;
  }
}

/** A wrong command line. One line, for a person. */
export function usageError(message: string): RunnerError {
  return new RunnerError(message, EXIT_USAGE);
}

/** Ctrl-C came while the runner was busy with something that it could give up. */
export function interruptedError(): RunnerError {
  return new RunnerError('interrupted', EXIT_INTERRUPTED);
}
