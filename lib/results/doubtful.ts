/**
 * Statistics that single delays of the load generator may have made too long, in a run that is trusted:
 * a collection of memory, or a process that stood still for a moment, makes a p99 or a maximum, and hardly
 * moves a p95.
 */
import { showMs } from '../base/format.ts';
import { isTime, type MetricName } from '../metrics/catalogue.ts';
import { allowedErrorMs, ERROR_PER_LAG } from './allowed-lag.ts';
import { isOfGenerator } from './generator-thresholds.ts';
import type { Figures, K6Metric, Latency, Summary } from './model.ts';
import {
  holds,
  parseMetricName,
  parseThreshold,
  shareOf,
  type ThresholdExpression,
} from './threshold-expression.ts';

type Measured = Pick<Figures, 'trends' | 'overall' | 'setUp'>;
type Doubtful = NonNullable<Summary['trust']['doubtful']>[number];

export function doubtfulOf(figures: Measured, maxLagMs: number | null): Doubtful[] {
  return (['p99', 'max'] as const)
    .map((statistic) => ({ statistic, tooLongMs: tailErrorMs(figures, statistic) }))
    .filter(({ statistic, tooLongMs }) => {
      const latency = shortestLatency(figures)?.[statistic] ?? 0;
      return tooLongMs > (maxLagMs === null ? allowedErrorMs(latency) : ERROR_PER_LAG * maxLagMs);
    });
}

/** A script may be late for a frame that k6 read in time, but not for one that k6 read late. */
function tailErrorMs({ trends }: Measured, statistic: 'p99' | 'max'): number {
  const lag = (name: string) => trends?.[name]?.[statistic] ?? 0;
  const ofK6 = ERROR_PER_LAG * Math.max(lag('chat_send_lag'), lag('chat_timer_lag'));
  return Math.max(ofK6, lag('chat_client_lag'));
}

/** `p99 may be too long by 12 ms, max by 40 ms`; '' where nothing is in doubt. */
export function doubtText({ doubtful = [] }: Summary['trust']): string {
  if (doubtful.length === 0) return '';
  const texts = doubtful.map(({ statistic, tooLongMs }, i) =>
    i === 0
      ? `${statistic} may be too long by ${showMs(tooLongMs)}`
      : `${statistic} by ${showMs(tooLongMs)}`,
  );
  return `${texts.join(', ')}: the load generator was late for a moment`;
}

/** A limit on a statistic in doubt that was crossed, and may not have been. */
export function crossedInDoubt(
  metrics: Readonly<Record<string, K6Metric>>,
  doubtful: readonly Doubtful[],
): string[] {
  return Object.entries(metrics)
    .filter(([metric]) => isLatency(parseMetricName(metric).metric))
    .flatMap(([metric, { thresholds = {}, values }]) =>
      Object.entries(thresholds).flatMap(([text, { ok }]) => {
        const limit = parseThreshold(text);
        const doubt = doubtful.find(({ statistic }) => statistic === doubtfulName(limit));
        const got = values[limit?.statistic ?? ''];
        if (ok || limit === null || doubt === undefined || got === undefined) return [];
        if (!holds(limit, got - doubt.tooLongMs)) return [];
        return [
          `${metric} came to ${showMs(got)}, where ${text} is asked, and may be too long by ${showMs(doubt.tooLongMs)}: the load generator was late for a moment; run it again`,
        ];
      }),
    );
}

/** Of a percentile above 95 it is the p99; null where single delays do not make it. */
function doubtfulName(limit: ThresholdExpression | null): string | null {
  if (limit === null) return null;
  if (limit.statistic === 'max') return 'max';
  const share = shareOf(limit.statistic) ?? 0;
  return share > 0.99 ? 'max' : share > 0.95 ? 'p99' : null;
}

function isLatency(metric: string): boolean {
  return isTime(metric as MetricName) && !isOfGenerator(metric);
}

/** What a person feels first, or the shortest that the run has. */
export function shortestLatency({ overall, setUp }: Measured): Latency | null {
  return overall.firstChunk ?? overall.response ?? setUp.socketOpen;
}
