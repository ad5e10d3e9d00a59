/**
 * The messages of the NUC chatbot, opened: what a client says and what it hears.
 *
 * A session, in order:
 *   1. POST {base}/nuc/v1/generate-token → a token
 *   2. POST {base}/nuc/v1/create-chat with that token → the session_id
 *   3. WebSocket {ws base}/v6/chatbot_websocket/default?token={token}, with an Origin header
 *   4. for every question, one at a time: one frame out, frames in until one has `complete_response`
 *   5. close normally (1000)
 *
 * Steps 1 and 2 carry plain JSON; the frames of step 4 are sealed (envelope.ts).
 */
import { ChatError, type Phase } from '../base/errors.ts';
import { isObject, type JsonObject } from '../base/json-object.ts';
import { exactString, isDeeperThan, parseJson, rawValue } from './json-text.ts';

export const TOKEN_PATH = '/nuc/v1/generate-token';
export const CREATE_CHAT_PATH = '/nuc/v1/create-chat';
export const SOCKET_PATH = '/v6/chatbot_websocket/default';
export const NORMAL_CLOSE = 1000;

/** How deep objects and lists may stand in each other: k6's parser takes 1.5 kB for each level. */
const MOST_LEVELS = 1000;

/** The headers of both HTTP calls. */
export const HTTP_HEADERS = {
  'Content-Type': 'application/json',
  environment: 'nuc',
  request_body_encrypted: '0',
  need_encrypted_response: '0',
  enc_version: 'V2',
} as const;

export interface UserContext {
  user_id: number;
  user_name: string;
  user_email: string;
  course_id: number;
  course_name: string;
  course_catalog_code: string;
}

export interface TokenRequest {
  /** UUID v4 made by the client. */
  session_id: string;
  /** UUID v4 made by the client. */
  connection_id: string;
  access_key: string;
  secret_key: string;
  kw_args: { user_context: UserContext };
  meta_data: {
    latitude: number;
    longitude: number;
    ip_address: string;
    timezone: string;
    /** UUID v4. */
    browser_unique_identifier: string;
    /** `DD-MM-YYYY HH:MM:SS`. */
    session_time: string;
  };
}

/** What set-up gives, and every question carries. */
export interface SessionIds {
  session_id: string;
  connection_id: string;
  client_code: string;
}

export interface Grant extends SessionIds {
  token: string;
}

export interface QuestionMessage extends SessionIds {
  /** UUID v4, new for every question; `conversation_id` likewise. */
  request_id: string;
  conversation_id: string;
  request_to_generate_greeting_message: 0;
  language_code: string;
  user_message: string;
  /** `{}` for the first question, then the latest that the server sent in this session, unchanged. */
  session_attributes: JsonObject;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  user_message_date_and_time: string;
  user_timezone: string;
  /** The course's catalogue code, such as `MED1060`. */
  course_id: string;
}

/** One opened frame of an answer. Other keys may stand beside these. */
export interface ServerFrame {
  response_chunk?: string;
  message_id?: string;
  complete_response?: string;
  chat_user_id?: unknown;
  session_attributes?: JsonObject;
}

/**
 * A question as the JSON that is sent.
 * @param attributes the JSON text of the latest session_attributes: it goes back as it came.
 */
export function questionText(
  question: Omit<QuestionMessage, 'session_attributes'>,
  attributes: string,
): string {
  return `${JSON.stringify(question).slice(0, -1)},"session_attributes":${attributes}}`;
}

/**
 * Reads the reply to generate-token. Ids that the reply leaves out stay as the client sent them.
 * @throws ChatError token/bad_response
 */
export function parseTokenReply(text: string, sent: TokenRequest): Grant {
  const reply = parseReply('token', text);
  if (reply.success !== '1') {
    throw badResponse('token', `success: expected "1", got ${describe(reply.success)}`);
  }
  return {
    token: expectText('token', reply, 'token'),
    client_code: expectText('token', reply, 'client_code'),
    session_id: idOr('token', reply, 'session_id', sent.session_id),
    connection_id: idOr('token', reply, 'connection_id', sent.connection_id),
  };
}

/**
 * Reads the reply to create-chat.
 * @returns the session_id: the reply's where it has one, else the given.
 * @throws ChatError create/bad_response
 */
export function parseCreateChatReply(text: string, sessionId: string): string {
  return idOr('create', parseReply('create', text), 'session_id', sessionId);
}

/**
 * Reads one opened frame. A known key with null counts as not there, one with a value of the wrong
 * kind too; but `complete_response` ends the answer whatever it holds: else a session would wait for ever.
 * @param badField is told of a value of the wrong kind: protocol/bad_field.
 * @throws ChatError protocol/not_json, protocol/not_object, protocol/too_big
 */
