/** The load test: every session asks every question of every course. */
import { k6Options } from '../k6-options/options.ts';
import { profileByName } from '../k6-options/profiles.ts';
import type { ChatSession } from '../lib/k6/chat-session.ts';
import { loadCredentials } from '../lib/k6/credentials.ts';
import { createEnvelope } from '../lib/k6/envelope.ts';
import { loadQuestions, loadSettings, orStop } from '../lib/k6/init.ts';
import { logLevel, SessionLog } from '../lib/k6/log.ts';
import { openChat } from '../lib/k6/open-chat.ts';
import { think } from '../lib/k6/pause.ts';
import { sessionNumber } from '../lib/k6/schedule.ts';
import { SessionEnd } from '../lib/k6/session-end.ts';
import { SessionRecord } from '../lib/k6/session-record.ts';
import { summaryHandler } from '../lib/k6/summary-handler.ts';
import { userContext } from '../lib/k6/user.ts';
import { banner, startBanner } from '../lib/shared/log-text.ts';
import { countByCourse } from '../lib/shared/questions.ts';

const settings = loadSettings();
const questions = loadQuestions(settings, settings.courses, settings.questionsPerCourse);
const profile = orStop(() => profileByName(settings, questions.length));
const credentials = await loadCredentials(settings);
const envelope = createEnvelope({ separator: settings.separator, morph: settings.morph });
const level = logLevel(settings.log, profile.peakSessions);

export const options = k6Options(profile, settings);
export const handleSummary = summaryHandler(settings, profile);

export function setup(): void {
  if (level === 'off') return;
  const byCourse = countByCourse(questions);
  console.log(startBanner({ profile: profile.name, sessions: profile.sessions, byCourse }));
  console.log(`\nStarted ${profile.sessions} concurrent sessions\n`);
}

export default async function chatSession(): Promise<void> {
  const number = sessionNumber();
  const record = new SessionRecord(new SessionLog(number, level), settings, () => ({}));
  const end = new SessionEnd(settings.sessionTimeout);
  let chat: ChatSession | null = null;
  record.started();
  try {
    const user = userContext(settings, number, settings.courses[0] ?? '');
    chat = await openChat(settings, credentials, envelope, user, record);
    const open = chat;
    end.watch((reason) => open.end(reason));
    for (const [index, { course, text }] of questions.entries()) {
      if (index > 0) await think(settings.thinkTime, end.at);
      record.asking(index + 1, questions.length, course, text);
      record.answered(await chat.ask(text, course));
    }
    end.cancel();
    await chat.close();
    record.completed();
  } catch (error) {
    end.cancel();
    record.endedEarly(error);
    await chat?.close();
  }
}

export function teardown(): void {
  if (level !== 'off') console.log(`\n${banner('ALL SESSIONS COMPLETED')}`);
}
