/** What a server can answer to the calls of set-up and to the socket's upgrade. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { ALL_GOOD, type HostileCase, NOTHING_ASKED } from './hostile-case.ts';
import { http, type Reply } from './hostile-server.ts';

const HTML = '<!doctype html><title>Mantenimiento</title>';
const cut: Reply = (socket) => socket.destroy();

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
    ...NOTHING_ASKED,
  },
  {
    name: `create: ${name}`,
    create: reply,
    errors: `create/${reason}`,
    ...NOTHING_ASKED,
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
  ['101 without its headers', http('101 Switching Protocols', ''), 'handshake'],
];

/** A second reply, with all that the call held: Go prints what comes on an idle connection. */
const echoes: HostileCase[] = (['token', 'create'] as const).map((call) => ({
  name: `${call}: a reply, and a second one that echoes the request`,
  echoes: call,
  errors: '',
  ...ALL_GOOD,
}));

const early: Reply = (socket) => {
  socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(2));
  http('200 OK', '{}')(socket);
};

/** What is odd in a reply, and yet right. */
const harmless = (
  [
    ['103 twice before the reply', early],
    ['gzip that nobody asked for', http('200 OK', gzipSync('{}'), ['Content-Encoding: gzip'])],
    ['deflate', http('200 OK', deflateSync('{}'), ['Content-Encoding: deflate'])],
    ['brotli', http('200 OK', brotliCompressSync('{}'), ['Content-Encoding: br'])],
    ['a byte order mark', http('200 OK', '\ufeff{}')],
    ['HTTP/1.0 that ends with its connection', (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{}')],
  ] satisfies [name: string, create: Reply][]
).map(
  ([name, create]): HostileCase => ({ name: `create: ${name}`, create, errors: '', ...ALL_GOOD }),
);

const floods: HostileCase[] = [
  {
    name: 'a body of gzip that is none',
    token: http('200 OK', 'no gzip', ['Content-Encoding: gzip']),
    errors: 'token/bad_response',
    ...NOTHING_ASKED,
  },
  {
    name: 'a gzip bomb of 50 MB',
    token: http('200 OK', gzipSync(Buffer.alloc(50_000_000, 32)), ['Content-Encoding: gzip']),
    errors: 'token/too_big',
    ...NOTHING_ASKED,
  },
  {
    name: 'headers of 11 MB',
    create: http('200 OK', '{}', [`X: ${'x'.repeat(11_000_000)}`]),
    errors: 'create/too_big',
    sent: 0,
    received: 0,
    good: 0,
  },
  {
    name: 'a body of a million levels',
    create: http('200 OK', '['.repeat(1_000_000)),
    errors: 'create/too_big',
    ...NOTHING_ASKED,
  },
];

export const SET_UP_CASES: readonly HostileCase[] = [
  ...setUp,
  ...upgrades.map(([name, upgrade, reason]) => ({
    name: `upgrade: ${name}`,
    upgrade,
    errors: `connect/${reason}`,
    ...NOTHING_ASKED,
  })),
  ...echoes,
  ...harmless,
  ...floods,
];
