/** The errors that stand beside the verdict: why sessions and answers failed, at a glance. */
import type { ErrorCount } from './model.ts';

/** So many are read at a glance; the table of the errors has all of them. */
const MOST = 3;

/** The most frequent first; of equally frequent ones, the one that comes first in a session. */
export function frequentErrors(errors: readonly ErrorCount[]): ErrorCount[] {
  return [...errors].sort((a, b) => b.count - a.count).slice(0, MOST);
}
