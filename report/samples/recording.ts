/**
 * `timeline.json`, the file of a results folder from which its report's charts are made: some tens of
 * kilobytes, however long the run was. The samples themselves are not kept.
 */
import { join } from 'node:path';
import { Clean } from 'typebox/value';
import type { StepsOf, Summary } from '../../lib/results/model.ts';
import type { Step } from '../../lib/results/profile.ts';
import { withoutPrivate } from '../../lib/settings/settings.ts';
import { figuresOfSamples, type KnownParts, trafficOf } from './figures.ts';
import { readJsonFile } from './json-file.ts';
import { figuresShape, type Recording, recordingShape } from './recording-shape.ts';
import { readSamples } from './sample-file.ts';
import type { Samples } from './samples.ts';
import { timelineOf } from './timeline.ts';

export const TIMELINE_FILE = 'timeline.json';
/** What k6 writes with `--out json=FILE`; it compresses where the name ends in .gz. */
export const SAMPLE_FILES = ['samples.json', 'samples.json.gz'];

/** What is known of a run beside its samples. */
export type RunFacts = KnownParts &
  Pick<Recording, 'settings' | 'purpose' | 'stepsOf' | 'noSummary' | 'generator'>;

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
  const {
    settings,
    purpose,
    noSummary,
    generator,
    courses = [],
    steps = stepsIn(summary),
    stepsOf,
  } = facts;
  const traffic = trafficOf(samples);
  const parts = steps === undefined ? { courses } : { courses, steps };
  return {
    schema: 'nuc-k6/timeline/1',
    runId,
    environment,
    ...(settings === undefined ? {} : { settings: withoutPrivate(settings) }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(stepsOf === undefined ? {} : { stepsOf }),
    ...(noSummary === undefined || summary !== null ? {} : { noSummary }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(generator === undefined || summary !== null ? {} : { generator }),
    figures:
      summary === null
        ? figuresOfSamples(samples, true, parts)
        : (Clean(figuresShape, structuredClone(summary)) as Recording['figures']),
    timeline: timelineOf(samples, steps),
  };
}

function stepsIn(summary: Summary | null): readonly Step[] | undefined {
  return summary?.bySteps.every(({ fromMs }) => fromMs !== undefined)
    ? (summary.bySteps as readonly Step[])
    : undefined;
}

/**
 * What a run without a summary is about. Where the runner has not said so, which knows the profile,
 * the name of the one that holds sockets tells.
 */
export function stepsOfRun({ stepsOf }: RunFacts, profile: string): StepsOf {
  return stepsOf ?? (profile === 'connections' ? 'sockets' : 'answers');
}

/**
 * Reads what a results folder has: samples that the user had k6 write, else timeline.json.
 * @param summary where k6 left one.
 * @returns null where there is neither, or no sample in it.
 * @throws ReportError where a file cannot be read.
 */
export async function readRecording(
  folder: string,
  summary: Summary | null = null,
): Promise<Recording | null> {
  for (const name of SAMPLE_FILES) {
    const samples = await readSamples(join(folder, name));
    if (samples !== null && samples.firstAt > 0) return recordingOf(samples, {}, summary);
  }
  return readJsonFile(join(folder, TIMELINE_FILE), recordingShape);
}
