/** Where a session stands in the run: its number, the time it has, the step it belongs to. */
import exec from 'k6/execution';
import type { Profile } from '../../k6-options/profile.ts';
import { parseDuration } from '../shared/duration.ts';

/** k6's own limits where a scenario does not set them. */
const MAX_DURATION_MS = 600_000;
const GRACEFUL_STOP_MS = 30_000;
/** What a session needs to close its socket and to count itself. */
const FAREWELL_MS = 2_000;
/** A session that an arrival rate starts later than this is late. */
const LATE_AFTER_MS = 100;

/** A scenario of the options in force; k6 gives null for what is not set. */
interface ScenarioInForce {
  executor: string;
  startTime?: string | null;
  duration?: string | null;
  maxDuration?: string | null;
  gracefulStop?: string | null;
  stages?: { duration: string }[] | null;
  rate?: number | null;
  timeUnit?: string | null;
}

/**
 * The session's number over the whole test, from 1. `iterationInTest` counts within a scenario, over
 * all its virtual users and instances; of several scenarios, each takes the numbers in turn.
 */
export function sessionNumber(): number {
  const names = Object.keys(scenariosInForce()).sort();
  const { name, iterationInTest } = exec.scenario;
  return iterationInTest * names.length + names.indexOf(name) + 1;
}

/**
 * When the session has to end itself, epoch ms. k6 closes a socket without telling the script when
 * the scenario's time is up, and the samples are lost. Read from the options in force, so that it
 * holds under k6's own flags and for a file of options too.
 */
export function sessionDeadline(): number {
  const scenario = scenarioInForce();
  const grace = ms(scenario?.gracefulStop) ?? GRACEFUL_STOP_MS;
  const end = exec.scenario.startTime + scenarioDuration(scenario);
  return grace >= FAREWELL_MS ? end : end - FAREWELL_MS;
}

/** The tags of a sample of this moment: the profile's step, and whether it is still warming up. */
export function tagsNow({ steps }: Profile, warmupMs: number): Record<string, string> {
  const tags: Record<string, string> = {};
  if (steps.length === 0 && warmupMs === 0) return tags;
  const elapsed = testElapsed();
  const step = steps.find(({ toMs }) => elapsed < toMs) ?? steps.at(-1);
  if (step !== undefined) tags.step = step.name;
  if (warmupMs > 0) tags.warmup = elapsed < warmupMs ? 'yes' : 'no';
  return tags;
}

/**
 * Whether this iteration began late under an arrival rate. k6 starts an iteration at its tick, or
 * drops it; what is left of the tick's period is how late it was.
 */
export function startedLate(): boolean {
  const scenario = scenarioInForce();
  if (!scenario?.rate) return false;
  const period = (ms(scenario.timeUnit) ?? 1000) / scenario.rate;
  const late = (Date.now() - exec.scenario.startTime) % period;
  // Clocks are rounded: just before a tick is on time.
  return late > LATE_AFTER_MS && period - late > 2;
}

/** Milliseconds since the first scenario could start. */
function testElapsed(): number {
  return Date.now() - exec.scenario.startTime + (ms(scenarioInForce()?.startTime) ?? 0);
}

function scenarioDuration(scenario: ScenarioInForce | undefined): number {
  if (scenario?.stages) {
    return scenario.stages.reduce((sum, stage) => sum + (ms(stage.duration) ?? 0), 0);
  }
  return ms(scenario?.duration) ?? ms(scenario?.maxDuration) ?? MAX_DURATION_MS;
}

function scenarioInForce(): ScenarioInForce | undefined {
  return scenariosInForce()[exec.scenario.name];
}

function scenariosInForce(): Record<string, ScenarioInForce> {
  return (exec.test.options.scenarios ?? {}) as unknown as Record<string, ScenarioInForce>;
}

function ms(text: string | null | undefined): number | null {
  return text ? parseDuration(text) : null;
}
