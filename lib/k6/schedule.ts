/** Where a session stands in the run: its number, the time it has, the step it belongs to. */
import exec from 'k6/execution';
import { parseDuration } from '../shared/duration.ts';

/** k6's own limits where a scenario does not set them. */
const MAX_DURATION_MS = 600_000;
const GRACEFUL_STOP_MS = 30_000;
/** What a session needs to close its socket and to count itself. */
const FAREWELL_MS = 2_000;

interface ScenarioInForce {
  executor: string;
  startTime?: string | null;
  duration?: string | null;
  maxDuration?: string | null;
  gracefulStop?: string | null;
  stages?: { duration: string }[] | null;
}

/**
 * The session's number over the whole test, from 1. `iterationInTest` counts within a scenario, over
 * all its virtual users and instances; with several scenarios each takes every so-manieth number.
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
  const scenario = scenariosInForce()[exec.scenario.name];
  const grace = ms(scenario?.gracefulStop) ?? GRACEFUL_STOP_MS;
  const end = exec.scenario.startTime + scenarioDuration(scenario);
  return grace >= FAREWELL_MS ? end : end - FAREWELL_MS;
}

/** Milliseconds since the first scenario could start. */
export function testElapsed(): number {
  const scenario = scenariosInForce()[exec.scenario.name];
  return Date.now() - exec.scenario.startTime + (ms(scenario?.startTime) ?? 0);
}

function scenarioDuration(scenario: ScenarioInForce | undefined): number {
  if (scenario?.stages) {
    return scenario.stages.reduce((sum, stage) => sum + (ms(stage.duration) ?? 0), 0);
  }
  return ms(scenario?.duration) ?? ms(scenario?.maxDuration) ?? MAX_DURATION_MS;
}

function scenariosInForce(): Record<string, ScenarioInForce> {
  return (exec.test.options.scenarios ?? {}) as unknown as Record<string, ScenarioInForce>;
}

function ms(text: string | null | undefined): number | null {
  return text ? parseDuration(text) : null;
}
