/** The load test: every session asks every question of every course. */

import http from 'k6/http';
import { createEngine, ENGINE_NAME } from '#chat';
import type * as planModule from '../k6-options/plan.ts';
import { shuffledPlaces } from '../lib/base/random.ts';
import { reasons } from '../lib/k6/reasons.ts';
import { loadCredentials } from '../lib/k6/run/credentials.ts';
import { IS_FIRST, shared, sharedList } from '../lib/k6/run/once.ts';
import { logLevel } from '../lib/k6/session/log.ts';
import { drawn } from '../lib/k6/session/pause.ts';
import { hold, runSession } from '../lib/k6/session/run-session.ts';
import type { Schedule } from '../lib/k6/session/schedule.ts';
import type { Question } from '../lib/settings/questions.ts';
import type { UserRow } from '../lib/settings/users.ts';

// Bundled apart, and evaluated by k6's first run alone: no virtual user pays for it (build.mjs).
const plan = IS_FIRST
  ? (require('../k6-options/plan.ts') as typeof planModule).planRun(ENGINE_NAME)
  : undefined;

export const options = plan?.options;
export const setup = plan?.setup;
export const handleSummary = plan?.handleSummary;

const settings = shared('settings', plan?.settings);
const profile = shared('profile', plan?.profile);
const questions = plan?.questions ?? sharedList<Question>('questions', () => []);
const run = {
  settings,
  profile,
  credentials: await loadCredentials(settings),
  users: plan?.users ?? sharedList<UserRow>('users', () => []),
  engine: createEngine({ separator: settings.separator, morph: settings.morph }),
  http,
  reasons,
  logLevel: logLevel(settings.log, profile.peakSessions),
};

/** One session: token → chat → socket → every question, one at a time → normal close. */
export default async function chat(schedule: Schedule): Promise<void> {
  await runSession(run, schedule, async ({ chat, record, deadline, random }) => {
    const { length } = questions;
    const isShuffled = settings.questionOrder === 'shuffled';
    const nextPlace = isShuffled ? shuffledPlaces(length, random) : undefined;
    for (let index = 0; index < length; index++) {
      const { course, text } = questions[nextPlace?.() ?? index] as Question;
      if (index > 0) await deadline.pause(drawn(settings.thinkTime, random));
      const sending = () => record.asking(index + 1, length, course, text);
      record.answered(await chat.ask(text, course, sending));
    }
  });
}

/** One session of the profile `connections`: its socket is opened and held, nothing is asked. */
export async function connections(schedule: Schedule): Promise<void> {
  await runSession(run, schedule, hold, true);
}
