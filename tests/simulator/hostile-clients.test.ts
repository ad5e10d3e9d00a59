/** Whatever a client sends: the simulator counts it as a violation and serves on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { CREATE_CHAT_PATH, TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { QUESTION_FIELDS, TOKEN_FIELDS } from '../../simulator/checks.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { closePayload, type FrameParts, frameBytes, OPCODE } from '../k6/websocket-bytes.ts';
import { ChatClient, envelope, post, tokenRequest, until } from './chat-client.ts';
import { changed, finds } from './finds.ts';
import { RawClient, say, upgradeRequest } from './raw-client.ts';

/** Values at which String() or a recursion throws. */
const UNPRINTABLE = { toString: 1, valueOf: null };
const DEEP = '['.repeat(200_000) + ']'.repeat(200_000);

// Questions and bodies.

for (const field of Object.keys(QUESTION_FIELDS)) {
  // What is an object all the same, is a wrong one.
  const kind = field === 'session_attributes' ? `${field}:not_latest` : `field:${field}`;
  finds(`a question with an unprintable ${field}`, { [kind]: 1 }, async (url) => {
    const client = await ChatClient.open(url);
    assert.ok((await client.ask({ [field]: UNPRINTABLE })).complete);
    await client.close();
  });
}
for (const path of Object.keys(TOKEN_FIELDS)) {
  finds(`a token request with an unprintable ${path}`, { [`field:${path}`]: 1 }, async (url) => {
    const reply = await post(url, TOKEN_PATH, changed(tokenRequest(), path, UNPRINTABLE));
    assert.equal(reply.status, 200);
  });
}
for (const field of ['user_message', 'session_attributes', 'note', '__proto__', 'toString']) {
  finds(`a question with a bottomless ${field}`, { 'frame:too_deep': 1 }, async (url) => {
    const client = await ChatClient.open(url);
    client.socket.send(await envelope.seal(`{"${field}":${DEEP}}`));
    assert.ok((await client.ask()).complete, 'the session goes on');
    await client.close();
  });
}
for (const path of [TOKEN_PATH, CREATE_CHAT_PATH]) {
  finds(`a bottomless body of ${path}`, { 'body:too_deep': 1 }, async (url) => {
    assert.equal((await post(url, path, `{"token":${DEEP}}`)).status, 400);
  });
  finds(`an endless body of ${path}`, { 'body:too_long': 1 }, async (url) => {
    assert.equal((await post(url, path, `{"token":"${'x'.repeat(3_000_000)}"}`)).status, 413);
  });
}
test('of questions that never wait, a hundred are kept', async () => {
  const simulator = await startSimulator({ port: 0, faults: ['no-first-chunk'] });
  const client = await ChatClient.open(simulator.url);
  for (let count = 0; count < 300; count++) await client.send(client.question());
  await client.close();
  await until(() => simulator.stats().connections === 0);
  assert.equal(simulator.stats().questions, 300);
  assert.deepEqual(simulator.stats().violations, {
    'question:early': 299,
    'question:too_many': 199,
  });
  await simulator.close();
});

// What is no HTTP.

