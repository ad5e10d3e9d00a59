/**
 * How long a virtual user waits after sessions that failed before their first question. Without it, a
 * service that is down would get thousands of sessions a second, each counted as a failure.
 */
import type { DurationRange } from '../../settings/forms.ts';

/** Of this virtual user, one after another. */
let failures = 0;

/** @param isFailure whether a session failed before its first question. */
export function noteSession(isFailure: boolean): void {
  failures = isFailure ? failures + 1 : 0;
}

/**
 * Twice as long for each failure, up to the range's end; by up to a half less at random, so that users
 * who failed together do not come back together.
 * @returns milliseconds; 0 where the last session was none of these.
 */
export function retryPauseMs({ fromMs, toMs }: DurationRange): number {
  if (failures === 0) return 0;
  return Math.min(fromMs * 2 ** (failures - 1), toMs) * (1 - Math.random() / 2);
}
