/** k6's own tags that are of use; the rest would only split the series, or show an address. */
export const SYSTEM_TAGS = ['scenario', 'name', 'method', 'status', 'expected_response'];

/** What summary and page read: the status of a refused handshake, and which iterations are sessions. */
const NEEDED = ['scenario', 'status'];

/**
 * @param inForce k6's option, which `--system-tags` replaces whole.
 * @returns what is wrong with it, in one line, or null: a 503 would read "another status".
 */
export function systemTagsProblem(inForce: readonly string[]): string | null {
  const missing = NEEDED.filter((tag) => !inForce.includes(tag));
  if (missing.length === 0) return null;
  return `systemTags: expected ${NEEDED.join(',')} among them, got ${inForce.join(',') || 'none'}; add ${missing.join(',')} to --system-tags, or set NUC_SUMMARY=k6`;
}
