/** A plain client of the chatbot, on Node: what the simulator's tests see it with. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Envelope } from '../../lib/protocol/envelope.ts';
import {
  CREATE_CHAT_PATH,
  type Grant,
  HTTP_HEADERS,
  isLast,
  parseCreateChatReply,
  parseFrame,
  parseTokenReply,
  type ServerFrame,
  SOCKET_PATH,
  TOKEN_PATH,
  type TokenRequest,
} from '../../lib/protocol/messages.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';

export const envelope = new Envelope(nodeCipher, randomBytes);

const ORIGIN = 'http://chat.test';
const FACT_LIMIT_MS = 10_000;
const POLL_MS = 2;

/** Waits until that is so; fails after ten seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + FACT_LIMIT_MS;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `still not so after ${FACT_LIMIT_MS} ms: ${isSo}`);
    await delay(POLL_MS);
  }
}

/** The time of now in UTC as questions carry it: `YYYY-MM-DD HH:MM:SS`. */
export function utcTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
}

export function tokenRequest(): TokenRequest {
  return {
    session_id: randomUUID(),
    connection_id: randomUUID(),
    access_key: 'any',
    secret_key: 'any',
    kw_args: {
      user_context: {
        user_id: 7,
        user_name: 'Load Tester',
        user_email: 'load@example.test',
        course_id: 12,
        course_name: 'Anatomy',
        course_catalog_code: 'MED1060',
      },
    },
    meta_data: {
      latitude: 40.4,
      longitude: -3.7,
      ip_address: '127.0.0.1',
      timezone: 'UTC',
      browser_unique_identifier: randomUUID(),
      session_time: '29-02-2024 23:59:59',
    },
  };
}

export function post(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = HTTP_HEADERS,
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url + path, { method: 'POST', headers, body: text });
}

/** Both calls of set-up. */
export async function setUp(url: string): Promise<Grant> {
  const request = tokenRequest();
  const reply = await post(url, TOKEN_PATH, request);
  const grant = parseTokenReply(await reply.text(), request);
  const chat = await post(url, CREATE_CHAT_PATH, { token: grant.token });
  return { ...grant, session_id: parseCreateChatReply(await chat.text(), grant.session_id) };
}

/** A socket that is still connecting; `query` is what stands after `?token=`. */
export function dial(url: string, query: string, origin: string | null = ORIGIN): WebSocket {
  const address = `${url.replace('http', 'ws')}${SOCKET_PATH}?token=${query}`;
  const socket = new WebSocket(address, origin === null ? {} : { origin });
  // Each test looks for the end it expects; an error event alone must not end the process.
  socket.on('error', () => {});
  return socket;
}

/** @returns the JSON of a reply, of which tests look at single fields. */
export async function jsonOf(reply: Response): Promise<Record<string, unknown>> {
  return (await reply.json()) as Record<string, unknown>;
}

/** @returns the status that the handshake was refused with. */
export async function refusal(socket: WebSocket): Promise<number | undefined> {
  const [, response] = await once(socket, 'unexpected-response');
  response.destroy();
  return response.statusCode;
}

export interface Heard {
  /** Frames that open to an object. */
  frames: ServerFrame[];
  /** What the others failed with. */
  errors: string[];
  /** From the question to the last frame. */
  ms: number;
  /** Whether the answer came to its last frame. */
  complete: boolean;
}

export class ChatClient {
  readonly closed: Promise<[code: number]>;
  attributes: Record<string, unknown> = {};
  private readonly frames: string[] = [];
  private wake = () => {};

  private constructor(
    readonly socket: WebSocket,
    readonly grant: Grant,
  ) {
    this.closed = once(socket, 'close') as Promise<[number]>;
    socket.on('message', (data) => {
      this.frames.push(data.toString());
      this.wake();
    });
    socket.on('close', () => this.wake());
  }

  static async open(url: string): Promise<ChatClient> {
    return ChatClient.connect(url, await setUp(url));
  }

  static async connect(url: string, grant: Grant): Promise<ChatClient> {
    const socket = dial(url, encodeURIComponent(grant.token));
    const client = new ChatClient(socket, grant);
    await once(socket, 'open');
    return client;
  }

  /** A question as it should be, then changed. */
  question(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const { token: _, ...ids } = this.grant;
    return {
      ...ids,
      request_id: randomUUID(),
      conversation_id: randomUUID(),
      request_to_generate_greeting_message: 0,
      language_code: 'en',
      user_message: '¿Qué es la anatomía? 🫀',
      session_attributes: this.attributes,
      user_message_date_and_time: utcTime(Date.now()),
      user_timezone: 'UTC',
      course_id: 'MED1060',
      ...changes,
    };
  }

  async send(question: unknown): Promise<void> {
    this.socket.send(await envelope.seal(JSON.stringify(question)));
  }

  async ask(changes: Record<string, unknown> = {}): Promise<Heard> {
    await this.send(this.question(changes));
    return this.listen();
  }

  /** Takes frames up to the last of an answer, or to the end of the socket. */
  async listen(): Promise<Heard> {
    const startedAt = performance.now();
    const heard: Heard = { frames: [], errors: [], ms: 0, complete: false };
    while (!heard.complete) {
      const sealed = await this.nextFrame();
      if (sealed === undefined) break;
      try {
        const frame = parseFrame(await envelope.open(sealed), (error) => {
          throw error;
        });
        heard.frames.push(frame);
        this.attributes = frame.session_attributes ?? this.attributes;
        heard.complete = isLast(frame);
      } catch (error) {
        heard.errors.push(String(error));
      }
    }
    heard.ms = performance.now() - startedAt;
    return heard;
  }

  private async nextFrame(): Promise<string | undefined> {
    while (this.frames.length === 0 && this.socket.readyState !== WebSocket.CLOSED) {
      await new Promise<void>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('no frame came')), FACT_LIMIT_MS);
        this.wake = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    }
    return this.frames.shift();
  }

  /** @returns how many frames came that nobody has listened to. */
  get unheard(): number {
    return this.frames.length;
  }

  /** Closes normally. @returns the code that the close was answered with. */
  async close(): Promise<number> {
    this.socket.close(1000);
    return (await this.closed)[0];
  }
}

/** The chunks of an answer, joined. */
export function joined(frames: readonly ServerFrame[]): string {
  return frames.map((frame) => frame.response_chunk ?? '').join('');
}
