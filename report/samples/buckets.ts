/** The run's time, cut into buckets of one width. */

/** Widths that a person can add up, in ms: a second at least, for what happens in a second. */
const WIDTHS_MS = [
  1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000,
  1_800_000, 3_600_000,
];
/** So few answers make no percentile worth a point. */
const ANSWERS_A_BUCKET = 4;
const FEWEST = 30;
export const MOST = 240;

export interface Buckets {
  /** Since the start of the run, ms. */
  readonly durationMs: number;
  readonly widthMs: number;
  readonly count: number;
}

/** @param answers in the whole run: few answers make wide buckets. */
export function bucketsOf(durationMs: number, answers: number): Buckets {
  const wanted = Math.min(MOST, Math.max(FEWEST, answers / ANSWERS_A_BUCKET));
  const widthMs =
    WIDTHS_MS.find((width) => durationMs / width <= wanted) ??
    Math.ceil(durationMs / MOST / 3_600_000) * 3_600_000;
  // The rest belongs to the bucket before: rates over a part of a bucket would jump.
  return { durationMs, widthMs, count: Math.max(1, Math.floor(durationMs / widthMs)) };
}

/** The bucket of a moment. @param atMs since the start of the run. */
export function bucketAt({ widthMs, count }: Buckets, atMs: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(atMs / widthMs)));
}

/** From where to where a bucket goes, ms since the start of the run. The last ends with the run. */
export function spanOf({ durationMs, widthMs, count }: Buckets, bucket: number) {
  const fromMs = bucket * widthMs;
  return {
    fromMs,
    toMs: bucket === count - 1 ? Math.max(durationMs, fromMs + 1) : fromMs + widthMs,
  };
}
