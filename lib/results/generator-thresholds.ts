/**
 * What k6 itself can judge of the load generator, so that k6 alone does not exit with 0 where a run is not
 * to be trusted. A threshold on one of these metrics, a user's own too, tells whether the run is to be
 * trusted, and never whether the service passed.
 */
import { MAX_CLIENT_LAG_MS } from './allowed-lag.ts';
import type { Thresholds } from './profile.ts';
import { parseMetricName } from './threshold-expression.ts';

const LAGS = ['chat_client_lag', 'chat_send_lag', 'chat_timer_lag'];
const IN_TIME = 'chat_generator_in_time';
const COUNTS = ['dropped_iterations', 'chat_late_starts'];
/** Of `chat_errors`; all its other samples tell of the service. */
const EXHAUSTED = 'exhausted';

/**
 * k6 lets each of them hold where it has no sample, which is right here: what did not happen was not late.
 * @param maxLagMs what the user allows as the p95 of each lag, in milliseconds; null: what keeps
 *   latencies true.
 */
export function generatorThresholds(maxLagMs: number | null): Thresholds {
  const lags: [metric: string, threshold: string][] =
    maxLagMs === null
      ? [
          ['chat_client_lag', `p(95)<=${MAX_CLIENT_LAG_MS}`],
          // Each for itself: there are far more timers than questions.
          [`${IN_TIME}{lag:send}`, 'rate>=0.95'],
          [`${IN_TIME}{lag:timer}`, 'rate>=0.95'],
        ]
      : LAGS.map((metric) => [metric, `p(95)<=${maxLagMs}`]);
  const counts = [...COUNTS, `chat_errors{reason:${EXHAUSTED}}`].map(
    (metric) => [metric, 'count==0'] as const,
  );
  return Object.fromEntries([...lags, ...counts].map(([metric, text]) => [metric, [text]]));
}

/** @param name of a metric or a sub-metric. */
export function isOfGenerator(name: string): boolean {
  const { metric, tags } = parseMetricName(name);
  return metric === 'chat_errors'
    ? tags.reason === EXHAUSTED
    : [...LAGS, IN_TIME, ...COUNTS].includes(metric);
}
