/**
 * Thresholds with `abortOnFail`, judged over all processes that share a run: each alone would end where
 * its own part of the load breaks, which is not where the whole does.
 */
import { parseMetricName } from '../../lib/results/threshold-expression.ts';
import { metricOfAll } from '../../report/samples/all-metrics.ts';
import type { Tallies } from '../../report/samples/tallies.ts';

/** A threshold that ends the run where it does not hold. */
export interface EndingThreshold {
  /** `chat_slo_met{step:8}` */
  readonly metric: string;
  /** `rate>=0.95` */
  readonly threshold: string;
  /** Not before so long after the start of the test, ms. */
  readonly delayMs: number;
}

/**
 * @param all the samples so far, one for each process.
 * @param runningMs since the test's start.
 * @returns the first that does not hold; as with k6, one without samples is not judged yet.
 */
export function crossedOf(
  thresholds: readonly EndingThreshold[],
  all: readonly Tallies[],
  runningMs: number,
): EndingThreshold | null {
  const isCrossed = ({ metric: name, threshold, delayMs }: EndingThreshold) => {
    if (runningMs < delayMs) return false;
    const { metric, tags } = parseMetricName(name);
    const kind = all.flatMap(({ kinds }) => kinds.get(metric) ?? [])[0];
    const hasSamples = all.some((tallies) => tallies.of(metric, tags).length > 0);
    if (kind === undefined || !hasSamples) return false;
    const asked = { ...kind, statistics: [], thresholds: [threshold] };
    const judged = metricOfAll(name, asked, all, runningMs);
    return judged.thresholds?.[threshold]?.ok === false;
  };
  return thresholds.find(isCrossed) ?? null;
}
