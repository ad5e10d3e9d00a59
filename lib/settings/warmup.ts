/** What the warm-up has to do with a run's figures. */
import { parseDuration } from '../base/duration.ts';

/**
 * `30s, part of these figures; the thresholds leave it out`; '' where there is none.
 * @param settings as a run's files have them.
 */
export function warmupText({ NUC_WARMUP: warmup = '' }: Readonly<Record<string, string>>): string {
  if ((parseDuration(warmup) ?? 0) === 0) return '';
  return `${warmup}, part of these figures; the thresholds leave it out`;
}
