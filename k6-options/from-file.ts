/** A profile of the user's own: a JSON file with k6 options. */
import { SettingsError } from '../lib/shared/errors.ts';
import type { Settings } from '../lib/shared/settings.ts';
import { k6Options } from './options.ts';
import type { Profile, Thresholds } from './profile.ts';
import { mostSucceeded } from './verdict.ts';

/** k6 options as the file has them. */
export type OptionsFile = Readonly<Record<string, unknown>>;

/** What says who comes and when; a file without any of these would run a single session. */
const LOAD = ['scenarios', 'vus', 'iterations', 'duration', 'stages'];

/** @throws SettingsError which names the file. */
export function parseOptionsFile(text: string, path: string): OptionsFile {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new SettingsError(`PROFILE: ${path}: expected JSON, got other text`);
  }
  if (typeof file !== 'object' || file === null || !LOAD.some((name) => name in file)) {
    throw new SettingsError(
      `PROFILE: ${path}: expected an object with k6 options, one of ${LOAD.join(', ')} among them`,
    );
  }
  return file as OptionsFile;
}

/** What answers are measured by: without an answer, k6 would let a threshold on these pass. */
const OF_ANSWERS = /^chat_(response|time_to_first_chunk|slo_met|chunk|client_lag)[^{]*/;

/** The file's thresholds, each on answers or sessions with one beside it that asks for samples. */
function withSamples(thresholds: Thresholds): Thresholds {
  const counts: Record<string, Thresholds[string]> = { chat_sessions_started: ['count>0'] };
  for (const metric of Object.keys(thresholds)) {
    if (OF_ANSWERS.test(metric)) {
      counts[metric.replace(OF_ANSWERS, 'chat_responses_received')] = ['count>0'];
    }
  }
  return { ...counts, ...thresholds };
}

/** The file's options, with what the summary and the tags need; its thresholds replace the own. */
export function optionsFromFile(
  file: OptionsFile,
  path: string,
  settings: Settings,
): { profile: Profile; options: Record<string, unknown> } {
  const name = (path.split(/[\\/]/).pop() ?? path).replace(/\.json$/, '').replace(/[^\w.-]/g, '_');
  const profile: Profile = {
    name,
    purpose: `k6 options of ${name}.json`,
    scenarios: {},
    thresholds:
      file.thresholds === undefined
        ? mostSucceeded(settings)
        : withSamples(file.thresholds as Thresholds),
    steps: [],
    // Not known from options alone: no log of every frame.
    peakSessions: Number.POSITIVE_INFINITY,
    sessions: `as ${name}.json says`,
  };
  const { scenarios: _, thresholds, tags, ...rest } = k6Options(profile, settings);
  return {
    profile,
    options: { ...rest, ...file, thresholds, tags: { ...tags, ...(file.tags as object) } },
  };
}
