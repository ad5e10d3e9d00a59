/**
 * The settings of k6's Prometheus output. Without them it sends the 99th percentile alone, and the lines
 * of a run that has ended go on for five more minutes. The runner sets these where the
 * user's environment does not.
 */
import { PERCENTILES } from './queries.ts';

export const PROMETHEUS_OUTPUT: Readonly<Record<string, string>> = {
  // One series for each of these and each combination of tags, `p(95)` as `…_p95`.
  K6_PROMETHEUS_RW_TREND_STATS: PERCENTILES.map((percentile) => `p(${percentile})`).join(','),
  K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
};
