/** The profile that PROFILE names: one of k6-options, or a JSON file with k6 options. */
import { optionsFromFile, parseOptionsFile } from '../../k6-options/from-file.ts';
import { k6Options } from '../../k6-options/options.ts';
import type { Profile } from '../../k6-options/profile.ts';
import { profileByName } from '../../k6-options/profiles.ts';
import type { Settings } from '../shared/settings.ts';
import { readFile } from './init.ts';

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
