/** Frames that a server can send beside those of an answer, and ends of its socket. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ALL_GOOD, type HostileCase, NO_ANSWER } from './hostile-case.ts';
import type { Talk, Treatment } from './hostile-server.ts';
import { closePayload, type FrameParts, OPCODE } from './websocket-bytes.ts';

const DEEP = '['.repeat(200_000) + ']'.repeat(200_000);

/** An answer in which `odd` comes between two chunks. */
function withOdd(odd: (talk: Talk) => unknown) {
  return async (talk: Talk) => {
    await talk.send({ response_chunk: 'Sí, ' });
    await odd(talk);
    await talk.send({ response_chunk: 'señora.' });
    await talk.send({ complete_response: 'Sí, señora.' });
  };
}

/** One frame of each answer that cannot be used; the session goes on. */
const unusable: [name: string, odd: (talk: Talk) => unknown, reason: string][] = [
  [
    'a binary frame',
    ({ frame }) => frame({ opcode: OPCODE.binary, payload: randomBytes(9) }),
    'protocol/not_text',
  ],
  ['a frame without text', ({ frame }) => frame({ opcode: OPCODE.text }), 'decrypt/envelope'],
  [
    'a frame that is not sealed',
    ({ frame }) => frame({ opcode: OPCODE.text, payload: '{"response_chunk":"x"}' }),
    'decrypt/envelope',
  ],
  [
    '200 kB of noise',
    ({ frame }) => frame({ opcode: OPCODE.text, payload: randomBytes(100_000).toString('hex') }),
    'decrypt/envelope',
  ],
  [
    'text that is not UTF-8',
    ({ frame }) => frame({ opcode: OPCODE.text, payload: Buffer.of(0xff, 0xfe) }),
    'decrypt/envelope',
  ],
  ['sealed text that is no JSON', ({ send }) => send('hola'), 'protocol/not_json'],
  ['sealed JSON that is cut', ({ send }) => send('{"response_chunk":"x'), 'protocol/not_json'],
  ['a sealed list', ({ send }) => send('[]'), 'protocol/not_object'],
  ['a sealed null', ({ send }) => send('null'), 'protocol/not_object'],
  ['a chunk that is a number', ({ send }) => send({ response_chunk: 7 }), 'protocol/bad_field'],
  [
    'a chunk that is an object',
    ({ send }) => send({ response_chunk: { toString: 1 } }),
    'protocol/bad_field',
  ],
  [
    'attributes that are a list',
    ({ send }) => send({ session_attributes: [1] }),
    'protocol/bad_field',
  ],
  ['200,000 levels of JSON', ({ send }) => send(`{"note":${DEEP}}`), 'protocol/too_big'],
];

/** What is odd, and yet no error. */
const harmless: [name: string, odd: (talk: Talk) => unknown][] = [
  ['a ping', ({ frame }) => frame({ opcode: OPCODE.ping, payload: 'x' })],
  ['a pong that nobody asked for', ({ frame }) => frame({ opcode: OPCODE.pong, payload: 'x' })],
  ['an empty object', ({ send }) => send('{}')],
  [
    'unknown keys',
    ({ send }) => send('{"toString":1,"constructor":null,"__proto__":{"complete_response":"x"}}'),
  ],
  ['a number out of range', ({ send }) => send('{"note":1e999}')],
  [
    'three hundred frames at once',
    async ({ send }) => {
      for (let count = 0; count < 300; count++) await send('{"note":1}');
    },
  ],
];

/** What ends the session in its first answer. */
const endings: [name: string, end: (talk: Talk) => unknown, reason: string][] = [
  ...([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013] as const).map(
    (code): [string, (talk: Talk) => unknown, string] => [
      `a close with ${code}`,
      ({ close }) => close(code),
      `closed_${code}`,
    ],
  ),
  ['a close with 4000', ({ close }) => close(4000), 'closed_other'],
  ['a close with 3000', ({ close }) => close(3000), 'closed_other'],
  ['a close without a code', ({ frame }) => frame({ opcode: OPCODE.close }), 'closed_1005'],
  [
    'a close of one byte',
    ({ frame }) => frame({ opcode: OPCODE.close, payload: 'x' }),
    'closed_1005',
  ],
  ['a connection that is ended', ({ socket }) => socket.end(), 'closed_1006'],
  ['a connection that is reset', ({ socket }) => socket.resetAndDestroy(), 'closed_broken'],
];

