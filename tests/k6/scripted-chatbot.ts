/** A chatbot that does what a test scripts, right or wrong: for what the simulator's faults leave out. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Envelope, type EnvelopeFormat } from '../../lib/protocol/envelope.ts';
import { CREATE_CHAT_PATH, type QuestionMessage, TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';

export interface Question extends QuestionMessage {
  /** The session, in the order of the generate-token calls, from 1. */
  readonly session: number;
  /** Of the session, from 1. */
  readonly turn: number;
  /** The JSON that came. */
  readonly text: string;
}

/** What a session of the chatbot can do with its client. */
export interface Talk {
  readonly socket: WebSocket;
  /** Seals a frame and sends it. */
  send(frame: unknown): Promise<void>;
  /** The same for a frame that is JSON already. */
  sendText(json: string): Promise<void>;
  seal(text: string): Promise<string>;
}

export interface Script {
  /** What stands before the paths of the protocol. */
  prefix?: string;
  /** Answers generate-token. @returns false where the chatbot shall answer as it should. */
  token?(session: number, response: ServerResponse, request: IncomingMessage): boolean;
  create?(session: number, response: ServerResponse): boolean;
  /** Takes an upgrade. @returns false where the chatbot shall open the socket. */
  upgrade?(session: number, socket: Duplex): boolean;
  /** JSON of a frame that goes out in one segment with the upgrade. */
  greeting?: string;
  /** The socket is open. */
  opened?(talk: Talk): Promise<void>;
  /** Answers a question; left out, one frame answers it. */
  question?(question: Question, talk: Talk): Promise<void>;
  format?: EnvelopeFormat;
  /** Key and certificate, in PEM: https and wss. */
  tls?: { key: string; cert: string };
}

export interface ScriptedChatbot {
  readonly url: string;
  /** Every HTTP request and upgrade that came, as `POST /path`, without the query. */
  readonly requests: readonly string[];
  readonly origins: readonly (string | undefined)[];
  /** The bodies of the generate-token calls. */
  readonly tokenRequests: readonly Record<string, unknown>[];
  readonly questions: readonly Question[];
  /** The codes with which clients closed. */
  readonly closeCodes: readonly number[];
  /** TCP connections, whatever came over them. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startChatbot(script: Script = {}): Promise<ScriptedChatbot> {
  const requests: string[] = [];
  const origins: (string | undefined)[] = [];
  const tokenRequests: Record<string, unknown>[] = [];
  const questions: Question[] = [];
  const closeCodes: number[] = [];
  let connections = 0;
  const { prefix = '' } = script;
  const envelope = new Envelope(nodeCipher, randomBytes, script.format);
  const sockets = new WebSocketServer({ noServer: true });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [whole = ''] = (request.url ?? '').split('?');
    const path = whole.startsWith(prefix) ? whole.slice(prefix.length) : '';
    requests.push(`${request.method} ${whole}`);
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    if (path === TOKEN_PATH) {
      tokenRequests.push(JSON.parse(body));
      const session = tokenRequests.length;
      if (script.token?.(session, response, request)) return;
      response.end(JSON.stringify({ success: '1', token: `${session}`, client_code: 'c' }));
    } else if (path === CREATE_CHAT_PATH) {
      if (script.create?.(Number(JSON.parse(body).token), response)) return;
      response.end('{}');
    } else {
      response.writeHead(404).end();
    }
  }

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch(() => response.destroy());
  };
  const server = script.tls ? createTlsServer(script.tls, handle) : createServer(handle);
  server.on('connection', () => {
    connections += 1;
  });
  server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://chat.test');
    requests.push(`UPGRADE ${pathname}`);
    origins.push(request.headers.origin);
    const session = Number(searchParams.get('token'));
    if (script.upgrade?.(session, socket)) return;
    const greeting = script.greeting && (await envelope.seal(script.greeting));
    socket.cork();
    sockets.handleUpgrade(request, socket, head, (client) => {
      let turn = 0;
      const seal = (text: string) => envelope.seal(text);
      const sendText = async (json: string) => client.send(await seal(json));
      const send = (frame: unknown) => sendText(JSON.stringify(frame));
      const talk: Talk = { socket: client, send, sendText, seal };
      if (greeting) client.send(greeting);
      script.opened?.(talk);
      client.on('close', (code) => closeCodes.push(code));
      client.on('message', async (data) => {
        turn += 1;
        const text = await envelope.open(data.toString());
        const question: Question = { ...JSON.parse(text), session, turn, text };
        questions.push(question);
        if (script.question) await script.question(question, talk);
        else await send({ complete_response: 'Sí.', turn });
      });
    });
    socket.uncork();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${script.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    origins,
    tokenRequests,
    questions,
    closeCodes,
    connections: () => connections,
    async close() {
      for (const client of sockets.clients) client.terminate();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Starts a chatbot for `use`, and stops it. */
export async function withChatbot<T>(
  script: Script,
  use: (chatbot: ScriptedChatbot) => Promise<T>,
): Promise<T> {
  const chatbot = await startChatbot(script);
  try {
    return await use(chatbot);
  } finally {
    await chatbot.close();
  }
}
