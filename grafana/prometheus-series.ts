/** Series and sums of them in PromQL: what every query is made of. */
import type { MetricName } from '../lib/metrics/catalogue.ts';
import { type Counted, INSTANCE, SELECTORS } from './queries.ts';

export const selected = (selectors: readonly string[]) =>
  selectors.map((name) => `${name}=~"$${name}"`).join(',');

export function series(
  metric: MetricName,
  suffix: string,
  matches: Readonly<Record<string, string>> = {},
): string {
  const tags = Object.entries(matches).map(([tag, pattern]) => `,${tag}=~"${pattern}"`);
  return `k6_${metric}${suffix}{${selected(SELECTORS)}${tags.join('')}}`;
}

/**
 * The latest value. Prometheus itself forgets a series that had no sample for five minutes, such as
 * that of the first turn, which must not lower a sum.
 */
export const latest = (name: string, offset = '') => `last_over_time(${name}[$__range]${offset})`;

export function total({ metric, where }: Counted, by: readonly string[], offset = ''): string {
  return `sum by (${by.join(', ')}) (${latest(series(metric, '_total', where), offset)})`;
}

/** A run of one k6 has no label of INSTANCE: PromQL takes it for an empty one. */
export function highest(metric: MetricName, by: readonly string[]): string {
  const ofEach = `max by (${[...by, ...INSTANCE].join(', ')}) (${series(metric, '')})`;
  return `sum by (${by.join(', ')}) (${ofEach})`;
}

/**
 * Ends the line where the run ends. Around a selector too: of fifty runs one goes on, and what is left
 * of the others is not calculated with at every point.
 */
export const whileItRuns = (value: string) => `((${value}) and on (run_id) ${series('vus', '')})`;
