/** `report.html`, one file that opens anywhere: made from what a results folder has. */
import { join } from 'node:path';
import { messageOf } from '../lib/base/errors.ts';
import { type Summary, summaryShape } from '../lib/results/model.ts';
import { trafficIn } from '../lib/results/traffic.ts';
import { chartsOf } from './charts/charts.ts';
import { pageDocument } from './page/page.ts';
import { pageAssets } from './page/page-assets.ts';
import type { Page, RunState } from './page/page-parts.ts';
import { ReportError } from './report-error.ts';
import { readJsonFile } from './samples/json-file.ts';
import {
  type RunFacts,
  readRecording,
  recordingOf,
  stepsOfRun,
  TIMELINE_FILE,
} from './samples/recording.ts';
import type { Recording } from './samples/recording-shape.ts';
import type { Samples } from './samples/samples.ts';
import { writeWhole } from './write-whole.ts';

const REPORT_FILE = 'report.html';
const SUMMARY_FILE = 'summary.json';

/**
 * Writes `report.html` from the folder's summary.json and its samples.
 * @param folder of one run: `results/<time>-<profile>`.
 * @param samples of the run, where the caller has them: what the report needs of them and the facts
 *   is kept in timeline.json, so that it can be made again. Else the folder's samples.json,
 *   samples.json.gz or timeline.json is read; without one the report has no charts.
 * @param facts beside the samples.
 * @returns the path of report.html.
 * @throws ReportError where the folder has neither a summary nor samples, or a file cannot be read.
 */
export async function writeReport(
  folder: string,
  samples?: Samples,
  facts: RunFacts = {},
): Promise<string> {
  const reading = readJsonFile(join(folder, SUMMARY_FILE), summaryShape);
  // Whatever is wrong with the summary: the samples are kept first, they are nowhere else.
  const known = await reading.catch(() => null);
  const recording =
    samples === undefined
      ? await readRecording(folder, known)
      : await keep(folder, samples, facts, known);
  const html = pageDocument(pageOf(folder, await reading, recording), await pageAssets());
  const file = join(folder, REPORT_FILE);
  await write(file, html);
  return file;
}

async function keep(
  folder: string,
  samples: Samples,
  facts: RunFacts,
  summary: Summary | null,
): Promise<Recording | null> {
  if (samples.firstAt === 0) return null;
  const recording = recordingOf(samples, facts, summary);
  await write(join(folder, TIMELINE_FILE), `${JSON.stringify(recording)}\n`);
  return recording;
}

function pageOf(folder: string, summary: Summary | null, recording: Recording | null): Page {
  const state = stateOf(folder, summary, recording);
  const settings = summary?.settings ?? recording?.settings ?? {};
  const stepsOf =
    summary?.stepsOf ?? stepsOfRun(recording ?? {}, recording?.figures.run.profile ?? '');
  return {
    state,
    settings,
    stepsOf,
    purpose: summary?.run.purpose ?? recording?.purpose ?? '',
    charts: recording === null ? [] : chartsOf(recording.timeline, settings, stepsOf),
    errors: recording?.timeline.errors ?? [],
    failures: recording?.timeline.firstFailures ?? [],
    spread: recording?.timeline.spread,
    traffic: summary === null ? recording?.traffic : (trafficIn(summary.metrics) ?? undefined),
    generator: (summary === null ? recording?.generator : summary.generator) ?? null,
    widthMs: recording?.timeline.widthMs ?? 0,
    runId: recording?.runId ?? '',
    environment: recording?.environment ?? settings.NUC_ENVIRONMENT ?? '',
  };
}

function stateOf(folder: string, summary: Summary | null, recording: Recording | null): RunState {
  if (summary !== null) return { kind: 'over', summary };
  if (recording !== null) {
    const { figures, noSummary: why = '' } = recording;
    return { kind: 'unfinished', figures, why };
  }
  throw new ReportError(
    `${folder}: expected the folder of a run, with summary.json, got neither that nor samples`,
  );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeWhole(file, text);
  } catch (error) {
    throw new ReportError(`${file}: not written: ${messageOf(error)}`, { cause: error });
  }
}
