/** What k6 hands to `handleSummary`, as far as it is read here. */
import type { MetricName } from '../metrics/catalogue.ts';
import type { FigureSource, MetricTags, Rate } from './figures.ts';
import type { K6Metric, Latency } from './model.ts';

export interface K6Data {
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly state: { readonly testRunDurationMs: number };
  /** What `setup` returned, where it did. */
  readonly setup_data?: unknown;
}

/** The figures in k6's data: of a metric's parts, those that a threshold names (sub-metrics). */
export function k6Figures(metrics: K6Data['metrics']): FigureSource {
  const find = (metric: MetricName, tags: MetricTags = {}) => {
    const selector = Object.entries(tags).map(([tag, value]) => `${tag}:${value}`);
    return metrics[selector.length === 0 ? metric : `${metric}{${selector.join(',')}}`];
  };
  return {
    count: (metric, tags) => statistic(find(metric, tags), 'count'),
    rate: (metric, tags) => rateOf(find(metric, tags)),
    latency: (metric, tags) => latencyOf(find(metric, tags)),
  };
}

/** A value of a metric; 0 where the metric had no sample and k6 left it out. */
export function statistic(metric: K6Metric | undefined, stat: string): number {
  return metric?.values[stat] ?? 0;
}

/** Whether a metric has a sample. A counter has a figure without one: 0. */
export function hasSamples(metric: K6Metric | undefined): boolean {
  if (metric?.type === 'rate') return rateOf(metric).rate !== null;
  return metric?.type === 'trend' ? latencyOf(metric) !== null : metric !== undefined;
}

function rateOf(metric: K6Metric | undefined): Rate {
  const passes = statistic(metric, 'passes');
  const fails = statistic(metric, 'fails');
  // k6 gives a rate of 0 where there was no sample: not the same thing.
  return { passes, fails, rate: passes + fails > 0 ? passes / (passes + fails) : null };
}

function latencyOf(metric: K6Metric | undefined): Latency | null {
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
