import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChatError, type Phase } from '../../lib/base/errors.ts';
import { rawValue } from '../../lib/protocol/json-text.ts';
import {
  attributesText,
  CREATE_CHAT_PATH,
  HTTP_HEADERS,
  isLast,
  isVisible,
  parseCreateChatReply,
  parseFrame,
  parseTokenReply,
  SOCKET_PATH,
  TOKEN_PATH,
  type TokenRequest,
} from '../../lib/protocol/messages.ts';

const SENT = { session_id: 'sent-session', connection_id: 'sent-connection' } as TokenRequest;
const REPLY = { success: '1', token: 'a/b+c=', client_code: 'client' };

function refused(act: () => unknown, phase: Phase, reason: string): string {
  let message = '';
  assert.throws(act, (error) => {
    assert.ok(error instanceof ChatError, String(error));
    assert.deepEqual([error.phase, error.reason], [phase, reason]);
    message = error.message;
    return true;
  });
  return message;
}

test('paths and headers are the protocol’s', () => {
  assert.equal(TOKEN_PATH, '/nuc/v1/generate-token');
  assert.equal(CREATE_CHAT_PATH, '/nuc/v1/create-chat');
  assert.equal(SOCKET_PATH, '/v6/chatbot_websocket/default');
  assert.deepEqual(HTTP_HEADERS, {
    'Content-Type': 'application/json',
    environment: 'nuc',
    request_body_encrypted: '0',
    need_encrypted_response: '0',
    enc_version: 'V2',
  });
});

test('a token reply with its ids, without them, and with empty ones', () => {
  const own = { session_id: 'own-session', connection_id: 'own-connection' };
  const sent = { session_id: 'sent-session', connection_id: 'sent-connection' };
  const grant = { token: 'a/b+c=', client_code: 'client' };
  const parse = (reply: object) => parseTokenReply(JSON.stringify(reply), SENT);
  assert.deepEqual(parse({ ...REPLY, ...own }), { ...grant, ...own });
  assert.deepEqual(parse(REPLY), { ...grant, ...sent });
  assert.deepEqual(parse({ ...REPLY, session_id: '', connection_id: null }), { ...grant, ...sent });
  assert.deepEqual(parse({ ...REPLY, session_id: 'own-session', more: [1] }), {
    ...grant,
    session_id: 'own-session',
    connection_id: 'sent-connection',
  });
});

test('a token reply that is none: what was expected, and never what it held', () => {
  const wrong: [reply: string, message: string][] = [
    ['<html>', 'reply: expected JSON, got other text'],
    ['', 'reply: expected JSON, got other text'],
    ['[]', 'reply: expected an object, got a list'],
    ['null', 'reply: expected an object, got null'],
    ['"text"', 'reply: expected an object, got a string'],
    ['{}', 'reply: success: expected "1", got nothing'],
    ['{"success":"0"}', 'reply: success: expected "1", got "0"'],
    ['{"success":1}', 'reply: success: expected "1", got a number'],
    ['{"success":true,"token":"t"}', 'reply: success: expected "1", got a boolean'],
    ['{"success":"s3cret-in-the-wrong-place"}', 'reply: success: expected "1", got a string'],
    ['{"success":"1"}', 'reply: token: expected a text, got nothing'],
    ['{"success":"1","token":""}', 'reply: token: expected a text, got an empty text'],
    ['{"success":"1","token":{"s3cret":1}}', 'reply: token: expected a text, got an object'],
    ['{"success":"1","token":"s3cret"}', 'reply: client_code: expected a text, got nothing'],
  ];
  for (const [reply, message] of wrong) {
    assert.equal(
      refused(() => parseTokenReply(reply, SENT), 'token', 'bad_response'),
      message,
    );
  }
});

test('a create-chat reply gives its session_id, or leaves the one that is there', () => {
  assert.equal(parseCreateChatReply('{"session_id":"new"}', 'old'), 'new');
  for (const reply of ['{}', '{"session_id":""}', '{"session_id":null}', '{"other":1}']) {
    assert.equal(parseCreateChatReply(reply, 'old'), 'old', reply);
  }
  for (const reply of ['', 'x', '[]', 'null', '7']) {
    refused(() => parseCreateChatReply(reply, 'old'), 'create', 'bad_response');
  }
});

