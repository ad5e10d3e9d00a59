/** What a server can do to a session, and what the run then says: the table of hostile.test.ts. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { goodAnswer, http, type Reply, type Talk, type Treatment } from './hostile-server.ts';
import { closePayload, type FrameParts, OPCODE } from './websocket-bytes.ts';

export interface HostileCase extends Treatment {
  readonly name: string;
  /** What chat_errors counts, as `phase/reason` or `phase/reason ×2`, in alphabetical order. */
  readonly errors: string;
  /** Of the session's two questions: how many were sent, how many answers came, how many were good. */
  readonly sent: number;
  readonly received: number;
  readonly good: number;
}

const HTML = '<!doctype html><title>Mantenimiento</title>';
const DEEP = '['.repeat(200_000) + ']'.repeat(200_000);
const cut: Reply = (socket) => socket.destroy();
const hang: Reply = () => {};

/** Ways to answer a call of set-up that is to be answered with JSON. */
function badReplies(): [name: string, reply: Reply, reason: string][] {
  const statuses: [string, string][] = [
    ['302 Found', 'http_3xx'],
    ['400 Bad Request', 'http_400'],
    ['401 Unauthorized', 'http_401'],
    ['403 Forbidden', 'http_403'],
    ['404 Not Found', 'http_404'],
    ['407 Proxy Authentication Required', 'proxy'],
    ['429 Too Many Requests', 'http_429'],
    ['418 I am a teapot', 'http_4xx'],
    ['500 Internal Server Error', 'http_5xx'],
    ['503 Service Unavailable', 'http_5xx'],
    ['599 Odd', 'http_5xx'],
    ['000 Odd', 'bad_response'],
    ['204 No Content', 'bad_response'],
  ];
  return [
    ...statuses.map(([status, reason]): [string, Reply, string] => [
      status,
      http(status, HTML, ['Location: /elsewhere']),
      reason,
    ]),
    // k6 has the text behind the 101 in its own, not quoted.
    ['101 with the keys', http('101 s3cret-access@x', ''), 'bad_response'],
    ['302 to what is no address', http('302 Found', '', ['Location: http://[::1']), 'http_3xx'],
    ['200 with a page of HTML', http('200 OK', HTML), 'bad_response'],
    ['200 without a body', http('200 OK', ''), 'bad_response'],
    ['200 with a list', http('200 OK', '[]'), 'bad_response'],
    ['200 with half a JSON', http('200 OK', '{"token":'), 'bad_response'],
    [
      '200 with ids that are lists',
      http('200 OK', '{"success":"1","token":"x","client_code":"c","session_id":[1]}'),
      'bad_response',
    ],
    [
      '200 with __proto__',
      http('200 OK', '{"__proto__":{"success":"1"},"session_id":{"toString":1}}'),
      'bad_response',
    ],
    ['a connection that is cut', cut, 'reset'],
    [
      'a reply that is cut in its body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{'),
      'reset',
    ],
    [
      'chunks of no length',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n'),
      'network',
    ],
    ['two lengths', http('200 OK', '{}', ['Content-Length: 3']), 'network'],
    ['what is no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'network'],
    ['words of another error', (socket) => socket.end('too many open files\r\n'), 'network'],
  ];
}

const setUp: HostileCase[] = badReplies().flatMap(([name, reply, reason]) => [
  {
    name: `token: ${name}`,
    token: reply,
    errors: `token/${reason}`,
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: `create: ${name}`,
    create: reply,
    errors: `create/${reason}`,
    sent: 0,
    received: 0,
    good: 0,
  },
]);

const upgrades: [name: string, upgrade: Reply, reason: string][] = [
  ...[
    '200 OK',
    '301 Moved Permanently',
    '401 Unauthorized',
    '404 Not Found',
    '429 Too Many Requests',
    '502 Bad Gateway',
    '503 Service Unavailable',
  ].map((status): [string, Reply, string] => [status, http(status, HTML), 'handshake']),
  [
    '101 with a wrong key',
    (socket) =>
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      ),
    'handshake',
  ],
  [
    '101 to another protocol',
    (socket) =>
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      ),
    'handshake',
  ],
  ['a connection that is cut', cut, 'reset'],
  ['words of another error', (socket) => socket.end('too many open files\r\n'), 'network'],
];

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

