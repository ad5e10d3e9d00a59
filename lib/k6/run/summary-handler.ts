/** k6's end-of-test hook: the summary on the terminal, and its files where a folder is set. */

import { localIso } from '../../base/moment.ts';
import { safeText } from '../../base/safe-text.ts';
import { junit, junitWithoutSummary } from '../../render/junit.ts';
import { endBanner } from '../../render/log-text.ts';
import { markdownWithoutSummary, reportMarkdown } from '../../render/report-markdown.ts';
import { summaryText } from '../../render/summary-text.ts';
import { sessionsOf } from '../../results/figures.ts';
import { type K6Data, k6Figures } from '../../results/k6-data.ts';
import type { Profile, RunPlan } from '../../results/profile.ts';
import { summarize } from '../../results/summary.ts';
import { publicSettings, type Settings } from '../../settings/settings.ts';
import { fromWorkingFolder } from './working-folder.ts';

type Outputs = Record<string, string>;

/** k6's newer form has other fields, and the results of no threshold. */
type Given = K6Data | Readonly<Record<'config' | 'metadata' | 'results', unknown>>;

/** k6 tells no script of that flag before its end. */
const NO_FIGURES =
  '--new-machine-readable-summary: it lacks what this summary needs; set NUC_SUMMARY=k6, or leave it out';

export type HandleSummary = (data: Given) => Outputs | undefined;

/**
 * @param engine what the script was built with.
 * @returns the function that a script exports as `handleSummary`.
 */
export function summaryHandler(
  settings: Settings,
  profile: Profile,
  engine: string,
): HandleSummary {
  return (data) => {
    if (!('state' in data)) {
      return settings.summary === 'k6' ? undefined : withoutFigures(settings, profile.name);
    }
    // A set-up of the run that failed began no session, and said why.
    if (settings.log !== 'off' && data.setup_data !== undefined) {
      console.log(`\n${endBanner(sessionsOf(k6Figures(data.metrics)))}`);
    }
    // k6 shows its own summary where this returns nothing.
    if (settings.summary === 'k6') return undefined;
    // `setup` may not have come to its end.
    const plan = (data.setup_data ?? {}) as Partial<RunPlan>;
    const { plannedMs = null, load = null, segment = null, setUpMs = 0 } = plan;
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
      segment,
      engine,
      setUpMs,
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

/** A run that cannot be summed up must not look like one that was never made: CI reads these files. */
function withoutFigures({ resultsDir }: Settings, profile: string): Outputs {
  const outputs: Outputs = { stderr: `${NO_FIGURES}\n` };
  if (resultsDir !== null) {
    const folder = fromWorkingFolder(resultsDir);
    const times = { profile, startedAt: localIso(new Date()), durationMs: 0 };
    outputs[`${folder}/report.md`] = markdownWithoutSummary(profile, NO_FIGURES);
    outputs[`${folder}/junit.xml`] = junitWithoutSummary(times, NO_FIGURES);
  }
  return outputs;
}
