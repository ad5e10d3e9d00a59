/**
 * What k6 tells of the run at the moment when it is asked. Wherever `exec.scenario` or `exec.instance`
 * stands, k6 makes a new object of some 7 kB; so each virtual user has one of each, and keeps it.
 */
import exec from 'k6/execution';

let scenario: typeof exec.scenario | undefined;
let instance: typeof exec.instance | undefined;

/** Of the scenario that the virtual user is in now, whichever it was in before. */
export function scenarioNow(): typeof exec.scenario {
  scenario ??= exec.scenario;
  return scenario;
}

export function instanceNow(): typeof exec.instance {
  instance ??= exec.instance;
  return instance;
}
