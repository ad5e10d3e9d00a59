/** What k6 hands to `handleSummary`, as far as it is read here. */
import type { Latency } from './summary.ts';

export interface K6Metric {
  readonly type: string;
  readonly contains: string;
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export interface K6Data {
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly state: { readonly testRunDurationMs: number };
  /** What `setup` returned, where it did. */
  readonly setup_data?: unknown;
}

/** A value of a metric; 0 where the metric had no sample and k6 left it out. */
export function statistic(metric: K6Metric | undefined, stat: string): number {
  return metric?.values[stat] ?? 0;
}

export function rateOf(metric: K6Metric | undefined) {
  const passes = statistic(metric, 'passes');
  const fails = statistic(metric, 'fails');
  // k6 gives a rate of 0 where there was no sample: not the same thing.
  return { passes, fails, rate: passes + fails > 0 ? passes / (passes + fails) : null };
}

/** The statistics of a trend, or null where it has no sample. */
export function latencyOf(metric: K6Metric | undefined): Latency | null {
  const count = statistic(metric, 'count');
  if (metric === undefined || count === 0) return null;
  return {
    count,
    avg: statistic(metric, 'avg'),
    min: statistic(metric, 'min'),
    med: statistic(metric, 'med'),
    p90: statistic(metric, 'p(90)'),
    p95: statistic(metric, 'p(95)'),
    p99: statistic(metric, 'p(99)'),
    max: statistic(metric, 'max'),
  };
}