export function parseFrame(text: string, badField: (error: ChatError) => void): ServerFrame {
  if (text.length > MOST_LEVELS && isDeeperThan(MOST_LEVELS, text)) {
    throw new ChatError('protocol', 'too_big', `frame: expected at most ${MOST_LEVELS} levels`);
  }
  let frame: unknown;
  try {
    frame = parseJson(text);
  } catch {
    throw new ChatError('protocol', 'not_json', 'frame: expected JSON, got other text');
  }
  if (!isObject(frame)) {
    throw new ChatError('protocol', 'not_object', `frame: expected an object, got ${kind(frame)}`);
  }
  const { response_chunk, session_attributes, complete_response } = frame;
  if (!isGood('response_chunk', response_chunk, 'a string', isText, badField)) {
    delete frame.response_chunk;
  }
  if (!isGood('session_attributes', session_attributes, 'an object', isObject, badField)) {
    delete frame.session_attributes;
  }
  if (!isGood('complete_response', complete_response, 'a string', isText, badField)) {
    frame.complete_response = '';
  }
  // Half a surrogate pair is always written as an escape.
  if (text.includes('\\u')) {
    for (const field of ['response_chunk', 'complete_response', 'message_id']) {
      const value = frame[field];
      if (isText(value)) frame[field] = exactString(text, field, value);
    }
  }
  return frame;
}

/**
 * The session_attributes of a frame as the JSON text that came: k6 would change numbers and escapes.
 * Most often it came as JSON.stringify writes it. To see that is much faster in k6 than to read it.
 * @param attributes what parseFrame made of them.
 * @param text the frame's.
 * @returns null where the frame has none.
 */
export function attributesText(attributes: JsonObject, text: string): string | null {
  const key = 'session_attributes';
  const name = `"${key}"`;
  // Where the name stands there twice, or may with escapes, one of them may be of an object within.
  const isOnly = text.indexOf(name) === text.lastIndexOf(name) && !text.includes('\\u');
  if (isOnly && text.includes(`${name}:{`)) {
    const compact = JSON.stringify(attributes);
    if (text.includes(`${name}:${compact}`)) return compact;
  }
  return rawValue(text, key);
}

/** @returns what is wrong with a frame or a reply over its bound, both in characters. */
export function tooLong(what: 'frame' | 'reply', got: number, most: number): string {
  const kB = (chars: number) => Math.ceil(chars / 1024);
  return `${what}: expected at most ${kB(most)} kB, got ${kB(got)} kB; NUC_MAX_MESSAGE_KB sets the bound`;
}

/** @returns whether this frame ends its answer. */
export function isLast(frame: ServerFrame): boolean {
  return frame.complete_response !== undefined;
}

/** @returns whether there is something in it that a person would see. */
export function hasText({ response_chunk, complete_response }: ServerFrame): boolean {
  return isVisible(response_chunk) || isVisible(complete_response);
}

/**
 * White space is not, nor are control characters, fillers such as a blank of braille, and marks without a
 * width: joiners, directions, variation selectors.
 */
export function isVisible(text: string | undefined): boolean {
  if (text === undefined) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself.
  return /[^\s\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0]/.test(
    text,
  );
}

function parseReply(phase: Phase, text: string): JsonObject {
  if (isDeeperThan(MOST_LEVELS, text)) {
    throw new ChatError(phase, 'too_big', `reply: expected at most ${MOST_LEVELS} levels`);
  }
  let reply: unknown;
  try {
    // A browser reads a reply with a byte order mark too.
    reply = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    throw badResponse(phase, 'expected JSON, got other text');
  }
  if (!isObject(reply)) throw badResponse(phase, `expected an object, got ${kind(reply)}`);
  return reply;
}

function expectText(phase: Phase, reply: JsonObject, field: string): string {
  const value = reply[field];
  if (!isText(value) || value === '') {
    throw badResponse(phase, `${field}: expected a text, got ${kind(value)}`);
  }
  return value;
}

/** One that the reply leaves out, or has as null or '', stays as it was. */
function idOr(phase: Phase, reply: JsonObject, field: string, otherwise: string): string {
  const value = reply[field] ?? '';
  return value === '' ? otherwise : expectText(phase, reply, field);
}

function badResponse(phase: Phase, detail: string): ChatError {
  return new ChatError(phase, 'bad_response', `reply: ${detail}`);
}

/**
 * @param value of the field; `frame[field]` would be slow in k6, which tries to read a number from each key.
 * @returns false where the key is there, but its value is not what it should be.
 */
function isGood(
  field: string,
  value: unknown,
  expected: string,
  accepts: (value: unknown) => boolean,
  badField: (error: ChatError) => void,
): boolean {
  if (value === undefined || accepts(value)) return true;
  if (value !== null) {
    const detail = `frame: ${field}: expected ${expected}, got ${kind(value)}`;
    badField(new ChatError('protocol', 'bad_field', detail));
  }
  return false;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// Only the kind, never the value: a reply may hold a secret.
function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  if (typeof value === 'object') return 'an object';
  return value === '' ? 'an empty text' : `a ${typeof value}`;
}

function describe(success: unknown): string {
  return isText(success) && success.length <= 5 ? JSON.stringify(success) : kind(success);
}
