/** The errors that stand beside the verdict: why sessions and answers failed, at a glance. */
import { showCount } from '../base/format.ts';
import type { ErrorCount, Figures } from './model.ts';

/** So many are read at a glance; the table of the errors has all of them. */
const MOST = 3;

type Failed = Pick<Figures, 'errors' | 'handshakesRefused'>;

/**
 * The most frequent first; of equally frequent ones, the one that comes first in a session. What refused
 * handshakes mean stands in their status, which is told with them.
 */
export function frequentErrors({ errors, handshakesRefused }: Failed): ErrorCount[] {
  const statuses = handshakesRefused.map(
    ({ status, count }) => `${showCount(count)} × ${status ?? 'another'}`,
  );
  return [...errors]
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST)
    .map((error) =>
      error.phase === 'connect' && error.reason === 'handshake' && statuses.length > 0
        ? { ...error, meaning: `${error.meaning}: ${statuses.join(', ')}` }
        : error,
    );
}
