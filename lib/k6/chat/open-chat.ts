/** Token → create chat → WebSocket: what every session starts with. */
import type { UserContext } from '../../protocol/messages.ts';
import type { Credentials } from '../run/credentials.ts';
import type { RunSettings } from '../run/load-settings.ts';
import type { ChatEngine, ChatObserver, ChatOptions, ChatSession } from './chat-session.ts';
import { createChat, getToken } from './set-up.ts';

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
  left(): number;
  /** See ChatOptions. */
  steadyMs(): number | null;
}

/** @throws ChatError of phase `token`, `create` or `connect` */
export async function openChat(
  settings: RunSettings,
  credentials: Credentials,
  engine: ChatEngine,
  user: UserContext,
  time: SessionTime,
  observer: SetUpObserver,
): Promise<ChatSession> {
  const startedAt = Date.now();
  const maxChars = settings.maxMessageKb * 1024;
  const service = {
    baseUrl: settings.baseUrl,
    maxReplyChars: maxChars,
    timeLeft: () => time.left(),
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
    steadyMs: () => time.steadyMs(),
  };
  const session = await engine.open(chat.grant, options, observer);
  observer.onSocket(Math.max(0, Date.now() - startedAt));
  return session;
}
