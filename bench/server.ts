/**
 * The bench's server, in a process of its own: it plays sealed answers, counts what it sent, and keeps
 * its own times of each answer. It costs little: nothing is sealed while it runs.
 *
 *     node --import tsx bench/server.ts recorded|full [SPEED]
 *
 * `recorded` plays an answer at its recorded pace, SPEED times as fast; `full` writes it in one piece.
 * It says its URL on stdout. GET /counts, /truth and /frames tell what the bench asks for.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { rawValue } from '../lib/protocol/json-text.ts';
import { CREATE_CHAT_PATH, TOKEN_PATH } from '../lib/protocol/messages.ts';
import { ANSWERS, envelope, type SealedAnswer, sealAnswers } from './answers.ts';

export interface Counts {
  /** Sockets now. */
  open: number;
  questions: number;
  /** Answers whose last frame was written, and frames. */
  answers: number;
  frames: number;
  /** Questions that did not bring the latest session_attributes back: that client opens no frames. */
  wrong: number;
  /** Bytes that clients have not read yet. */
  unread: number;
}

/** One answer by the server's clock: the question was read → its first and its last frame were written. */
export interface Truth {
  /** The session's number, which is its user's too; and the answer's place in it, from 1. */
  readonly session: number;
  readonly turn: number;
  readonly firstMs: number;
  readonly responseMs: number;
}

const counts = { open: 0, questions: 0, answers: 0, frames: 0, wrong: 0 };
const truth: Truth[] = [];
const sockets = new Set<Duplex>();

class Session {
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;
  private attributes = '{}';

  constructor(
    private readonly number: number,
    private readonly socket: Duplex,
    private readonly answers: readonly SealedAnswer[],
    /** Divides the recorded times; null: at full speed. */
    private readonly speed: number | null,
  ) {}

  question(sealed: string): void {
    const readAt = performance.now();
    counts.questions += 1;
    const answer = this.answers[(this.number + this.turn) % ANSWERS] as SealedAnswer;
    this.turn += 1;
    void this.check(sealed, this.attributes);
    this.attributes = answer.attributes;
    if (this.speed === null) {
      this.socket.write(answer.whole);
      counts.frames += answer.frames.length;
      counts.answers += 1;
    } else {
      this.play(answer, 0, readAt, this.speed, 0);
    }
  }

  private play(
    { frames }: SealedAnswer,
    from: number,
    readAt: number,
    speed: number,
    first: number,
  ): void {
    let next = from;
    let firstMs = first;
    while (!this.socket.destroyed) {
      const frame = frames[next];
      const now = performance.now();
      if (frame === undefined) {
        counts.answers += 1;
        const { number: session, turn } = this;
        truth.push({ session, turn, firstMs, responseMs: now - readAt });
        return;
      }
      const waitMs = readAt + frame.dueMs / speed - now;
      if (waitMs > 0) {
        const answer = { frames } as SealedAnswer;
        this.timer = setTimeout(
          () => this.play(answer, next, readAt, speed, firstMs),
          Math.ceil(waitMs),
        );
        return;
      }
      if (next === 0) firstMs = now - readAt;
      this.socket.write(frame.bytes);
      counts.frames += 1;
      next += 1;
    }
  }

  private async check(sealed: string, attributes: string): Promise<void> {
    const text = await envelope.open(sealed).catch(() => '{}');
    if (rawValue(text, 'session_attributes') !== attributes) counts.wrong += 1;
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

const [, , pace = 'recorded', speedText = '1'] = process.argv;
const answers = await sealAnswers();
const speed = pace === 'full' ? null : Number(speedText);
let lastSession = 0;

async function answerCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  const path = request.url ?? '';
  if (path === TOKEN_PATH) {
    lastSession += 1;
    const user = JSON.parse(body).kw_args?.user_context?.user_id ?? lastSession;
    reply(response, { success: '1', token: String(user), client_code: 'bench' });
  } else if (path === CREATE_CHAT_PATH) reply(response, {});
  else if (path === '/counts') reply(response, { ...counts, unread: unreadBytes() });
  else if (path === '/truth') reply(response, truth);
  else if (path === '/frames') {
    reply(
      response,
      answers.map(({ frames }) => frames.length),
    );
  } else response.writeHead(404).end();
}

function reply(response: ServerResponse, body: object): void {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
}

function unreadBytes(): number {
  let sum = 0;
  for (const { writableLength } of sockets) sum += writableLength;
  return sum;
}

const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer((request, response) => {
  answerCall(request, response).catch(() => response.destroy());
});
server.on('upgrade', (request, socket: Socket, head) => {
  upgrades.handleUpgrade(request, socket, head, (client: WebSocket) => {
    const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('token');
    const session = new Session(Number(token), socket, answers, speed);
    socket.setNoDelay(true);
    counts.open += 1;
    sockets.add(socket);
    client.on('message', (data) => session.question(String(data)));
    client.on('error', () => {});
    client.on('close', () => {
      counts.open -= 1;
      sockets.delete(socket);
      session.end();
    });
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