const unreadable: [what: string, bytes: string, line: string, violation: string][] = [
  [
    'no HTTP',
    '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n',
    '400 Bad Request',
    'http:invalid',
  ],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    '400 Bad Request',
    'http:invalid',
  ],
  [
    'endless headers',
    `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
    'http:too_long',
  ],
  [
    'CONNECT',
    'CONNECT chat.test:443 HTTP/1.1\r\nHost: chat.test\r\n\r\n',
    '405 Method Not Allowed',
    'http:method',
  ],
  [
    'an upgrade to another protocol',
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    '404 Not Found',
    'handshake:path',
  ],
];
for (const [what, bytes, line, violation] of unreadable) {
  finds(what, { [violation]: 1 }, async (url) => {
    assert.equal(await say(url, Buffer.from(bytes, 'latin1')), `HTTP/1.1 ${line}`);
  });
}
for (const [what, bytes] of [
  ['its headers', 'POST /nuc/v1/generate-token HTTP/1.1\r\nHos'],
  [
    'its body',
    'POST /nuc/v1/generate-token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nenvironment: nuc\r\nrequest_body_encrypted: 0\r\nneed_encrypted_response: 0\r\nenc_version: V2\r\nContent-Length: 100\r\n\r\n{',
  ],
] as const) {
  finds(`a request that its client closes in ${what}`, { 'http:cut': 1 }, async (url) => {
    const client = await RawClient.open(url);
    client.socket.end(bytes);
    await client.closed;
  });
}

// What is no WebSocket.

const text = { opcode: OPCODE.text, masked: true, payload: 'x' };
const badFrames: [what: string, frame: FrameParts][] = [
  ['a frame that is not masked', { ...text, masked: false }],
  ['RSV1 without compression', { ...text, reserved: 4 }],
  ['an opcode that is not one', { ...text, opcode: 3 }],
  ['a continuation of nothing', { ...text, opcode: OPCODE.continuation }],
  ['a ping in two parts', { ...text, opcode: OPCODE.ping, fin: false }],
  ['a ping too long', { ...text, opcode: OPCODE.ping, payload: 'x'.repeat(126) }],
  ['text that is not UTF-8', { ...text, payload: Buffer.from([0xff]) }],
  ['a length of 2^53', { ...text, length: 2 ** 53 }],
  ['a length of 2^63', { ...text, length: 2 ** 63 }],
  ['a close of one byte', { ...text, opcode: OPCODE.close }],
  ['a close code that is none', { ...text, opcode: OPCODE.close, payload: closePayload(999) }],
];
for (const [what, frame] of badFrames) {
  finds(what, { 'frame:invalid': 1 }, async (url) => {
    const client = await RawClient.openSocket(url);
    await client.say(frameBytes(frame));
  });
}
finds('garbage after the handshake', { 'frame:invalid': 1 }, async (url) => {
  await (await RawClient.openSocket(url)).say('GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n');
});
finds('pings whose pongs are left unread', { 'close:1006': 1 }, async (url) => {
  const client = await RawClient.openSocket(url);
  client.socket.pause();
  const ping = frameBytes({ opcode: OPCODE.ping, masked: true, payload: 'x'.repeat(125) });
  const pings = Buffer.concat(Array<Buffer>(5000).fill(ping));
  // Some 60 MB at the most.
  for (let sent = 0; sent < 100 && !client.socket.destroyed; sent++) {
    if (client.socket.write(pings)) continue;
    await Promise.race([once(client.socket, 'drain').catch(() => {}), client.closed]);
  }
  assert.ok(client.socket.destroyed);
});

test('answers that a client leaves unread are not kept without end', async () => {
  const simulator = await startSimulator({ port: 0, speed: 1e6 });
  const client = await RawClient.openSocket(simulator.url);
  client.socket.pause();
  const question = frameBytes({
    opcode: OPCODE.text,
    masked: true,
    payload: await envelope.seal('{}'),
  });
  // Some 100 kB an answer: what the kernel holds is full long before the last.
  let asked = 0;
  const isCut = () => simulator.stats().violations['socket:unread'] === 1;
  while (asked < 2000 && !isCut()) {
    client.socket.write(question);
    asked += 1;
    await until(() => isCut() || simulator.stats().responses === asked);
  }
  assert.ok(isCut(), `${asked} answers, unread`);
  await until(() => simulator.stats().connections === 0);
  await simulator.close();
});

test('clients that hang at every stage keep nobody from being served, nor from stopping', async () => {
  const simulator = await startSimulator({ port: 0, speed: 5000, faults: ['handshake-hang:1/2'] });
  const stages = [
    '',
    'POST /nuc',
    'GET /stats HTTP/1.1\r\nHost: x\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1',
  ];
  const slow = await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const client = await RawClient.open(simulator.url);
      client.socket.write(stages[index % stages.length] ?? '');
      return client;
    }),
  );
  const half = await RawClient.openSocket(simulator.url);
  half.socket.end();
  await half.closed;
  // Every second session's handshake is never answered; its client closes its own side only.
  const hanging = await RawClient.open(simulator.url);
  hanging.socket.write(await upgradeRequest(simulator.url));
  hanging.socket.end();
  await hanging.closed;
  const client = await ChatClient.open(simulator.url);
  assert.ok((await client.ask()).complete);
  await client.close();
  await simulator.close();
  await Promise.all(slow.map(({ closed }) => closed));
});
