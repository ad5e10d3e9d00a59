/** The load test: every session asks every question of every course. */
import { SMOKE_QUESTIONS_PER_COURSE } from '../k6-options/smoke.ts';
import { loadCredentials } from '../lib/k6/credentials.ts';
import { createEnvelope } from '../lib/k6/envelope.ts';
import { loadQuestions, loadSettings } from '../lib/k6/init.ts';
import { loadProfile } from '../lib/k6/load-profile.ts';
import { logLevel } from '../lib/k6/log.ts';
import { think } from '../lib/k6/pause.ts';
import { hold, runSession } from '../lib/k6/run-session.ts';
import { summaryHandler } from '../lib/k6/summary-handler.ts';
import { loadUsers } from '../lib/k6/users.ts';
import { banner, startBanner, startedText } from '../lib/shared/log-text.ts';
import { countByCourse } from '../lib/shared/questions.ts';
import { shuffled } from '../lib/shared/random.ts';

const settings = loadSettings();
const perCourse =
  settings.questionsPerCourse ?? (settings.profile === 'smoke' ? SMOKE_QUESTIONS_PER_COURSE : null);
const questions = loadQuestions(settings, settings.courses, perCourse);
const { profile, options: profileOptions } = loadProfile(settings, questions.length);
const run = {
  settings,
  profile,
  credentials: await loadCredentials(settings),
  userOf: await loadUsers(settings),
  envelope: createEnvelope({ separator: settings.separator, morph: settings.morph }),
  logLevel: logLevel(settings.log, profile.peakSessions),
};

export const options = profileOptions;
export const handleSummary = summaryHandler(settings, profile);

export function setup(): void {
  if (run.logLevel === 'off') return;
  const byCourse = countByCourse(questions);
  console.log(startBanner({ profile: profile.name, sessions: profile.sessions, byCourse }));
  console.log(`\n${startedText(profile.sessions)}\n`);
}

/** One session: token → chat → socket → every question, one at a time → normal close. */
export default async function chat(): Promise<void> {
  await runSession(run, async ({ chat, record, endsAt, random }) => {
    const order =
      settings.questionOrder === 'shuffled' ? shuffled([...questions], random) : questions;
    for (const [index, { course, text }] of order.entries()) {
      if (index > 0) await think(settings.thinkTime, endsAt, random);
      record.asking(index + 1, order.length, course, text);
      record.answered(await chat.ask(text, course));
    }
  });
}

/** One session of the profile `connections`: its socket is opened and held, nothing is asked. */
export async function connections(): Promise<void> {
  await runSession(run, hold, true);
}

export function teardown(): void {
  if (run.logLevel !== 'off') console.log(`\n${banner('ALL SESSIONS COMPLETED')}`);
}
