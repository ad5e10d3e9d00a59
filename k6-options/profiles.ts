/** All load profiles by name. */
import { SettingsError } from '../lib/base/errors.ts';
import { shortened } from '../lib/base/safe-text.ts';
import type { Profile, ProfileOf } from '../lib/results/profile.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { arrivals } from './arrivals.ts';
import { breakpoint } from './breakpoint.ts';
import { connections } from './connections.ts';
import { defaultProfile } from './default.ts';
import { ramp } from './ramp.ts';
import { smoke } from './smoke.ts';
import { soak } from './soak.ts';
import { spike } from './spike.ts';

/** Of each course, unless NUC_QUESTIONS_PER_COURSE says otherwise; all of them where not told. */
const QUESTIONS_PER_COURSE: Readonly<Partial<Record<string, number>>> = { smoke: 2 };

const PROFILES: Readonly<Record<string, ProfileOf>> = {
  default: defaultProfile,
  smoke,
  ramp,
  spike,
  soak,
  arrivals,
  breakpoint,
  connections,
};

export const PROFILE_NAMES: readonly string[] = Object.keys(PROFILES);

/** How many questions of each course a session asks; null: all. */
export function questionsPerCourse({
  questionsPerCourse: given,
  profile,
}: Settings): number | null {
  return given ?? QUESTIONS_PER_COURSE[profile] ?? null;
}

/**
 * The profile that the settings name.
 * @param questions how many one session asks.
 * @throws SettingsError which lists the names.
 */
export function profileByName(settings: Settings, questions: number): Profile {
  // Only names of the table: every object has a `constructor` too.
  const profile = PROFILE_NAMES.includes(settings.profile) && PROFILES[settings.profile];
  if (!profile) {
    throw new SettingsError(
      `PROFILE: expected one of ${PROFILE_NAMES.join(', ')}, or the path of a .json file, got ${shortened(settings.profile)}`,
    );
  }
  return profile(settings, questions);
}
