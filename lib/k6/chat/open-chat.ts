/** Token → create chat → WebSocket: what every session starts with. */
import type { Envelope } from '../../protocol/envelope.ts';
import type { UserContext } from '../../protocol/messages.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Credentials } from '../run/credentials.ts';
import { type ChatObserver, ChatSession } from './chat-session.ts';
import { createChat, getToken } from './set-up.ts';

/** What is told of the set-up; times in milliseconds. */
export interface SetUpObserver extends ChatObserver {
  tokenReceived(ms: number): void;
  chatCreated(ms: number): void;
  /** Session start → socket open. */
  socketOpen(setupMs: number): void;
}

/** @throws ChatError of phase `token`, `create` or `connect` */
export async function openChat(
  settings: Settings,
  credentials: Credentials,
  envelope: Envelope,
  user: UserContext,
  observer: SetUpObserver,
): Promise<ChatSession> {
  const startedAt = Date.now();
  const maxChars = settings.maxMessageKb * 1024;
  const service = { baseUrl: settings.baseUrl, maxReplyChars: maxChars };
  const token = await getToken(service, credentials, user, settings.timezone);
  observer.tokenReceived(token.ms);
  const chat = await createChat(service, token.grant);
  observer.chatCreated(chat.ms);
  const session = await ChatSession.open(
    envelope,
    chat.grant,
    {
      wsUrl: settings.wsUrl ?? settings.baseUrl.replace(/^http/, 'ws'),
      // An Origin has no path, whatever the base URL has.
      origin: settings.origin ?? settings.baseUrl.replace(/^(\w+:\/\/[^/]+).*$/, '$1'),
      language: settings.language,
      timezone: settings.timezone,
      limits: {
        firstChunkMs: settings.firstChunkTimeout,
        stallMs: settings.stallTimeout,
        responseMs: settings.responseTimeout,
      },
      maxFrameChars: maxChars,
    },
    observer,
  );
  observer.socketOpen(Date.now() - startedAt);
  return session;
}
