/** All load profiles by name. */
import { SettingsError } from '../lib/shared/errors.ts';
import type { Settings } from '../lib/shared/settings.ts';
import { defaultProfile } from './default.ts';
import type { Profile, ProfileOf } from './profile.ts';

const PROFILES: Readonly<Record<string, ProfileOf>> = {
  default: defaultProfile,
};

export const PROFILE_NAMES = Object.keys(PROFILES);

/**
 * The profile that the settings name.
 * @throws SettingsError which lists the names.
 */
export function profileByName(settings: Settings, questions: number): Profile {
  const profile = PROFILES[settings.profile];
  if (profile === undefined) {
    throw new SettingsError(
      `PROFILE: expected one of ${PROFILE_NAMES.join(', ')}, or the path of a .json file, got ${JSON.stringify(settings.profile)}`,
    );
  }
  return profile(settings, questions);
}
