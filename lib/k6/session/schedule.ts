/** Where a session stands in the run: its number, the time it has, the step it belongs to. */
import exec from 'k6/execution';
import type { Profile, Segment, Step } from '../../results/profile.ts';
import { scenarioNow } from './execution.ts';

/** A session that an arrival rate starts later than this is late. */
const LATE_AFTER_MS = 100;

/** What a session has to know of its scenario; times in milliseconds. */
export interface ScenarioTimes {
  /** Among all scenarios, in the order of their names. */
  readonly index: number;
  /** Since the start of the test. */
  readonly startsAt: number;
  /** From the scenario's start to the moment when its sessions have to end. */
  readonly lastsFor: number;
  /** How long the scenario lasts. */
  readonly duration: number;
  /** Whether k6 tells its progress as a share of that time, by a clock that nobody sets. */
  readonly isTimed: boolean;
  /** Between two sessions of an arrival rate; 0 where there is none. */
  readonly period: number;
}

/** What `setup` hands to the sessions, and to the summary. */
export interface Schedule {
  readonly scenarios: Readonly<Record<string, ScenarioTimes>>;
  /** How long the run lasts at the least, where nobody ends it early. */
  readonly plannedMs: number;
  /** From the start of the test to that of the scenarios. */
  readonly setUpMs: number;
  /** A digest of the scenarios: two runs under one name may have had different loads. */
  readonly load: string;
  /** Which part of the load this process has; null: all of it. */
  readonly segment: Segment | null;
}

/**
 * The session's number over the whole test, from 1. `iterationInTest` counts within a scenario, over
 * all its virtual users and instances; of several scenarios, each takes the numbers in turn.
 */
export function sessionNumber(schedule: Schedule): number {
  const { iterationInTest } = scenarioNow();
  return iterationInTest * Object.keys(schedule.scenarios).length + timesNow(schedule).index + 1;
}

/**
 * The time in which a session that starts now has to end itself, in milliseconds. k6 closes a socket
 * without telling the script when the scenario's time is up, and the samples are lost.
 */
export function timeLeft(schedule: Schedule): number {
  const { lastsFor, duration } = timesNow(schedule);
  const elapsed = elapsedMs(schedule);
  // k6 starts no session when the scenario's time is over: the clock was set.
  return progressMs(schedule) === null && elapsed >= duration ? lastsFor : lastsFor - elapsed;
}

/**
 * Milliseconds since the scenario's start, by a clock that nobody sets: the only one that k6 has is a
 * scenario's progress, where that is a matter of time and not of iterations.
 * @returns null where there is none, or where it stands still: at the scenario's end it does.
 */
export function steadyMs(schedule: Schedule): number | null {
  const { isTimed, duration } = timesNow(schedule);
  if (!isTimed) return null;
  const { progress } = scenarioNow();
  return progress < 1 ? progress * duration : null;
}

/** Milliseconds since the scenario's start, up to its end, as k6 tells it; null where it does not. */
function progressMs(schedule: Schedule): number | null {
  const { isTimed, duration } = timesNow(schedule);
  return isTimed ? scenarioNow().progress * duration : null;
}

/** Milliseconds since the scenario's start, up to its end. */
export function elapsedMs(schedule: Schedule): number {
  const { duration } = timesNow(schedule);
  const byClock = () => Date.now() - scenarioNow().startTime;
  return progressMs(schedule) ?? Math.min(Math.max(0, byClock()), duration);
}

/** The tags of a sample of this moment: the profile's step, and whether it is still warming up. */
export function tagsNow(
  schedule: Schedule,
  { steps }: Pick<Profile, 'steps'>,
  warmupMs: number,
): Record<string, string> {
  const tags: Record<string, string> = {};
  if (steps.length === 0 && warmupMs === 0) return tags;
  const { startsAt, duration } = timesNow(schedule);
  const elapsed = elapsedMs(schedule) + startsAt;
  // What comes in a scenario's last moment belongs to the step that ends with it, not to the next one.
  const isIn = ({ toMs }: Step) => elapsed < toMs || startsAt + duration <= toMs;
  const step = steps.find(isIn) ?? steps.at(-1);
  if (step !== undefined) tags.step = step.name;
  if (warmupMs > 0) tags.warmup = elapsed < warmupMs ? 'yes' : 'no';
  return tags;
}

/** Whether sessions start at a rate, however they end. */
export function hasArrivalRate(schedule: Schedule): boolean {
  return timesNow(schedule).period > 0;
}

/**
 * Whether this iteration began late under an arrival rate. k6 starts an iteration at its tick, or
 * drops it, and the script is not told of what was dropped: what is left of the tick's period is how
 * late it was. Of a period too short for that, the iteration's place in the order tells; one that
 * was dropped then makes all later ones late.
 */
export function startedLate(schedule: Schedule): boolean {
  const { period } = timesNow(schedule);
  if (period === 0) return false;
  const { iterationInTest } = scenarioNow();
  const elapsed = elapsedMs(schedule);
  if (period < 2 * LATE_AFTER_MS) return elapsed - iterationInTest * period > LATE_AFTER_MS;
  const late = elapsed % period;
  // Clocks are rounded: just before a tick is on time.
  return late > LATE_AFTER_MS && period - late > 2;
}

function timesNow(schedule: Schedule | undefined): ScenarioTimes {
  const times = schedule?.scenarios[scenarioNow().name];
  if (times === undefined) {
    exec.test.abort('no schedule: it is read in setup; run k6 without --no-setup');
    throw new Error('unreachable: abort does not return');
  }
  return times;
}
