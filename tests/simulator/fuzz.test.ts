/** 100,000 inputs that are near to what a client says: each is counted, none is an error of ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { frameBytes } from '../k6/websocket-bytes.ts';
import { ChatClient, envelope, tokenRequest, until } from './chat-client.ts';
import { RawClient } from './raw-client.ts';

const SEED = 20_250_101;
const QUESTIONS = 76_000;
const BODIES = 20_000;
const BYTES = 4_000;
/** Frames or requests that are under way at once. */
const BATCH = 500;

/** Texts that mean something to a parser, to an object or to a format. */
const sharp = fc.constantFrom(
  '',
  '{',
  '[',
  '"',
  '\\',
  '\\ud83d',
  '\0',
  '\u202e',
  'toString',
  'constructor',
  '__proto__',
  'rE7pRxTGlqT6',
  '9'.repeat(400),
  '-0',
  '1e999',
  '0001-02-30 24:60:61',
  '99-99-9999 99:99:99',
  '29-02-2023 00:00:00',
);
const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  sharp,
);
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    2 ** 53,
    1e300,
    [],
    {},
    { toString: 1 },
    { length: 3 },
  ),
  anyText,
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
);

/** A message with some of its fields replaced, as JSON; every fourth one is then damaged. */
function nearlyRight(message: object): fc.Arbitrary<string> {
  const keys = fc.oneof(fc.constantFrom(...Object.keys(message)), anyText);
  const changes = fc.array(fc.tuple(keys, anyValue), { maxLength: 3 });
  const whole = changes.map((entries) =>
    JSON.stringify({ ...message, ...Object.fromEntries(entries) }),
  );
  const damaged = fc.tuple(whole, fc.nat(), anyText).map(([text, at, inserted]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + inserted + text.slice(place + 1);
  });
  return fc.oneof({ weight: 3, arbitrary: whole }, { weight: 1, arbitrary: damaged }, anyText);
}

function samples<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: SEED });
}

/** How many violations there are whose kind begins so. */
function count(violations: Record<string, number>, prefix: string): number {
  return Object.entries(violations)
    .filter(([kind]) => kind.startsWith(prefix))
    .reduce((sum, [, times]) => sum + times, 0);
}

test(`${QUESTIONS} questions, ${BODIES} bodies and ${BYTES} pieces of bytes end nothing`, async () => {
  const simulator = await startSimulator({ port: 0, faults: ['no-first-chunk:1/2'], speed: 1e6 });
  const violations = () => simulator.stats().violations;
  try {
    // Frames, few to a session that is answered and most to one that is not: answering takes time.
    // Each is a question or a
    // violation of its frame.
    const clients = [await ChatClient.open(simulator.url), await ChatClient.open(simulator.url)];
    const frames = samples(nearlyRight(clients[0]?.question() ?? {}), QUESTIONS);
    const seen = () => simulator.stats().questions + count(violations(), 'frame:');
    for (let at = 0; at < QUESTIONS; at += BATCH) {
      const sealed = await Promise.all(
        frames.slice(at, at + BATCH).map((text, index) =>
          // Every tenth is not sealed at all.
          index % 10 === 0 ? text : envelope.seal(text),
        ),
      );
      for (const [index, each] of sealed.entries())
        clients[index % 100 === 0 ? 0 : 1]?.socket.send(each);
      await until(() => seen() === at + sealed.length);
    }
    assert.equal(seen(), QUESTIONS);

    // Bodies on one connection, one behind the other: each has its reply.
    const http = await RawClient.open(simulator.url);
    const replies = () => http.heard.split('HTTP/1.1 ').length - 1;
    const bodies = samples(nearlyRight(tokenRequest()), BODIES);
    for (let at = 0; at < BODIES; at += BATCH) {
      http.heard = '';
      for (const body of bodies.slice(at, at + BATCH)) {
        http.socket.write(
          `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: chat.test\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }
      await until(() => replies() === BATCH);
    }
    const { tokens } = simulator.stats();
    assert.equal(tokens - clients.length + count(violations(), 'body:'), BODIES);
    http.socket.destroy();

    // Bytes on connections of their own, half of them after a handshake's request.
    const bytes = samples(
      fc.tuple(
        fc.uint8Array({ maxLength: 40 }),
        fc.record({
          opcode: fc.nat(15),
          reserved: fc.nat(7),
          masked: fc.boolean(),
          fin: fc.boolean(),
          payload: anyText,
        }),
      ),
      BYTES,
    );
    for (let at = 0; at < BYTES; at += BATCH) {
      await Promise.all(
        bytes.slice(at, at + BATCH).map(async ([noise, frame], index) => {
          const client = await RawClient.open(simulator.url);
          client.socket.write(index % 2 === 0 ? 'GET /stats HTTP/1.1\r\nHost: x\r\n\r\n' : '');
          client.socket.end(index % 3 === 0 ? frameBytes(frame) : noise);
          await client.closed;
        }),
      );
    }

    // It serves on as if nothing had been.
    const before = simulator.stats();
    const client = await ChatClient.open(simulator.url);
    assert.ok((await client.ask()).complete);
    await client.close();
    assert.deepEqual(violations(), before.violations);
    assert.equal(count(violations(), 'simulator:'), 0);
  } finally {
    await simulator.close();
  }
});
