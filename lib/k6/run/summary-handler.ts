/** k6's end-of-test hook: the summary on the terminal, and its files where a folder is set. */

import { safeText } from '../../base/safe-text.ts';
import { junit } from '../../render/junit.ts';
import { endBanner } from '../../render/log-text.ts';
import { reportMarkdown } from '../../render/report-markdown.ts';
import { summaryText } from '../../render/summary-text.ts';
import { sessionsOf } from '../../results/figures.ts';
import { type K6Data, k6Figures } from '../../results/k6-data.ts';
import type { Profile, RunPlan } from '../../results/profile.ts';
import { summarize } from '../../results/summary.ts';
import { publicSettings, type Settings } from '../../settings/settings.ts';
import { fromWorkingFolder } from './init.ts';

type Outputs = Record<string, string>;

export type HandleSummary = (data: K6Data) => Outputs | undefined;

/** @returns the function that a script exports as `handleSummary`. */
export function summaryHandler(settings: Settings, profile: Profile): HandleSummary {
  return (data) => {
    // A set-up of the run that failed began no session, and said why.
    if (settings.log !== 'off' && data.setup_data !== undefined) {
      console.log(`\n${endBanner(sessionsOf(k6Figures(data.metrics)))}`);
    }
    // k6 shows its own summary where this returns nothing.
    if (settings.summary === 'k6') return undefined;
    // `setup` may not have come to its end.
    const { plannedMs = null, load = null } = (data.setup_data ?? {}) as Partial<RunPlan>;
    const summary = summarize(data, {
      profile: profile.name,
      purpose: profile.purpose,
      settings: publicSettings(__ENV),
      courses: settings.courses,
      steps: profile.steps,
      asks: profile.asks,
      endedAt: new Date(),
      maxLagMs: settings.maxLag,
      plannedMs,
      load,
    });
    const outputs: Outputs = { stdout: safeText(summaryText(summary)) };
    if (settings.resultsDir !== null) {
      const folder = fromWorkingFolder(settings.resultsDir);
      outputs[`${folder}/summary.json`] = `${JSON.stringify(summary, null, 2)}\n`;
      outputs[`${folder}/report.md`] = reportMarkdown(summary);
      outputs[`${folder}/junit.xml`] = junit(summary);
    }
    return outputs;
  };
}
