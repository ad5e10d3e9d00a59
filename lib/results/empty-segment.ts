/**
 * An instance to which no session fell: of processes that share a load by k6's execution segments, some
 * may have nothing to do. That is no failure, and no pass either.
 */
import type { Figures } from './model.ts';
import type { Segment } from './profile.ts';

type Counted = Pick<Figures, 'sessions' | 'droppedIterations'>;

/**
 * @param iterations that k6 counted: a script that failed before its session began was one of them.
 * @param virtualUsers that k6 had at the most; an arrival rate has some even where none arrives.
 * @param isWhole whether the run went to its planned end.
 */
export function isWithoutSessions(
  { sessions, droppedIterations }: Counted,
  iterations: number,
  virtualUsers: number,
  isWhole: boolean,
): boolean {
  const none = sessions.started === 0 && iterations === 0 && droppedIterations === 0;
  return none && (virtualUsers === 0 || isWhole);
}

/** In a sentence without its full stop. */
export function noSessionText({ part }: Pick<Segment, 'part'>): string {
  return `no session fell to this instance, whose execution segment is ${part}; that is no failure`;
}
