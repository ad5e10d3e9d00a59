/** Where the socket of a session is opened, and what the handshake carries. */
import { type Grant, SOCKET_PATH } from '../../protocol/messages.ts';
import type { ChatOptions } from './chat-session.ts';

/** @returns the URL, which holds the token: no log and no tag may have it. */
export function socketUrl(grant: Grant, options: Pick<ChatOptions, 'wsUrl'>): string {
  return `${options.wsUrl}${SOCKET_PATH}?token=${encodeURIComponent(grant.token)}`;
}

export function socketParams(options: Pick<ChatOptions, 'origin'>) {
  return {
    headers: { Origin: options.origin },
    // In place of the URL.
    tags: { name: 'chat-socket' },
  };
}