test('frames as they are seen in practice', () => {
  const chunk = parseFrame('{"response_chunk":"¡Hola! ","message_id":"m-1"}', assert.fail);
  assert.deepEqual(chunk, { response_chunk: '¡Hola! ', message_id: 'm-1' });
  assert.equal(isLast(chunk), false);
  const last = parseFrame(
    '{"chat_user_id":7,"complete_response":"¡Hola! 🫀","session_attributes":{"a":{"b":[1,null]}}}',
    assert.fail,
  );
  assert.deepEqual(last.session_attributes, { a: { b: [1, null] } });
  assert.equal(last.complete_response, '¡Hola! 🫀');
  assert.equal(isLast(last), true);
});

test('session_attributes of any frame are what reading it letter by letter finds', () => {
  const name = 'session_attributes';
  const value = fc.oneof(
    fc.constantFrom(
      '{"n":1}',
      '{"n":1.0}',
      '{}',
      '{ "n":1}',
      '{"n":"\\u00e9"}',
      '{"1":0,"0":1}',
      '7',
    ),
    fc.constantFrom(`{"${name}":{"n":1}}`, `[{"n":1},"${name}"]`, `"${name}"`, `"\\"${name}\\":1"`),
    fc.json(),
  );
  const key = fc.constantFrom(
    name,
    name,
    'x',
    `x\\"${name}`,
    'session\\u005fattributes',
    '__proto__',
  );
  const member = fc
    .tuple(key, fc.constantFrom(':', ' :', ': '), value)
    .map(([key, colon, value]) => `"${key}"${colon}${value}`);
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
      const text = `{${members.join(',')}}`;
      const { session_attributes } = parseFrame(text, () => {});
      if (session_attributes === undefined) return;
      assert.equal(attributesText(session_attributes, text), rawValue(text, name), text);
    }),
    { numRuns: 20_000 },
  );
});

test('the key complete_response ends an answer, even without text', () => {
  assert.equal(isLast(parseFrame('{"complete_response":""}', assert.fail)), true);
});

test('keys that the protocol does not list are no error, and keep their order', () => {
  const text = '{"z":1,"response_chunk":"a","stream_hint":{"index":0}}';
  assert.deepEqual(Object.keys(parseFrame(text, assert.fail)), [
    'z',
    'response_chunk',
    'stream_hint',
  ]);
  assert.equal(isLast(parseFrame('{}', assert.fail)), false);
});

test('a frame that is not JSON, not an object, or has a wrong field', () => {
  assert.equal(
    refused(() => parseFrame('esto no es JSON {', assert.fail), 'protocol', 'not_json'),
    'frame: expected JSON, got other text',
  );
  for (const [text, got] of [
    ['[]', 'a list'],
    ['null', 'null'],
    ['"x"', 'a string'],
    ['7', 'a number'],
  ] as const) {
    assert.equal(
      refused(() => parseFrame(text, assert.fail), 'protocol', 'not_object'),
      `frame: expected an object, got ${got}`,
    );
  }
  const fields: [text: string, message: string, rest: unknown][] = [
    ['{"response_chunk":7,"a":1}', 'response_chunk: expected a string, got a number', { a: 1 }],
    [
      '{"complete_response":["a"]}',
      'complete_response: expected a string, got a list',
      { complete_response: '' },
    ],
    ['{"session_attributes":"x"}', 'session_attributes: expected an object, got a string', {}],
    ['{"session_attributes":[]}', 'session_attributes: expected an object, got a list', {}],
  ];
  for (const [text, message, rest] of fields) {
    const told: ChatError[] = [];
    assert.deepEqual(
      parseFrame(text, (error) => told.push(error)),
      rest,
    );
    assert.deepEqual(
      told.map(({ phase, reason, message: said }) => [phase, reason, said]),
      [['protocol', 'bad_field', `frame: ${message}`]],
    );
  }
});

test('a known key with null counts as not there, but complete_response ends its answer', () => {
  const frame = parseFrame(
    '{"response_chunk":null,"session_attributes":null,"complete_response":null,"x":null}',
    assert.fail,
  );
  assert.deepEqual(frame, { complete_response: '', x: null });
  assert.ok(isLast(frame));
});

test('text that a person sees: as the Go module has it', () => {
  const file = new URL('../vectors/visible.json', import.meta.url);
  const { blank, seen }: Record<string, string[]> = JSON.parse(readFileSync(file, 'utf8'));
  assert.ok(blank?.length && seen?.length);
  for (const text of blank) assert.equal(isVisible(text), false, JSON.stringify(text));
  for (const text of seen) assert.equal(isVisible(text), true, JSON.stringify(text));
});
