/** What the summary reads of a trend, in k6's names: the option `summaryTrendStats`. */
export const TREND_STATS = ['count', 'avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'];

/**
 * @param inForce k6's option, which `--summary-trend-stats` replaces whole.
 * @returns what is wrong with it, in one line, or null: k6 would leave those figures out, and a
 *   time that is not there must not read 0.
 */
export function trendStatsProblem(inForce: readonly string[]): string | null {
  const missing = TREND_STATS.filter((stat) => !inForce.includes(stat));
  if (missing.length === 0) return null;
  return `summaryTrendStats: expected ${TREND_STATS.join(',')} among them, got ${inForce.join(',')}; add ${missing.join(',')} to --summary-trend-stats, or set NUC_SUMMARY=k6`;
}
