/** The schedule of a run, from the options in force: what `setup` hands to the sessions. */
import exec from 'k6/execution';
import { digest } from '../../base/digest.ts';
import { parseDuration } from '../../base/duration.ts';
import type { Segment } from '../../results/profile.ts';
import type { ScenarioTimes, Schedule } from '../session/schedule.ts';

/** k6's own limits where a scenario does not set them. */
const MAX_DURATION_MS = 600_000;
const GRACEFUL_STOP_MS = 30_000;
/** What a session needs to close its socket and to count itself. */
const FAREWELL_MS = 2_000;

/** A scenario of the options in force; k6 gives null for what is not set. */
interface ScenarioInForce {
  /** Of the user's own, which may hold a secret. */
  env?: unknown;
  /** The function that the scenario runs. */
  exec?: string | null;
  startTime?: string | null;
  duration?: string | null;
  maxDuration?: string | null;
  gracefulStop?: string | null;
  stages?: { duration: string }[] | null;
  rate?: number | null;
  timeUnit?: string | null;
}

/** k6's own types lack the segment. */
interface OptionsInForce {
  scenarios?: Record<string, ScenarioInForce> | null;
  executionSegment?: string | null;
  executionSegmentSequence?: string | null;
}

/**
 * Reads the schedule from the options in force, so that it holds under k6's own flags and for a file
 * of options too. For `setup`, which hands it to the sessions: k6 builds the whole object of options
 * anew in every virtual user that asks for them, some 200 kB each. The last that `setup` does.
 */
export function readSchedule(): Schedule {
  const inForce = exec.test.options as unknown as OptionsInForce;
  const all = Object.entries(inForce.scenarios ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    scenarios: Object.fromEntries(
      all.map(([name, scenario], index) => [name, timesOf(scenario, index)]),
    ),
    plannedMs: Math.max(0, ...all.map(([, scenario]) => plannedMs(scenario))),
    setUpMs: exec.instance.currentTestRunDuration,
    load: digest(JSON.stringify(all.map(([name, { env, ...rest }]) => [name, rest]))),
    segment: segmentOf(inForce),
  };
}

function segmentOf(options: OptionsInForce): Segment | null {
  const { executionSegment: part, executionSegmentSequence: sequence } = options;
  return part ? { part, sequence: sequence ?? null } : null;
}

function timesOf(scenario: ScenarioInForce, index: number): ScenarioTimes {
  const grace = ms(scenario.gracefulStop) ?? GRACEFUL_STOP_MS;
  const duration = durationOf(scenario);
  return {
    index,
    startsAt: ms(scenario.startTime) ?? 0,
    lastsFor: grace >= FAREWELL_MS ? duration : duration - FAREWELL_MS,
    duration,
    isTimed: Boolean(scenario.stages || scenario.duration),
    period: scenario.rate ? (ms(scenario.timeUnit) ?? 1000) / scenario.rate : 0,
  };
}

/** Scenarios of so many iterations end when these are done, but for sockets that are held. */
function plannedMs(scenario: ScenarioInForce): number {
  const { stages, duration, exec: held } = scenario;
  const lasts = stages || duration || held === 'connections' ? durationOf(scenario) : 0;
  return (ms(scenario.startTime) ?? 0) + lasts;
}

function durationOf({ stages, duration, maxDuration }: ScenarioInForce): number {
  if (stages) return stages.reduce((sum, stage) => sum + (ms(stage.duration) ?? 0), 0);
  return ms(duration) ?? ms(maxDuration) ?? MAX_DURATION_MS;
}

function ms(text: string | null | undefined): number | null {
  return text ? parseDuration(text) : null;
}
