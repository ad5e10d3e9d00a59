/** Percentiles as k6 works them out, so that the report and the summary agree to the last digit. */
import type { Latency } from '../../lib/results/model.ts';

/**
 * Interpolates between the two samples nearest to the rank, as k6's Trend does.
 * @param sorted rising, one sample at least.
 * @param share 0 to 1.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** @returns a rising copy. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return new Float64Array(values).sort();
}

/** The statistics of a summary, or null where there is no sample. */
export function statisticsOf(values: ArrayLike<number>): Latency | null {
  if (values.length === 0) return null;
  const rising = sorted(values);
  let sum = 0;
  for (const value of rising) sum += value;
  return {
    count: rising.length,
    avg: sum / rising.length,
    min: percentile(rising, 0),
    med: percentile(rising, 0.5),
    p90: percentile(rising, 0.9),
    p95: percentile(rising, 0.95),
    p99: percentile(rising, 0.99),
    max: percentile(rising, 1),
  };
}
