/**
 * What is worked out once for a whole run: settings, profile, questions, users, k6's options, what
 * stands before the sessions, and the summary at the end. Every virtual user evaluates its whole bundle,
 * so this part, most of the code, is bundled apart and evaluated only where k6 needs it (build.mjs,
 * once.ts).
 */

import { filesRead, orStop } from '../lib/k6/run/init.ts';
import { loadQuestions, loadSettings, type RunSettings } from '../lib/k6/run/load-settings.ts';
import { loadUsers } from '../lib/k6/run/load-users.ts';
import { sharedList } from '../lib/k6/run/once.ts';
import { checkOptionsInForce } from '../lib/k6/run/options-in-force.ts';
import { readSchedule } from '../lib/k6/run/read-schedule.ts';
import { type HandleSummary, summaryHandler } from '../lib/k6/run/summary-handler.ts';
import { logLevel } from '../lib/k6/session/log.ts';
import type { Schedule } from '../lib/k6/session/schedule.ts';
import { startBanner, startedText } from '../lib/render/log-text.ts';
import { type Profile, stepsOf } from '../lib/results/profile.ts';
import { countByCourse, type Question } from '../lib/settings/questions.ts';
import type { Settings } from '../lib/settings/settings.ts';
import type { UserRow } from '../lib/settings/users.ts';
import { loadProfile } from './load-profile.ts';
import { questionsPerCourse } from './profiles.ts';

/** What a virtual user has to know of the profile. */
export type ProfileFacts = Pick<Profile, 'steps' | 'peakSessions' | 'sessionLimitMs'>;

export interface Plan {
  readonly settings: RunSettings;
  readonly profile: ProfileFacts;
  readonly questions: readonly Question[];
  readonly users: readonly UserRow[];
  /** What a script exports for k6. */
  readonly options: Record<string, unknown>;
  readonly setup: () => Schedule;
  readonly handleSummary: HandleSummary;
}

/**
 * Stops the run, in one line, where a setting or a file is wrong.
 * @param engine what the script was built with.
 */
export function planRun(engine: string): Plan {
  return orStop(() => {
    const settings = loadSettings();
    // k6 evaluates this again for `setup` and for the summary: what is long is read for the first alone.
    const questions = sharedList('questions', () =>
      loadQuestions(settings, settings.courses, questionsPerCourse(settings)),
    );
    const users = sharedList('users', () => loadUsers(settings));
    const { profile, options } = loadProfile(settings, questions.length);
    const { steps, peakSessions, sessionLimitMs = 0 } = profile;
    const files = sharedList('files', () => filesRead);
    return {
      settings,
      profile: { steps, peakSessions, sessionLimitMs },
      questions,
      users,
      options,
      setup: () => setUp(settings, profile, questions, files),
      handleSummary: summaryHandler(settings, profile, engine),
    };
  });
}

/** Before the first session: what k6's flags made of the options, the log's head, the schedule. */
function setUp(
  settings: Settings,
  profile: Profile,
  questions: readonly Question[],
  files: readonly string[],
): Schedule {
  checkOptionsInForce(settings.summary);
  const { name, sessions, peakSessions } = profile;
  if (logLevel(settings.log, peakSessions) !== 'off') {
    const byCourse = stepsOf(profile) === 'sockets' ? null : countByCourse(questions);
    console.log(startBanner({ profile: name, sessions, byCourse, files }));
    console.log(`\n${startedText(sessions, new Date())}\n`);
  }
  return readSchedule();
}
