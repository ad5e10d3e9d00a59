/** The load test: every session asks every question of every course. */

import { createEngine } from '#chat';
import type * as planModule from '../k6-options/plan.ts';
import { shuffledPlaces } from '../lib/base/random.ts';
import { loadCredentials } from '../lib/k6/run/credentials.ts';
import { IS_FIRST, shared, sharedList } from '../lib/k6/run/once.ts';
import { checkOptionsInForce } from '../lib/k6/run/options-in-force.ts';
import { logLevel } from '../lib/k6/session/log.ts';
import { drawn } from '../lib/k6/session/pause.ts';
import { hold, runSession } from '../lib/k6/session/run-session.ts';
import { readSchedule, type Schedule } from '../lib/k6/session/schedule.ts';
import { startBanner, startedText } from '../lib/render/log-text.ts';
import { countByCourse, type Question } from '../lib/settings/questions.ts';

// Bundled apart, and evaluated by k6's first run alone: no virtual user pays for it (build.mjs).
const plan = IS_FIRST
  ? (require('../k6-options/plan.ts') as typeof planModule).planRun()
  : undefined;

export const options = plan?.options;
export const handleSummary = plan?.handleSummary;

const settings = shared('settings', plan?.settings);
const profile = shared('profile', plan?.profile);
const questions = sharedList('questions', plan?.questions);
const run = {
  settings,
  profile,
  credentials: await loadCredentials(settings),
  users: sharedList('users', plan?.users),
  engine: createEngine({ separator: settings.separator, morph: settings.morph }),
  logLevel: logLevel(settings.log, profile.peakSessions),
};

export function setup(): Schedule {
  checkOptionsInForce(settings.summary);
  if (run.logLevel !== 'off') {
    const byCourse = profile.holdsSockets ? null : countByCourse(questions);
    console.log(startBanner({ profile: profile.name, sessions: profile.sessions, byCourse }));
    console.log(`\n${startedText(profile.sessions)}\n`);
  }
  return readSchedule();
}

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
