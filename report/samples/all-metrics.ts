/**
 * k6's metrics, worked out anew from the samples of all processes that shared one run: what k6 would have
 * handed to `handleSummary` had it been one process.
 */
import type { K6Metric } from '../../lib/results/model.ts';
import {
  holds,
  parseMetricName,
  parseThreshold,
  shareOf,
} from '../../lib/results/threshold-expression.ts';
import { percentile, sorted } from './percentiles.ts';
import type { MetricKind, Tallies, Tally } from './tallies.ts';

/** What is asked of a metric or sub-metric. */
export interface AskedMetric extends MetricKind {
  /** Of a trend: the statistics in the summary. */
  readonly statistics: readonly string[];
  /** Expressions; undefined where k6 lists none. */
  readonly thresholds: readonly string[] | undefined;
}

/**
 * @param name of a metric, or of one of its parts: `metric{tag:value}`.
 * @param all one for each process.
 * @param durationMs of the whole run: a counter's rate is a second's.
 */
export function metricOfAll(
  name: string,
  { type, contains, statistics, thresholds }: AskedMetric,
  all: readonly Tallies[],
  durationMs: number,
): K6Metric {
  const { metric, tags } = parseMetricName(name);
  const statistic = statisticsOf(
    type,
    all.map((tallies) => tallies.of(metric, tags)),
    durationMs,
  );
  const shown = type === 'trend' ? statistics : SHOWN[type];
  const judged = thresholds?.map((text): [string, { ok: boolean }] => {
    const expression = parseThreshold(text);
    // k6 has refused what it cannot read: nothing that cannot be judged may pass.
    const ok = expression !== null && holds(expression, statistic(expression.statistic));
    return [text, { ok }];
  });
  return {
    type,
    contains,
    values: Object.fromEntries(shown.map((stat) => [stat, statistic(stat) ?? 0])),
    ...(judged === undefined ? {} : { thresholds: Object.fromEntries(judged) }),
  };
}

const SHOWN = {
  counter: ['count', 'rate'],
  rate: ['rate', 'passes', 'fails'],
  gauge: ['value', 'min', 'max'],
};

/** @returns null for a statistic that such a metric does not have, or not without samples. */
type StatisticOf = (statistic: string) => number | null;

function statisticsOf(
  type: K6Metric['type'],
  byProcess: readonly (readonly Tally[])[],
  durationMs: number,
): StatisticOf {
  const all = byProcess.flat();
  if (type === 'trend') return ofTrend(all);
  const table = type === 'gauge' ? ofGauge(byProcess) : ofSums(type, all, durationMs);
  return (statistic) => table[statistic] ?? null;
}

type Table = Readonly<Record<string, number>>;

function ofSums(type: 'counter' | 'rate', all: readonly Tally[], durationMs: number): Table {
  const total = (of: (tally: Tally) => number) => all.reduce((sum, tally) => sum + of(tally), 0);
  if (type === 'counter') {
    const count = total(({ sum }) => sum);
    return { count, ...(durationMs > 0 ? { rate: count / (durationMs / 1000) } : {}) };
  }
  const samples = total(({ count }) => count);
  const passes = total(({ trues }) => trues);
  return { passes, fails: samples - passes, ...(samples > 0 ? { rate: passes / samples } : {}) };
}

/** Of a trend without samples, k6 takes every statistic for 0. */
function ofTrend(all: readonly Tally[]): StatisticOf {
  const values = new Float64Array(all.reduce((sum, { count }) => sum + count, 0));
  let filled = 0;
  for (const tally of all) {
    values.set(tally.values, filled);
    filled += tally.count;
  }
  const rising = sorted(values);
  const at = (share: number) => (rising.length === 0 ? 0 : percentile(rising, share));
  return (statistic) => {
    if (statistic === 'count') return rising.length;
    if (statistic === 'avg') {
      return all.reduce((sum, tally) => sum + tally.sum, 0) / Math.max(1, rising.length);
    }
    if (statistic === 'min') return at(0);
    if (statistic === 'med') return at(0.5);
    if (statistic === 'max') return at(1);
    const share = shareOf(statistic);
    return share === null ? null : at(share);
  };
}

/**
 * k6's own gauges count virtual users: those of all processes add up. A process counts with its last
 * value, from when all have one.
 */
function ofGauge(byProcess: readonly (readonly Tally[])[]): Table {
  const began = byProcess.filter((tallies) => tallies.length > 0);
  const moments = began
    .flatMap((tallies, process) =>
      tallies.flatMap(({ times, values }) =>
        times.map((at, index) => ({ at, process, value: values[index] ?? 0 })),
      ),
    )
    .sort((a, b) => a.at - b.at);
  const now = new Map<number, number>();
  const table = { value: 0, min: 0, max: 0 };
  let isFirst = true;
  for (const { process, value } of moments) {
    now.set(process, value);
    if (now.size < began.length) continue;
    table.value = [...now.values()].reduce((sum, one) => sum + one, 0);
    table.min = isFirst ? table.value : Math.min(table.min, table.value);
    table.max = isFirst ? table.value : Math.max(table.max, table.value);
    isFirst = false;
  }
  return table;
}
