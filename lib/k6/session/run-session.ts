/** The frame of every session: set-up, what it is there for, normal close, and its count. */

import { ChatError, Interrupted, isChatError } from '../../base/errors.ts';
import { sessionRandom } from '../../base/random.ts';
import type { Profile } from '../../results/profile.ts';
import type { UserRow } from '../../settings/users.ts';
import type { ChatSession } from '../chat/chat-session.ts';
import type * as openChatModule from '../chat/open-chat.ts';
import { Deadline } from './deadline.ts';
import { type LogLevel, SessionLog } from './log.ts';
import { pause } from './pause.ts';
import { noteSession, retryPauseMs } from './retry-pause.ts';
import {
  elapsedMs,
  hasArrivalRate,
  type Schedule,
  sessionNumber,
  startedLate,
  steadyMs,
  tagsNow,
  timeLeft,
} from './schedule.ts';
import { SessionRecord } from './session-record.ts';
import { Timer } from './timer.ts';
import { TimerLag } from './timer-lag.ts';

/** Before k6 is asked again whether the scenario is over. */
const TOO_LATE_MS = 100;
/** A service that has not answered a close by then does not answer it at all. */
const CLOSE_MS = 5000;
/** A call of the set-up ends with the session, by its own limit; a handshake may not. */
const GIVE_UP_MS = 500;

const NOT_OPEN_IN_TIME = new ChatError(
  'connect',
  'handshake_timeout',
  'the socket was not open when its time ended',
);

/** What all sessions of a run share. */
export interface Run extends openChatModule.ChatService {
  readonly profile: Pick<Profile, 'steps' | 'sessionLimitMs'>;
  /** Session N takes user N, in turn; none: a synthetic one. */
  readonly users: readonly UserRow[];
  readonly logLevel: LogLevel;
}

/** An open session, and what belongs to it. */
export interface OpenSession {
  readonly chat: ChatSession;
  readonly record: SessionRecord;
  readonly deadline: Deadline;
  /** Of this session alone, from NUC_SEED. */
  readonly random: () => number;
}

/**
 * Runs one session. It never rejects: a session that fails ends alone, counted and logged.
 * @param schedule what setup read.
 * @param isOpening whether opening the socket is the point of the session: one that is not open when
 *   its time ends has then failed; else it was interrupted.
 */
export async function runSession(
  run: Run,
  schedule: Schedule,
  talk: (session: OpenSession) => Promise<void>,
  isOpening = false,
): Promise<void> {
  const { settings, profile } = run;
  const before = timeLeft(schedule);
  const wait = hasArrivalRate(schedule) ? 0 : Math.min(retryPauseMs(settings.retryPause), before);
  if (wait > 0) await pause(wait);
  // A session that ends in time may be followed by one for which k6 has a last moment left, or the
  // last two seconds where there is no graceful stop.
  const left = Math.min(timeLeft(schedule), before - wait);
  if (left <= 0) return pause(TOO_LATE_MS);
  const number = sessionNumber(schedule);
  const log = new SessionLog(number, run.logLevel);
  const tags = () => tagsNow(schedule, profile, settings.warmup);
  const record = new SessionRecord(log, settings, tags, isOpening);
  const steady = { now: () => elapsedMs(schedule), left: () => timeLeft(schedule) };
  const deadline = new Deadline(
    left,
    settings.sessionTimeout || (profile.sessionLimitMs ?? 0),
    steadyMs(schedule) === null ? null : steady,
  );
  const time = {
    left: () => deadline.left(),
    steadyMs: () => steadyMs(schedule),
    look: () => deadline.look(),
  };
  record.started(startedLate(schedule));
  const timerLag = new TimerLag((ms) => record.onTimer(ms), time.steadyMs);
  const opening = openingOf(run, number, time, record);
  let chat: ChatSession | null = null;
  try {
    chat = await deadline.race(opening, (late) => late.close());
    const open = chat;
    deadline.onOver((reason) => open.end(reason));
    const random = sessionRandom(settings.seed, number);
    await talk({ chat, record, deadline, random });
    deadline.cancel();
    await closeInTime(chat, log);
    record.completed();
    noteSession(false);
  } catch (error) {
    deadline.cancel();
    const isCut = error instanceof Interrupted;
    const isLate = isOpening ? isCut : record.isConnecting && isTimeout(error);
    record.endedEarly(chat === null && isLate ? NOT_OPEN_IN_TIME : error);
    noteSession(record.isUnused && !isCut);
    if (chat === null) await expectEnd(opening, log);
    else await closeInTime(chat, log);
  } finally {
    timerLag.stop();
  }
}

function isTimeout(error: unknown): boolean {
  return isChatError(error) && error.reason === 'session_timeout';
}

/** A service may never answer the close. k6 then waits for ever, but the session has been counted. */
async function closeInTime(chat: ChatSession, log: SessionLog): Promise<void> {
  const isClosed = await withinMs(CLOSE_MS, chat.close());
  if (!isClosed)
    log.warning('the close was not answered; k6 waits until the service cuts the socket');
}

/** k6's own WebSocket has no way to give a handshake up: its limit is 60 s. */
async function expectEnd(opening: Promise<ChatSession>, log: SessionLog): Promise<void> {
  const isOver = await withinMs(GIVE_UP_MS, opening);
  if (!isOver) log.warning('the handshake hangs; k6 gives it up 60 s after its start, no sooner');
}

/** @returns whether the work ended in time, in whatever way. */
function withinMs(ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = new Timer();
    const end = () => {
      timer.stop();
      resolve(true);
    };
    timer.start(ms, () => resolve(false));
    work.then(end, end);
  });
}

/** Evaluated anew for each session: once it is open, nothing of how it was opened is kept (build.mjs). */
function openingOf(
  run: Run,
  session: number,
  time: openChatModule.SessionTime,
  record: SessionRecord,
): Promise<ChatSession> {
  const evaluate = require('../chat/open-chat.ts?anew') as () => typeof openChatModule;
  const { openChat, userOf } = evaluate();
  return openChat(run, userOf(run.settings, run.users, session), time, record);
}

/**
 * Holds the socket of a session until its time is over.
 * @throws ChatError of phase `stream` where it was closed before.
 */
export async function hold({ chat }: OpenSession): Promise<void> {
  const reason = await chat.untilOver();
  if (!(reason instanceof Interrupted)) throw reason;
}
