/**
 * Token → create chat → WebSocket: what every session starts with. A load test evaluates this file anew for
 * each session, so what it gives on must hold no function of it.
 */
import type { UserContext } from '../../protocol/messages.ts';
import { syntheticUser, type UserRow, userFrom } from '../../settings/users.ts';
import type { Credentials } from '../run/credentials.ts';
import type { RunSettings } from '../run/load-settings.ts';
import type { ChatEngine, ChatObserver, ChatOptions, ChatSession } from './chat-session.ts';
import type { Service } from './http-call.ts';
import { createChat, getToken } from './set-up.ts';

/** Whom all sessions of a run talk to, and how. */
export interface ChatService {
  readonly settings: RunSettings;
  readonly credentials: Credentials;
  readonly engine: ChatEngine;
  readonly http: Service['http'];
  readonly reasons: Service['reasons'];
}

/** What is told of the set-up; times in milliseconds. */
export interface SetUpObserver extends ChatObserver {
  onToken(ms: number): void;
  onChat(ms: number): void;
  /** @param setupMs session start → socket open. */
  onSocket(setupMs: number): void;
}

/** The time that a session has. */
export interface SessionTime {
  /** Milliseconds until the session has to end. */
  readonly left: () => number;
  /** See ChatOptions. */
  readonly steadyMs: () => number | null;
  readonly look: () => void;
}

/** @param users session N is user N, in turn; none: a synthetic one. */
export function userOf(
  settings: RunSettings,
  users: readonly UserRow[],
  session: number,
): UserContext {
  const synthetic = syntheticUser(settings, session, settings.courses[0] ?? '');
  const row = users[(session - 1) % users.length];
  return row === undefined ? synthetic : userFrom(row, synthetic);
}

/** @throws ChatError of phase `token`, `create` or `connect` */
export async function openChat(
  { settings, credentials, engine, http, reasons }: ChatService,
  user: UserContext,
  time: SessionTime,
  observer: SetUpObserver,
): Promise<ChatSession> {
  const startedAt = Date.now();
  const maxChars = settings.maxMessageKb * 1024;
  const service = {
    http,
    reasons,
    baseUrl: settings.baseUrl,
    maxReplyChars: maxChars,
    timeLeft: time.left,
  };
  const token = await getToken(service, credentials, user, settings.timezone);
  observer.onToken(token.ms);
  const chat = await createChat(service, token.grant);
  observer.onChat(chat.ms);
  const options: ChatOptions = {
    wsUrl: settings.wsUrl,
    origin: settings.origin,
    language: settings.language,
    timezone: settings.timezone,
    limits: {
      firstChunkMs: settings.firstChunkTimeout,
      stallMs: settings.stallTimeout,
      responseMs: settings.responseTimeout,
    },
    repeatWaitMs: settings.repeatWait,
    maxFrameChars: maxChars,
    handshakeMs: time.left(),
    steadyMs: time.steadyMs,
    look: time.look,
  };
  const session = await engine.open(chat.grant, options, observer);
  observer.onSocket(Math.max(0, Date.now() - startedAt));
  return session;
}
