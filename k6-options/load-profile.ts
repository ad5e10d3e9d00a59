/** The profile that PROFILE names: one of k6-options, or a JSON file with k6 options. */

import { readFile } from '../lib/k6/run/init.ts';
import type { Profile } from '../lib/results/profile.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { optionsFromFile, parseOptionsFile } from './from-file.ts';
import { k6Options } from './options.ts';
import { profileByName } from './profiles.ts';

export interface LoadedProfile {
  readonly profile: Profile;
  /** What a script exports as `options`. */
  readonly options: Record<string, unknown>;
}

/**
 * @param questions how many one session asks.
 * @throws SettingsError
 */
export function loadProfile(settings: Settings, questions: number): LoadedProfile {
  if (!settings.profile.endsWith('.json')) {
    const profile = profileByName(settings, questions);
    return { profile, options: k6Options(profile, settings) };
  }
  const file = parseOptionsFile(readFile('PROFILE', settings.profile), settings.profile);
  return optionsFromFile(file, settings.profile, settings);
}
