/** The frame of every session: set-up, what it is there for, normal close, and its count. */

import { ChatError, Interrupted } from '../../base/errors.ts';
import { sessionRandom } from '../../base/random.ts';
import type { Envelope } from '../../protocol/envelope.ts';
import type { UserContext } from '../../protocol/messages.ts';
import type { Profile } from '../../results/profile.ts';
import type { Settings } from '../../settings/settings.ts';
import { syntheticUser, type UserRow, userFrom } from '../../settings/users.ts';
import type { ChatSession } from '../chat/chat-session.ts';
import { openChat } from '../chat/open-chat.ts';
import type { Credentials } from '../run/credentials.ts';
import { type LogLevel, SessionLog } from './log.ts';
import { pause } from './pause.ts';
import { type Schedule, sessionDeadline, sessionNumber, startedLate, tagsNow } from './schedule.ts';
import { SessionEnd } from './session-end.ts';
import { SessionRecord } from './session-record.ts';

/** Before k6 is asked again whether the scenario is over. */
const TOO_LATE_MS = 100;

const NOT_OPEN_IN_TIME = new ChatError(
  'connect',
  'handshake_timeout',
  'the socket was not open when its time ended',
);

/** What all sessions of a run share. */
export interface Run {
  readonly settings: Settings;
  readonly profile: Pick<Profile, 'steps' | 'sessionLimitMs'>;
  readonly credentials: Credentials;
  readonly envelope: Envelope;
  /** Session N takes user N, in turn; none: a synthetic one. */
  readonly users: readonly UserRow[];
  readonly logLevel: LogLevel;
}

/** An open session, and what belongs to it. */
export interface OpenSession {
  readonly chat: ChatSession;
  readonly record: SessionRecord;
  /** When it has to end, epoch ms. */
  readonly endsAt: number;
  /** Of this session alone, from NUC_SEED. */
  readonly random: () => number;
}

/**
 * Runs one session. It never rejects: a session that fails ends alone, counted and logged.
 * @param schedule what setup read.
 * @param isOpening whether opening the socket is the point of the session: one that is not open when
 *   its time ends has then failed; else it was cut off.
 */
export async function runSession(
  run: Run,
  schedule: Schedule,
  talk: (session: OpenSession) => Promise<void>,
  isOpening = false,
): Promise<void> {
  const { settings, profile } = run;
  const deadline = sessionDeadline(schedule);
  // A session that ends in time may be followed by one for which k6 has a last moment left, or the
  // last two seconds where there is no graceful stop.
  if (Date.now() >= deadline) return pause(TOO_LATE_MS);
  const number = sessionNumber(schedule);
  const record = new SessionRecord(new SessionLog(number, run.logLevel), settings, () =>
    tagsNow(schedule, profile, settings.warmup),
  );
  const end = new SessionEnd(deadline, settings.sessionTimeout || (profile.sessionLimitMs ?? 0));
  let chat: ChatSession | null = null;
  record.started(startedLate(schedule));
  try {
    chat = await end.before(
      openChat(settings, run.credentials, run.envelope, userOf(run, number), record),
      (late) => late.close(),
    );
    const open = chat;
    end.watch((reason) => open.end(reason));
    const random = sessionRandom(settings.seed, number);
    await talk({ chat, record, endsAt: end.at, random });
    end.cancel();
    await chat.close();
    record.completed();
  } catch (error) {
    end.cancel();
    const neverOpened = isOpening && chat === null && error instanceof Interrupted;
    record.endedEarly(neverOpened ? NOT_OPEN_IN_TIME : error);
    await chat?.close();
  }
}

function userOf({ settings, users }: Run, session: number): UserContext {
  const synthetic = syntheticUser(settings, session, settings.courses[0] ?? '');
  const row = users[(session - 1) % users.length];
  return row === undefined ? synthetic : userFrom(row, synthetic);
}

/**
 * Holds the socket of a session until its time is over.
 * @throws ChatError of phase `stream` where it was closed before.
 */
export async function hold({ chat }: OpenSession): Promise<void> {
  try {
    await chat.idle();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}
