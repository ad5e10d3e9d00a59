/** What the warm-up has to do with a run's figures: they hold it, the thresholds do not. */
import { parseDuration } from '../base/duration.ts';
import { counted, showCount } from '../base/format.ts';
import type { Summary } from './model.ts';

/** Milliseconds; 0 where there is none. @param settings as a run's files have them. */
export function warmupOf({ NUC_WARMUP: warmup = '' }: Summary['settings']): number {
  return parseDuration(warmup) ?? 0;
}

/** What is told of a run with a summary; of one without, there are no metrics. */
type Warmed = Pick<Summary, 'settings'> & Partial<Pick<Summary, 'metrics' | 'overall'>>;

/**
 * `30s with 61 of the 291 answers: in these figures, not in the thresholds`; '' where there
 * is none. Without the numbers where no threshold asked k6 for those after the warm-up.
 */
export function warmupText({ settings, metrics, overall }: Warmed): string {
  if (warmupOf(settings) === 0) return '';
  const after = metrics?.['chat_responses_received{warmup:no}']?.values.count;
  const held =
    after === undefined || overall === undefined || overall.received === 0
      ? ''
      : ` with ${showCount(overall.received - after)} of the ${counted(overall.received, 'answer')}`;
  return `${settings.NUC_WARMUP}${held}: in these figures, not in the thresholds`;
}
