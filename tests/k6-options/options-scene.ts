/** What a test of k6's options asks for: those of a profile, and those of a user's file. */
import { optionsFromFile, parseOptionsFile } from '../../k6-options/from-file.ts';
import { k6Options } from '../../k6-options/options.ts';
import { profileByName } from '../../k6-options/profiles.ts';
import { isOfGenerator } from '../../lib/results/generator-thresholds.ts';
import type { Threshold, Thresholds } from '../../lib/results/profile.ts';
import { readSettings } from '../../lib/settings/settings.ts';

export type Env = Record<string, string>;

/** The thresholds that ask something of the service. */
export function asked(thresholds: Thresholds): Record<string, readonly Threshold[]> {
  return Object.fromEntries(
    Object.entries(thresholds).filter(([name, list]) => list.length > 0 && !isOfGenerator(name)),
  );
}

export function optionsOf(name: string, env: Env = {}) {
  const settings = readSettings({ PROFILE: name, ...env });
  return k6Options(profileByName(settings, 40), settings);
}

export function fromFile(file: object, env: Env = {}, path = 'loads/mine.json') {
  const parsed = parseOptionsFile(JSON.stringify(file), path);
  const { options, profile } = optionsFromFile(parsed, path, readSettings(env));
  return { options, profile, thresholds: asked(options.thresholds as Thresholds) };
}
