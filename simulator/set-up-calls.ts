/** The HTTP side: generate-token, create-chat, and the simulator's own GET /stats. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../lib/base/json-object.ts';
import { CREATE_CHAT_PATH, TOKEN_PATH } from '../lib/protocol/messages.ts';
import {
  type Check,
  CREATE_CHAT_FIELDS,
  TOKEN_FIELDS,
  wrongFields,
  wrongHeaders,
} from './checks.ts';
import { type FaultName, faultCode } from './faults.ts';
import { parseObject, textOrEmpty } from './json.ts';
import type { Sessions } from './sessions.ts';
import type { Counters } from './stats.ts';

const STATS_PATH = '/stats';
const BODY_LIMIT_BYTES = 1024 * 1024;
const BODY_TOO_LONG = 413;

export class SetUpCalls {
  constructor(
    private readonly sessions: Sessions,
    private readonly counters: Counters,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0];
    if (path === STATS_PATH) {
      sendJson(response, 200, this.counters.snapshot());
    } else if (path !== TOKEN_PATH && path !== CREATE_CHAT_PATH) {
      this.refuse(response, 404, 'http:path');
    } else if (request.method !== 'POST') {
      this.refuse(response, 405, 'http:method');
    } else {
      for (const name of wrongHeaders(request.headers)) this.counters.violation(`header:${name}`);
      const text = await readBody(request);
      if (text === undefined) this.refuse(response, BODY_TOO_LONG, 'body:too_long');
      else if (path === TOKEN_PATH) this.generateToken(text, response);
      else this.createChat(text, response);
    }
  }

  private generateToken(text: string, response: ServerResponse): void {
    const { number, faults } = this.sessions.nextNumber();
    const body = this.parse(text);
    if (body) this.checkTokenRequest(body);
    if (faults.has('token-hang')) return;
    if (faults.has('token-refused-success')) {
      sendJson(response, 200, { success: '0', message: 'no hay sesión' });
      return;
    }
    if (sendFault(response, faults, 'token')) return;
    if (!body) {
      sendJson(response, 400, { message: 'the body is not a JSON object' });
      return;
    }
    const { reply } = this.sessions.create(number, faults, body);
    this.counters.count('tokens');
    sendJson(response, 200, reply);
  }

  private createChat(text: string, response: ServerResponse): void {
    const body = this.parse(text);
    if (!body) {
      sendJson(response, 400, { message: 'the body is not a JSON object' });
      return;
    }
    const session = this.sessions.withToken(body.token);
    if (!session) {
      const isToken = this.checkFields(body, CREATE_CHAT_FIELDS).length === 0;
      this.refuse(response, 401, isToken ? 'create-chat:unknown_token' : undefined);
      return;
    }
    if (sendFault(response, session.faults, 'create')) return;
    if (session.chatCreated) this.counters.violation('create-chat:repeated');
    const reply = this.sessions.createChat(session);
    this.counters.count('chats');
    sendJson(response, 200, reply);
  }

  private parse(text: string): JsonObject | undefined {
    const body = parseObject(text);
    if (typeof body === 'object') return body;
    this.counters.violation(`body:${body}`);
    return undefined;
  }

  private checkTokenRequest(body: JsonObject): void {
    const wrong = this.checkFields(body, TOKEN_FIELDS);
    for (const field of ['session_id', 'connection_id']) {
      if (!wrong.includes(field) && this.sessions.isRepeated(field, textOrEmpty(body[field]))) {
        this.counters.violation(`repeated:${field}`);
      }
    }
  }

  private checkFields(body: JsonObject, fields: Record<string, Check>): string[] {
    const wrong = wrongFields(body, fields);
    for (const path of wrong) this.counters.violation(`field:${path}`);
    return wrong;
  }

  private refuse(response: ServerResponse, status: number, violation?: string): void {
    if (violation) this.counters.violation(violation);
    sendJson(response, status, { message: violation ?? 'a field is missing or malformed' });
  }
}

/** @returns nothing where it is too long; then it is read to its end all the same. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= BODY_LIMIT_BYTES) parts.push(part);
  }
  return length > BODY_LIMIT_BYTES ? undefined : Buffer.concat(parts).toString('utf8');
}

/** @returns whether the session has a fault for that call; then it was answered. */
function sendFault(
  response: ServerResponse,
  faults: ReadonlySet<FaultName>,
  call: 'token' | 'create',
): boolean {
  const status = faultCode(faults, call);
  if (status !== undefined) {
    sendJson(response, status, { message: 'a fault that was asked for' });
    return true;
  }
  if (!faults.has(`${call}-not-json`)) return false;
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end('<!doctype html><title>Mantenimiento</title>');
  return true;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
