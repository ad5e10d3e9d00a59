/** A profile of the user's own: a JSON file with k6 options. */
import { SettingsError } from '../lib/base/errors.ts';
import { parseJsonFile } from '../lib/base/json-file.ts';
import { isObject } from '../lib/base/json-object.ts';
import type { Profile, Thresholds } from '../lib/results/profile.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { k6Options } from './options.ts';
import { mostSucceeded } from './thresholds.ts';

/** k6 options as the file has them. */
export type OptionsFile = Readonly<Record<string, unknown>>;

/** k6 options that make a load; a file without any of them would run a single session. */
const LOAD = ['scenarios', 'vus', 'iterations', 'duration', 'stages'];

/** @throws SettingsError which names the file. */
export function parseOptionsFile(text: string, path: string): OptionsFile {
  const file = parseJsonFile(text, `PROFILE: ${path}`);
  if (!isObject(file) || !LOAD.some((name) => name in file)) {
    throw new SettingsError(
      `PROFILE: ${path}: expected an object with k6 options, one of ${LOAD.join(', ')} among them`,
    );
  }
  const { thresholds = {} } = file as OptionsFile;
  if (!isObject(thresholds) || !Object.values(thresholds).every(Array.isArray)) {
    throw new SettingsError(
      `PROFILE: ${path}: thresholds: expected an object, metric → list of thresholds`,
    );
  }
  return file as OptionsFile;
}

/**
 * What a threshold is on, and a count that holds only where that was measured: k6 lets a rate without
 * samples pass, and takes a time without samples for 0. The load generator's own lags have none: a threshold
 * on them is no verdict, and a load that asks nothing has them too.
 */
const COUNTED_BY: readonly [metrics: RegExp, counted: string, threshold: string][] = [
  [/^chat_(response|time_to_first_chunk|slo_met|chunk)[^{]*/, 'chat_responses_received', 'count>0'],
  [/^chat_session_success/, 'chat_sessions_completed', 'count>0'],
  // These have no counter; each of them takes some time, so its longest is above 0.
  [/^chat_setup_(success|time)/, 'chat_setup_time', 'max>0'],
  [/^chat_token_time/, 'chat_token_time', 'max>0'],
  [/^chat_create_time/, 'chat_create_time', 'max>0'],
  [/^http_req_[^{]*/, 'http_reqs', 'count>0'],
  [/^ws_(connecting|session_duration)[^{]*/, 'ws_sessions', 'count>0'],
  [/^iteration_duration[^{]*/, 'iterations', 'count>0'],
];

/** The file's thresholds, each with one beside it that asks for samples. */
function withSamples(thresholds: Thresholds): Thresholds {
  // A metric may have a name that every other object inherits, such as `constructor`.
  const all: Record<string, Thresholds[string]> = Object.create(null);
  const add = (metric: string, more: Thresholds[string]) => {
    all[metric] = [...new Set([...(all[metric] ?? []), ...more])];
  };
  for (const [metric, list] of Object.entries(thresholds)) {
    add(metric, list);
    for (const [metrics, counted, threshold] of COUNTED_BY) {
      if (metrics.test(metric)) add(metric.replace(metrics, counted), [threshold]);
    }
  }
  add('chat_sessions_started', ['count>0']);
  return all;
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
    peakSessions: Number.MAX_SAFE_INTEGER,
    sessions: `as ${name}.json says`,
  };
  const {
    scenarios: _,
    thresholds,
    tags,
    summaryTrendStats,
    ...rest
  } = k6Options(profile, settings);
  const stats = Array.isArray(file.summaryTrendStats) ? file.summaryTrendStats : [];
  return {
    profile,
    options: {
      ...rest,
      ...file,
      thresholds,
      // The summary's own are never missing.
      summaryTrendStats: [...new Set([...summaryTrendStats, ...stats])],
      tags: { ...tags, ...(file.tags as object) },
    },
  };
}
