/** The errors that stand beside the verdict: why sessions and answers failed, at a glance. */
import { showCount } from '../base/format.ts';
import type { ErrorCount, Figures } from './model.ts';

/** So many are read at a glance; the table of the errors has all of them. */
const MOST = 3;

type Failed = Pick<Figures, 'errors' | 'handshakesRefused'>;

/**
 * What failed sessions or answers before what only came up in them; the most frequent first; of equally
 * frequent ones, the one that comes first in a session. What refused handshakes mean stands in their status,
 * which is told with them.
 * @param settings as a run's files have them; empty where they are not known.
 */
export function frequentErrors(
  { errors, handshakesRefused }: Failed,
  settings: Readonly<Record<string, string>>,
): ErrorCount[] {
  const statuses = handshakesRefused.map(
    ({ status, count }) => `${showCount(count)} × ${status ?? 'another'}`,
  );
  const meaningOf = (error: ErrorCount) => {
    if (isWarning(error, settings)) return `${error.meaning}; no failure by itself`;
    const isHandshake = error.phase === 'connect' && error.reason === 'handshake';
    return isHandshake && statuses.length > 0
      ? `${error.meaning}: ${statuses.join(', ')}`
      : error.meaning;
  };
  const isFailure = (error: ErrorCount) => Number(!isWarning(error, settings));
  return [...errors]
    .sort((a, b) => isFailure(b) - isFailure(a) || b.count - a.count)
    .slice(0, MOST)
    .map((error) => ({ ...error, meaning: meaningOf(error) }));
}

/** A frame that is left out, or a text that does not join up: the answer may be good all the same, as after a
 * clock that was set. */
function isWarning(
  { phase, reason }: ErrorCount,
  settings: Readonly<Record<string, string>>,
): boolean {
  if (phase === 'decrypt' || reason === 'clock_step') return true;
  if (phase !== 'protocol' || reason === 'empty_answer' || reason === 'script') return false;
  return reason !== 'wrong_text' || settings.NUC_STRICT !== '1';
}
