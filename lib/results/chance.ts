/**
 * What chance has to do with a percentile: the same load, run again, draws other samples. By how much it
 * may move follows from how many there are and how they are spread.
 */
import type { Latency } from './model.ts';

/**
 * Standard errors to each side. Where the ranges of two runs do not touch, their percentiles are some 2.8
 * standard errors of their difference apart, which chance alone makes of one figure in about 400.
 */
const ERRORS = 2;

/**
 * From where to where a percentile may lie. In a run's samples, its rank is off by as much as a share of so
 * many tosses is; what has that rank lies between the percentiles that the summary has.
 * @param share 0.95 for the p95.
 * @returns in the unit of the latency.
 */
export function chanceRange(latency: Latency, share: number): readonly [low: number, high: number] {
  const off = ERRORS * Math.sqrt((share * (1 - share)) / latency.count);
  return [valueAt(latency, share - off), valueAt(latency, share + off)];
}

/** Between two percentiles that are known, along the straight line. */
function valueAt({ min, med, p90, p95, p99, max }: Latency, share: number): number {
  const known: readonly (readonly [share: number, value: number])[] = [
    [0, min],
    [0.5, med],
    [0.9, p90],
    [0.95, p95],
    [0.99, p99],
    [1, max],
  ];
  const at = Math.min(1, Math.max(0, share));
  const above = known.findIndex(([reached]) => reached >= at);
  const [toShare, to] = known[above] ?? [1, max];
  const [fromShare, from] = known[above - 1] ?? [toShare, to];
  return toShare === fromShare
    ? to
    : from + ((at - fromShare) / (toShare - fromShare)) * (to - from);
}
