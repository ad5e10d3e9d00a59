/** Whether instances shared one run: what is told of a run must be the same of all. */
import type { Summary } from '../../lib/results/model.ts';
import type { Instance } from './instance.ts';

/** Instances may differ in what is shown of them. */
const MAY_DIFFER = ['NUC_LOG'];
const LONGEST = 60;

/** @returns the first thing in which two of them differ, in one line; null where there is none. */
export function differenceOf(instances: readonly Instance[]): string | null {
  const facts = instances.map((instance) => factsOf(instance));
  for (const [index, { name }] of instances.entries()) {
    for (const [fact, value] of facts[index] ?? []) {
      const other = facts.findIndex((all) => all.has(fact) && all.get(fact) !== value);
      if (other < 0) continue;
      const [here, there] = [value, facts[other]?.get(fact) ?? ''].map(shown);
      return `not one run: ${fact}: ${name} has ${here}, ${instances[other]?.name} ${there}${adviceOn(fact)}`;
    }
  }
  return null;
}

/** Fact → its value as text. */
function factsOf({ summary, tallies }: Instance): Map<string, string> {
  const facts = new Map<string, string>();
  const runIds = tallies.valuesOf('run_id').join(' and ');
  if (tallies.count > 0) facts.set('run_id', runIds);
  if (summary === null) return facts;
  facts.set('profile', summary.run.profile);
  for (const [name, value] of Object.entries(summary.settings)) {
    if (!MAY_DIFFER.includes(name)) facts.set(name, value);
  }
  facts.set('load', summary.run.load ?? '');
  facts.set('engine', summary.run.engine ?? 'webcrypto');
  facts.set('thresholds', thresholdsOf(summary));
  return facts;
}

function thresholdsOf({ metrics }: Summary): string {
  const all = Object.entries(metrics).flatMap(([metric, { thresholds = {} }]) =>
    Object.keys(thresholds).map((threshold) => `${metric} ${threshold}`),
  );
  return all.sort().join(', ');
}

function shown(value: string): string {
  if (value === '') return 'none';
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

function adviceOn(fact: string): string {
  return fact === 'run_id' ? '; give all instances of a run the same NUC_RUN_ID' : '';
}