/** Frames against the rules of WebSocket. */
const broken: [name: string, ...frames: FrameParts[]][] = [
  ['RSV1 without compression', { opcode: OPCODE.text, reserved: 4, payload: 'x' }],
  ['an opcode that is not one', { opcode: 3, payload: 'x' }],
  ['a masked frame', { opcode: OPCODE.text, masked: true, payload: 'x' }],
  ['a continuation of nothing', { opcode: OPCODE.continuation, payload: 'x' }],
  ['a ping too long', { opcode: OPCODE.ping, payload: 'x'.repeat(126) }],
  ['a ping in parts', { opcode: OPCODE.ping, payload: 'x', fin: false }],
  [
    'a message within a message',
    { opcode: OPCODE.text, payload: 'x', fin: false },
    { opcode: OPCODE.text, payload: 'x' },
  ],
  ['a length over all bounds', { opcode: OPCODE.text, length: 2 ** 63 }],
  ['a close with 1005', { opcode: OPCODE.close, payload: closePayload(1005) }],
  ['a close with 1006', { opcode: OPCODE.close, payload: closePayload(1006) }],
  ['a close whose reason is not UTF-8', { opcode: OPCODE.close, payload: Buffer.of(3, 232, 0xff) }],
  ['a close with 999', { opcode: OPCODE.close, payload: closePayload(999) }],
];

/** Frames that belong to no open answer, after the first answer of the session. */
function withStray(afterMs: number, stray: (text: string) => object) {
  return async ({ turn, send }: Talk) => {
    const text = `Respuesta ${turn}.`;
    // Late enough that what follows the first answer meets the second question.
    if (turn > 1) await delay(200);
    await send({ response_chunk: text, message_id: `m${turn}` });
    await send({ complete_response: text });
    if (turn > 1) return;
    await delay(afterMs);
    await send(stray(text));
  };
}

const strays: [name: string, treatment: Treatment][] = [
  ...[0, 15, 40].map((ms): [string, Treatment] => [
    `a last frame that is sent again after ${ms} ms`,
    { answer: withStray(ms, (text) => ({ complete_response: text })) },
  ]),
  [
    'a chunk of the last answer after 15 ms',
    { answer: withStray(15, () => ({ response_chunk: 'más', message_id: 'm1' })) },
  ],
  [
    'another end of the last answer after 15 ms',
    { answer: withStray(15, () => ({ complete_response: 'más', message_id: 'm1' })) },
  ],
  ['an answer in the same segment as the 101', { greeting: { complete_response: 'Hola.' } }],
];

export const FRAME_CASES: readonly HostileCase[] = [
  ...unusable.map(([name, odd, reason]) => ({
    name,
    answer: withOdd(odd),
    errors: `${reason} ×2`,
    ...ALL_GOOD,
  })),
  ...harmless.map(([name, odd]) => ({
    name,
    answer: withOdd(odd),
    errors: '',
    ...ALL_GOOD,
  })),
  ...endings.map(([name, end, reason]) => ({
    name,
    answer: async (talk: Talk) => end(talk),
    errors: `stream/${reason}`,
    ...NO_ANSWER,
  })),
  ...broken.map(([name, ...frames]) => ({
    name,
    answer: async ({ frame }: Talk) => frames.forEach(frame),
    errors: 'stream/closed_broken',
    ...NO_ANSWER,
  })),
  ...strays.map(([name, treatment]) => ({
    ...treatment,
    name,
    errors: 'protocol/stray_frame',
    ...ALL_GOOD,
  })),
];
