/** `report.html`, one file that opens anywhere: made from what a results folder has. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../lib/shared/errors.ts';
import { SUMMARY_SCHEMA, type Summary } from '../lib/shared/summary.ts';
import { chartsOf } from './charts.ts';
import { pageDocument } from './page.ts';
import { pageAssets } from './page-assets.ts';
import type { Page } from './page-parts.ts';
import { type Recording, readRecording, recordingOf, TIMELINE_FILE } from './recording.ts';
import { ReportError } from './report-error.ts';
import type { Samples } from './samples.ts';

export const REPORT_FILE = 'report.html';
const SUMMARY_FILE = 'summary.json';

/**
 * Writes `report.html` from the folder's summary.json and its samples.
 * @param folder of one run: `results/<time>-<profile>`.
 * @param samples of the run, where the caller has them: what the charts need is kept in
 *   timeline.json, so that the report can be made again. Else the folder's timeline.json,
 *   samples.json or samples.json.gz is read; without one the report has no charts.
 * @returns the path of report.html.
 * @throws ReportError where the folder has neither a summary nor samples, or a file cannot be read.
 */
export async function writeReport(folder: string, samples?: Samples): Promise<string> {
  let recording: Recording | null = null;
  if (samples === undefined) {
    recording = await readRecording(folder);
  } else if (samples.firstAt > 0) {
    recording = recordingOf(samples);
    await write(join(folder, TIMELINE_FILE), `${JSON.stringify(recording)}\n`);
  }
  const summary = await readSummary(join(folder, SUMMARY_FILE));
  const html = pageDocument(pageOf(folder, summary, recording), await pageAssets());
  const file = join(folder, REPORT_FILE);
  await write(file, html);
  return file;
}

function pageOf(folder: string, summary: Summary | null, recording: Recording | null): Page {
  const settings = summary?.settings ?? {};
  const page = {
    settings,
    purpose: summary?.run.purpose ?? '',
    charts: recording === null ? [] : chartsOf(recording.timeline, settings),
    widthMs: recording?.timeline.widthMs ?? 0,
    runId: recording?.runId ?? '',
    environment: recording?.environment ?? settings.NUC_ENVIRONMENT ?? '',
  };
  if (summary !== null) return { ...page, state: { kind: 'over', summary } };
  if (recording !== null) {
    return { ...page, state: { kind: 'unfinished', figures: recording.figures } };
  }
  throw new ReportError(
    `${folder}: expected the folder of a run, with summary.json, got neither that nor samples`,
  );
}

async function readSummary(file: string): Promise<Summary | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ReportError(`${file}: ${messageOf(error)}`);
  }
  let summary: Partial<Summary> | null;
  try {
    summary = JSON.parse(text);
  } catch {
    throw new ReportError(`${file}: expected JSON, got other text; was it cut short?`);
  }
  if (summary?.schema !== SUMMARY_SCHEMA) {
    throw new ReportError(
      `${file}: expected the schema ${SUMMARY_SCHEMA}, got ${summary?.schema ?? 'none'}`,
    );
  }
  return summary as Summary;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new ReportError(`${file}: not written: ${messageOf(error)}`);
  }
}
