/** What k6's own flags made of the options: known from `setup` on, before any traffic. */
import exec from 'k6/execution';
import { systemTagsProblem } from '../../metrics/system-tags.ts';
import { trendStatsProblem } from '../../metrics/trend-stats.ts';
import type { Settings } from '../../settings/settings.ts';

/** Stops the run, in one line, where its summary could not tell the truth. For `setup`. */
export function checkOptionsInForce(summary: Settings['summary']): void {
  if (summary === 'k6') return;
  const { summaryTrendStats, systemTags } = exec.test.options;
  const problem = trendStatsProblem(summaryTrendStats ?? []) ?? systemTagsProblem(systemTags ?? []);
  // A text, as in the init context (init.ts): k6 puts no `Error:` before it, and exits with 107.
  if (problem !== null) throw problem;
}
