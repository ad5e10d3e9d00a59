/** From an upgrade request to an open socket, or to a refusal. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { SOCKET_PATH } from '../lib/protocol/messages.ts';
import { ChatSocket, ServerSocket, type Service } from './chat-socket.ts';
import { isOrigin } from './checks.ts';
import { faultCode } from './faults.ts';
import { refuse } from './refuse.ts';
import type { Session } from './sessions.ts';

const FRAME_LIMIT_BYTES = 1024 * 1024;

export class Handshakes {
  private readonly server = new WebSocketServer({
    noServer: true,
    WebSocket: ServerSocket,
    maxPayload: FRAME_LIMIT_BYTES,
  });
  private readonly chats = new Set<ChatSocket>();
  private readonly unanswered = new Set<Duplex>();

  constructor(private readonly service: Service) {
    this.server.on('wsClientError', (_, socket) => {
      service.counters.violation('handshake:invalid');
      refuse(socket, 400);
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { counters, settings } = this.service;
    // A client that goes away now is no error of the simulator's.
    socket.on('error', () => {});
    const session = this.admit(request, socket);
    if (!session) return;
    if (session.faults.has('handshake-hang')) {
      this.unanswered.add(socket);
      socket.on('close', () => this.unanswered.delete(socket));
      // Read on, to see when the client gives up: it may close its side only.
      socket.on('end', () => socket.destroy()).resume();
      return;
    }
    const isFull = counters.connections >= settings.maxConnections;
    const status = faultCode(session.faults, 'handshake') ?? (isFull ? 503 : undefined);
    if (status !== undefined) {
      refuse(socket, status);
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      session.socketOpened = true;
      const chat = new ChatSocket(webSocket, session, this.service);
      this.chats.add(chat);
      webSocket.on('close', () => this.chats.delete(chat));
    });
  }

  /** Says goodbye to every client; done when every socket is closed. */
  async stop(): Promise<void> {
    const closed = Array.from(
      this.server.clients,
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    for (const chat of this.chats) chat.stop();
    for (const socket of this.unanswered) socket.destroy();
    await Promise.all(closed);
  }

  /** Cuts the sockets whose client did not say goodbye. */
  terminate(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  /** Checks path, token and Origin. Without a known token there is no session to open. */
  private admit(request: IncomingMessage, socket: Duplex): Session | undefined {
    const { counters, sessions } = this.service;
    const [path, query] = splitOnce(request.url ?? '', '?');
    if (path !== SOCKET_PATH) {
      counters.violation('handshake:path');
      refuse(socket, 404);
      return undefined;
    }
    if (!isOrigin(request.headers.origin)) counters.violation('handshake:origin');
    const session = sessions.withToken(new URLSearchParams(query).get('token'));
    if (!session) {
      counters.violation('handshake:unknown_token');
      refuse(socket, 401);
      return undefined;
    }
    if (!session.chatCreated) counters.violation('handshake:before_create_chat');
    if (session.socketOpened) counters.violation('handshake:token_reused');
    return session;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
