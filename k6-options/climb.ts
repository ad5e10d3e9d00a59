/** Levels that climb, each held for a time: what ramp and breakpoint have in common. */
import { formatDuration } from '../lib/base/duration.ts';
import { SettingsError } from '../lib/base/errors.ts';
import type { Scenario, Step } from '../lib/results/profile.ts';

export interface Climb {
  readonly start: number;
  readonly increment: number;
  readonly max: number;
  /** How long each level is held, in milliseconds. */
  readonly intervalMs: number;
}

/** The levels, the last of which is `max`. */
export function levelsOf({ start, increment, max }: Climb, prefix: string): number[] {
  if (start > max) {
    throw new SettingsError(
      `${prefix}_MAX_SESSIONS: expected at least ${prefix}_START_SESSIONS, ${start}, got ${max}`,
    );
  }
  const levels: number[] = [];
  for (let level = start; level < max; level += increment) levels.push(level);
  return [...levels, max];
}

/** Named by their number of sessions. */
export function climbSteps(levels: readonly number[], intervalMs: number): Step[] {
  return levels.map((level, index) => ({
    name: String(level),
    fromMs: index * intervalMs,
    toMs: (index + 1) * intervalMs,
  }));
}

/** A session that ends is followed by a new one, so a level holds. It never goes down, so k6 never
 * takes a virtual user away in the middle of its session. */
export function climbScenario(levels: readonly number[], intervalMs: number): Scenario {
  const duration = formatDuration(intervalMs);
  return {
    executor: 'ramping-vus',
    startVUs: 0,
    stages: levels.flatMap((target) => [
      { duration: '0s', target },
      { duration, target },
    ]),
  };
}
