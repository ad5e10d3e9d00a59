/**
 * `timeline.json`, the file of a results folder from which its report's charts are made: some tens of
 * kilobytes, however long the run was. The samples themselves are not kept.
 */
import { createReadStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../lib/shared/errors.ts';
import { type Figures, figuresOf } from './figures.ts';
import { ReportError } from './report-error.ts';
import { Samples } from './samples.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export const TIMELINE_FILE = 'timeline.json';
const SCHEMA = 'nuc-k6/timeline/1';
/** What k6 writes with `--out json=FILE`; it compresses where the name ends in .gz. */
const SAMPLE_FILES = ['samples.json', 'samples.json.gz'];

export interface Recording {
  readonly schema: typeof SCHEMA;
  readonly runId: string;
  readonly environment: string;
  readonly figures: Figures;
  readonly timeline: Timeline;
}

/** @param samples one at least. */
export function recordingOf(samples: Samples): Recording {
  const { runId, environment } = samples.run;
  return {
    schema: SCHEMA,
    runId,
    environment,
    figures: figuresOf(samples),
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
    const file = join(folder, name);
    if (!(await exists(file))) continue;
    const samples = await readSamples(file);
    return samples.firstAt === 0 ? null : recordingOf(samples);
  }
  const file = join(folder, TIMELINE_FILE);
  if (!(await exists(file))) return null;
  const recording = parse(await readFile(file, 'utf8'), file);
  if (recording.schema !== SCHEMA) {
    throw new ReportError(`${file}: expected the schema ${SCHEMA}, got ${recording.schema}`);
  }
  return recording;
}

/** Line by line: such a file may be gigabytes. @throws ReportError */
export async function readSamples(file: string): Promise<Samples> {
  const samples = new Samples();
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error) => text.destroy(error));
  try {
    const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) samples.take(line);
  } catch (error) {
    throw new ReportError(`${file}: not read to its end: ${messageOf(error)}`);
  }
  return samples;
}

function parse(text: string, file: string): Recording {
  try {
    return JSON.parse(text) as Recording;
  } catch {
    throw new ReportError(`${file}: expected JSON, got other text; was it cut short?`);
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
