/**
 * A chatbot of bare sockets that does to some sessions what a table of cases says, and is as it
 * should be to all others. Which case a session has, is told by the user_id of its token call.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Envelope } from '../../lib/protocol/envelope.ts';
import { CREATE_CHAT_PATH, TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';
import { acceptKey, closePayload, type FrameParts, frameBytes, OPCODE } from './websocket-bytes.ts';

const envelope = new Envelope(nodeCipher, randomBytes);

/** Writes the reply to a call, or does something else to its connection. */
export type Reply = (socket: Socket) => unknown;

export interface Talk {
  readonly socket: Socket;
  /** Of the session, from 1. */
  readonly turn: number;
  /** The opened text of the question. */
  readonly question: string;
  /** Seals a frame (an object, or the text as it is) and sends it. */
  send(frame: unknown): Promise<void>;
  frame(parts: FrameParts): void;
  close(code: number): void;
}

/** What one session meets; what is left out is as it should be. */
export interface Treatment {
  readonly token?: Reply;
  readonly create?: Reply;
  /** After its reply to this call, the server sends a second one that has the request in it. */
  readonly echoes?: 'token' | 'create';
  /** @returns true where the socket shall be opened after all. */
  readonly upgrade?: Reply;
  /** A frame in the same segment as the 101, before any question. */
  readonly greeting?: object;
  readonly answer?: (talk: Talk) => Promise<unknown>;
}

/** What the server saw of one session. */
export interface Seen {
  tokens: number;
  creates: number;
  upgrades: number;
  questions: number;
}

export function http(
  status: string,
  body: string | Buffer,
  headers: readonly string[] = [],
): Reply {
  return (socket) => {
    const length = Buffer.byteLength(body);
    const head = [`HTTP/1.1 ${status}`, `Content-Length: ${length}`, ...headers];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(body);
  };
}

const ok = (body: object) => http('200 OK', JSON.stringify(body));

/** The answer of a chatbot that is as it should be. */
export async function goodAnswer({ send }: Talk): Promise<void> {
  await send({ response_chunk: 'Sí, ' });
  await send({ response_chunk: 'señora.' });
  await send({ complete_response: 'Sí, señora.' });
}

export class HostileServer {
  /** By user_id. */
  readonly seen = new Map<number, Seen>();
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
    this.serve(socket).catch(() => socket.destroy());
  });

  private constructor(private readonly treatments: ReadonlyMap<number, Treatment>) {}

  static async start(treatments: ReadonlyMap<number, Treatment>): Promise<HostileServer> {
    const hostile = new HostileServer(treatments);
    hostile.server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
    await once(hostile.server, 'listening');
    return hostile;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  /** One request after the other, until one is an upgrade. */
  private async serve(socket: Socket): Promise<void> {
    let buffer = Buffer.alloc(0);
    for await (const part of socket.iterator({ destroyOnReturn: false })) {
      buffer = Buffer.concat([buffer, part as Buffer]);
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) continue;
      const head = buffer.subarray(0, end).toString();
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (buffer.length < end + 4 + length) continue;
      const body = buffer.subarray(end + 4, end + 4 + length).toString();
      buffer = buffer.subarray(end + 4 + length);
      if (head.startsWith(`POST ${TOKEN_PATH} `)) this.token(socket, body);
      else if (head.startsWith(`POST ${CREATE_CHAT_PATH} `)) this.create(socket, body);
      else return this.upgrade(socket, head);
    }
  }

  private token(socket: Socket, body: string): void {
    const user: number = JSON.parse(body).kw_args.user_context.user_id;
    this.seenOf(user).tokens += 1;
    const { token, echoes } = this.treatments.get(user) ?? {};
    (token ?? ok({ success: '1', token: String(user), client_code: 'c' }))(socket);
    if (echoes === 'token') http('200 OK', body)(socket);
  }

  private create(socket: Socket, body: string): void {
    const user = Number(JSON.parse(body).token);
    this.seenOf(user).creates += 1;
    const { create = ok({}), echoes } = this.treatments.get(user) ?? {};
    create(socket);
    if (echoes === 'create') http('200 OK', body)(socket);
  }

  private async upgrade(socket: Socket, head: string): Promise<void> {
    const user = Number(/token=(\d+)/.exec(head)?.[1]);
    const treatment = this.treatments.get(user) ?? {};
    this.seenOf(user).upgrades += 1;
    if (treatment.upgrade !== undefined && treatment.upgrade(socket) !== true) return;
    const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? '';
    const greeting =
      treatment.greeting === undefined ? '' : await sealedFrame(JSON.stringify(treatment.greeting));
    socket.cork();
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
    );
    socket.write(greeting);
    socket.uncork();
    await this.talk(socket, user, treatment.answer ?? goodAnswer);
  }

  private async talk(
    socket: Socket,
    user: number,
    answer: (talk: Talk) => Promise<unknown>,
  ): Promise<void> {
    let turn = 0;
    for await (const { opcode, payload } of clientFrames(socket)) {
      if (opcode === OPCODE.close) {
        socket.end(frameBytes({ opcode: OPCODE.close, payload }));
      } else if (opcode === OPCODE.text) {
        turn += 1;
        this.seenOf(user).questions += 1;
        await answer({
          socket,
          turn,
          question: await envelope.open(payload.toString()),
          send: async (frame) => {
            const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
            socket.write(await sealedFrame(text));
          },
          frame: (parts) => socket.write(frameBytes(parts)),
          close: (code) =>
            socket.write(frameBytes({ opcode: OPCODE.close, payload: closePayload(code) })),
        });
      }
    }
  }

  private seenOf(user: number): Seen {
    const seen = this.seen.get(user) ?? { tokens: 0, creates: 0, upgrades: 0, questions: 0 };
    this.seen.set(user, seen);
    return seen;
  }
}

async function sealedFrame(text: string): Promise<Buffer> {
  return frameBytes({ opcode: OPCODE.text, payload: await envelope.seal(text) });
}

/** The messages of a client that keeps to the rules, put together: long ones come in masked fragments. */
async function* clientFrames(socket: Socket): AsyncGenerator<{ opcode: number; payload: Buffer }> {
  let buffer = Buffer.alloc(0);
  let opcode = 0;
  let fragments: Buffer[] = [];
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    buffer = Buffer.concat([buffer, part as Buffer]);
    while (buffer.length >= 2) {
      const short = (buffer[1] ?? 0) & 0x7f;
      const at = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (buffer.length < at + 4) break;
      const length =
        short === 126
          ? buffer.readUInt16BE(2)
          : short === 127
            ? Number(buffer.readBigUInt64BE(2))
            : short;
      if (buffer.length < at + 4 + length) break;
      const mask = buffer.subarray(at, at + 4);
      const payload = Buffer.from(buffer.subarray(at + 4, at + 4 + length)).map(
        (byte, index) => byte ^ (mask[index % 4] ?? 0),
      );
      const first = buffer[0] ?? 0;
      buffer = buffer.subarray(at + 4 + length);
      fragments.push(Buffer.from(payload));
      if ((first & 15) !== OPCODE.continuation) opcode = first & 15;
      if (first < 0x80) continue;
      yield { opcode, payload: Buffer.concat(fragments) };
      fragments = [];
    }
  }
}