/** Whole answers. */
const answers: Omit<HostileCase, 'sent' | 'received'>[] = [
  {
    name: 'an answer without chunks',
    answer: ({ send }) => send({ complete_response: 'Sí.' }),
    errors: '',
    good: 2,
  },
  {
    name: 'an empty answer',
    answer: ({ send }) => send({ complete_response: '' }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an answer that is null',
    answer: ({ send }) => send({ complete_response: null }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an answer that is a list',
    answer: ({ send }) => send({ complete_response: ['Sí.'] }),
    errors: 'protocol/bad_field ×2 protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'chunks that do not join up',
    answer: async ({ send }) => {
      await send({ response_chunk: 'No' });
      await send({ complete_response: 'Sí.' });
    },
    errors: 'protocol/wrong_text ×2',
    good: 2,
  },
  {
    name: 'white space before the text',
    answer: async ({ send }) => {
      await send({ response_chunk: '\n\n' });
      await delay(50);
      await send({ response_chunk: 'Sí.' });
      await send({ complete_response: '\n\nSí.' });
    },
    errors: '',
    good: 2,
  },
  {
    name: 'an answer of white space',
    answer: ({ send }) => send({ complete_response: ' \n\u00a0\u200b' }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an emoji cut in two',
    answer: async ({ send }) => {
      await send('{"response_chunk":"x\\ud83d"}');
      await send('{"response_chunk":"\\ude00y"}');
      await send({ complete_response: 'x😀y' });
    },
    errors: '',
    good: 2,
  },
  {
    name: '200,000 characters',
    answer: ({ send }) => send({ complete_response: 'ñ'.repeat(200_000) }),
    errors: '',
    good: 2,
  },
  {
    name: 'an answer in five hundred chunks',
    answer: async ({ send }) => {
      for (let count = 0; count < 500; count++) await send({ response_chunk: 'x' });
      await send({ complete_response: 'x'.repeat(500) });
    },
    errors: '',
    good: 2,
  },
  {
    name: 'a message in fragments',
    answer: async (talk) => {
      talk.frame({ opcode: OPCODE.text, fin: false, payload: '' });
      talk.frame({ opcode: OPCODE.ping });
      talk.frame({ opcode: OPCODE.continuation, payload: 'x' });
      await goodAnswer(talk);
    },
    errors: 'decrypt/envelope ×2',
    good: 2,
  },
  {
    name: 'one byte at a time',
    answer: async (talk) => {
      const write = talk.socket.write.bind(talk.socket);
      const sent: Buffer[] = [];
      talk.socket.write = ((bytes: Buffer) => sent.push(bytes) > 0) as typeof talk.socket.write;
      await goodAnswer(talk);
      talk.socket.write = write;
      talk.socket.setNoDelay(true);
      for (const byte of Buffer.concat(sent)) write(Buffer.from([byte]));
    },
    errors: '',
    good: 2,
  },
  {
    name: 'attributes that numbers cannot hold',
    answer: async ({ turn, question, send }) => {
      const attributes = '{"b":0.15317734307609499,"a":9007199254740993, "c":"\\ud83d","d":1e999}';
      const right = question.includes(`"session_attributes":${turn === 1 ? '{}' : attributes}`);
      await send(`{"session_attributes":${attributes}}`);
      await send({ complete_response: right ? 'Sí.' : '' });
    },
    errors: '',
    good: 2,
  },
];

/** A second reply, with all that the call held: Go prints what comes on an idle connection. */
const echoes: HostileCase[] = (['token', 'create'] as const).map((call) => ({
  name: `${call}: a reply, and a second one that echoes the request`,
  echoes: call,
  errors: '',
  sent: 2,
  received: 2,
  good: 2,
}));

const floods: HostileCase[] = [
  {
    name: 'a body of gzip that is none',
    token: http('200 OK', 'no gzip', ['Content-Encoding: gzip']),
    errors: 'token/bad_response',
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: 'a gzip bomb of 50 MB',
    token: http('200 OK', gzipSync(Buffer.alloc(50_000_000, 32)), ['Content-Encoding: gzip']),
    errors: 'token/too_big',
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: 'a body of a million levels',
    create: http('200 OK', '['.repeat(1_000_000)),
    errors: 'create/too_big',
    sent: 0,
    received: 0,
    good: 0,
  },
];

/** What ends at a limit alone: see HOSTILE_GROUPS. */
const endless: HostileCase[] = [
  {
    name: 'an upgrade that hangs',
    upgrade: hang,
    errors: 'stream/session_timeout',
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: 'a token call that hangs',
    token: hang,
    errors: 'stream/session_timeout',
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: 'a create call that hangs',
    create: hang,
    errors: 'stream/session_timeout',
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: 'no answer',
    answer: async () => {},
    errors: 'stream/first_chunk_timeout',
    sent: 1,
    received: 0,
    good: 0,
  },
  {
    name: 'an answer that stops',
    answer: ({ send }) => send({ response_chunk: 'Sí' }),
    errors: 'stream/stall',
    sent: 1,
    received: 0,
    good: 0,
  },
  {
    name: 'an answer that never ends',
    answer: async ({ send }) => {
      for (let count = 0; count < 50; count++) {
        await send({ response_chunk: 'x' });
        await delay(300);
      }
    },
    errors: 'stream/response_timeout',
    sent: 1,
    received: 0,
    good: 0,
  },
];

const ended: readonly HostileCase[] = [
  ...setUp,
  ...upgrades.map(([name, upgrade, reason]) => ({
    name: `upgrade: ${name}`,
    upgrade,
    errors: `connect/${reason}`,
    sent: 0,
    received: 0,
    good: 0,
  })),
  ...unusable.map(([name, odd, reason]) => ({
    name,
    answer: withOdd(odd),
    errors: `${reason} ×2`,
    sent: 2,
    received: 2,
    good: 2,
  })),
  ...harmless.map(([name, odd]) => ({
    name,
    answer: withOdd(odd),
    errors: '',
    sent: 2,
    received: 2,
    good: 2,
  })),
  ...endings.map(([name, end, reason]) => ({
    name,
    answer: async (talk: Talk) => end(talk),
    errors: `stream/${reason}`,
    sent: 1,
    received: 0,
    good: 0,
  })),
  ...broken.map(([name, ...frames]) => ({
    name,
    answer: async ({ frame }: Talk) => frames.forEach(frame),
    errors: 'stream/closed_broken',
    sent: 1,
    received: 0,
    good: 0,
  })),
  ...strays.map(([name, treatment]) => ({
    ...treatment,
    name,
    errors: 'protocol/stray_frame',
    sent: 2,
    received: 2,
    good: 2,
  })),
  ...answers.map((each) => ({ ...each, sent: 2, received: 2 })),
  ...echoes,
  ...floods,
];

/** Cases that run together, each a scenario of one run of k6 with these settings. */
export interface HostileGroup {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly cases: readonly HostileCase[];
}

// Generous, because five healthy sessions beside each case have to keep them on a busy machine too.
export const HOSTILE_GROUPS: readonly HostileGroup[] = [
  { name: 'what ends by itself', settings: { NUC_SESSION_TIMEOUT: '1m' }, cases: ended },
  {
    name: 'what ends at a limit',
    settings: {
      NUC_FIRST_CHUNK_TIMEOUT: '8s',
      NUC_STALL_TIMEOUT: '9s',
      NUC_RESPONSE_TIMEOUT: '12s',
      NUC_SESSION_TIMEOUT: '20s',
    },
    cases: endless,
  },
];
