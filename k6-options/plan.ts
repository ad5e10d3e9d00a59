/**
 * What is worked out once for a whole run: settings, profile, questions, users, k6's options, and
 * the summary at the end. Every virtual user evaluates its whole bundle, so this part, most of the
 * code, is bundled apart and evaluated only where k6 needs it (build.mjs, once.ts).
 */

import { orStop } from '../lib/k6/run/init.ts';
import { loadQuestions, loadSettings } from '../lib/k6/run/load-settings.ts';
import { loadUsers } from '../lib/k6/run/load-users.ts';
import { type HandleSummary, summaryHandler } from '../lib/k6/run/summary-handler.ts';
import { type Profile, stepsOf } from '../lib/results/profile.ts';
import type { Question } from '../lib/settings/questions.ts';
import type { Settings } from '../lib/settings/settings.ts';
import type { UserRow } from '../lib/settings/users.ts';
import { loadProfile } from './load-profile.ts';
import { questionsPerCourse } from './profiles.ts';

/** What a virtual user has to know of the profile. */
export interface ProfileFacts
  extends Pick<Profile, 'name' | 'steps' | 'peakSessions' | 'sessions' | 'sessionLimitMs'> {
  /** Sockets are opened and held, and nothing is asked. */
  readonly holdsSockets: boolean;
}

export interface Plan {
  readonly settings: Settings;
  readonly profile: ProfileFacts;
  readonly questions: readonly Question[];
  readonly users: readonly UserRow[];
  /** What a script exports for k6. */
  readonly options: Record<string, unknown>;
  readonly handleSummary: HandleSummary;
}

/** Stops the run, in one line, where a setting or a file is wrong. */
export function planRun(): Plan {
  return orStop(() => {
    const settings = loadSettings();
    const questions = loadQuestions(settings, settings.courses, questionsPerCourse(settings));
    const { profile, options } = loadProfile(settings, questions.length);
    const { name, steps, peakSessions, sessions, sessionLimitMs = 0 } = profile;
    return {
      settings,
      profile: {
        name,
        steps,
        peakSessions,
        sessions,
        sessionLimitMs,
        holdsSockets: stepsOf(profile) === 'sockets',
      },
      questions,
      users: loadUsers(settings),
      options,
      handleSummary: summaryHandler(settings, profile),
    };
  });
}
