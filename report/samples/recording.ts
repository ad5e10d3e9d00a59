/**
 * `timeline.json`, the file of a results folder from which its report's charts are made: some tens of
 * kilobytes, however long the run was. The samples themselves are not kept.
 */
import { join } from 'node:path';
import type { Summary } from '../../lib/results/summary.ts';
import type { Settings } from '../page/page-parts.ts';
import { publicOf } from '../page/settings-section.ts';
import { type Figures, figuresIn, figuresOf } from './figures.ts';
import { recordingShape } from './file-shapes.ts';
import { readJsonFile } from './json-file.ts';
import { readSamples } from './sample-file.ts';
import type { Samples } from './samples.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export const TIMELINE_FILE = 'timeline.json';
const SCHEMA = 'nuc-k6/timeline/1';
/** What k6 writes with `--out json=FILE`; it compresses where the name ends in .gz. */
const SAMPLE_FILES = ['samples.json', 'samples.json.gz'];

/** What is known of a run beside its samples. Older files have none of it. */
export interface RunFacts {
  /** Without the secret ones. */
  readonly settings?: Settings;
  /** Of the profile, in one line. */
  readonly purpose?: string;
  /** Why k6 left no summary, in one line without a full stop; only where it left none. */
  readonly noSummary?: string;
}

export interface Recording extends RunFacts {
  readonly schema: typeof SCHEMA;
  readonly runId: string;
  readonly environment: string;
  readonly figures: Figures;
  readonly timeline: Timeline;
}

/**
 * @param samples of a run that is over; one at least.
 * @param summary where k6 left one: its figures are the run's.
 */
export function recordingOf(
  samples: Samples,
  facts: RunFacts = {},
  summary: Summary | null = null,
): Recording {
  const { runId, environment } = samples.run;
  const { settings, purpose, noSummary } = facts;
  const courses = (settings?.COURSES ?? '').split(',').map((course) => course.trim());
  return {
    schema: SCHEMA,
    runId,
    environment,
    ...(settings === undefined ? {} : { settings: publicOf(settings) }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(noSummary === undefined || summary !== null ? {} : { noSummary }),
    figures: summary === null ? figuresOf(samples, { courses }) : figuresIn(summary),
    timeline: timelineOf(samples),
  };
}

/**
 * Reads what a results folder has: samples that the user had k6 write, else timeline.json.
 * @returns null where there is neither, or no sample in it.
 * @throws ReportError where a file cannot be read.
 */
export async function readRecording(folder: string): Promise<Recording | null> {
  for (const name of SAMPLE_FILES) {
    const samples = await readSamples(join(folder, name));
    if (samples !== null && samples.firstAt > 0) return recordingOf(samples);
  }
  return readJsonFile<Recording>(join(folder, TIMELINE_FILE), SCHEMA, recordingShape);
}
