import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phase } from '../../lib/base/errors.ts';
import {
  detailOf,
  HANDSHAKE_STATUSES,
  meaningOf,
  reasonOfClose,
  reasonOfConnectError,
  reasonOfNetworkError,
  reasonOfStatus,
  reasonTable,
} from '../../lib/metrics/reasons.ts';

const PHASES: Phase[] = ['token', 'create', 'connect', 'stream', 'decrypt', 'protocol'];

function isReason(phase: Phase, reason: string): boolean {
  return reasonTable()[phase].some((row) => row.reason === reason);
}

test('every phase has its reasons, each once, in the form of a tag, with a meaning', () => {
  assert.deepEqual(Object.keys(reasonTable()), PHASES);
  for (const phase of PHASES) {
    const names = reasonTable()[phase].map(({ reason }) => reason);
    assert.equal(new Set(names).size, names.length, phase);
    for (const { reason, meaning } of reasonTable()[phase]) {
      assert.match(reason, /^[a-z0-9_]+$/);
      assert.ok(meaning.length > 5 && !meaning.includes('\n') && !meaning.includes('|'), reason);
      assert.equal(meaningOf(phase, reason), meaning);
    }
  }
});

// What k6 2.2.0 says of a failed HTTP call, word for word, and why it failed.
const HTTP_TEXTS: [text: string, reason: string][] = [
  ['dial: connection refused', 'refused'],
  ['lookup: no such host', 'dns'],
  ["x509: certificate doesn't match hostname", 'tls'],
  ['x509: unknown certificate authority', 'tls'],
  ['tls: first record does not look like a TLS handshake', 'tls'],
  ['request timeout', 'timeout'],
  ['dial: i/o timeout', 'timeout'],
  ['net/http: server response headers exceeded 10485760 bytes; aborted', 'too_big'],
  ['EOF', 'reset'],
  ['unexpected EOF', 'reset'],
  ['read: connection reset by peer', 'reset'],
  ['malformed HTTP response "SSH-2.0-x"', 'network'],
  ['dial tcp: address 99999: invalid port', 'network'],
  // The words between the quotes are the service's.
  ['malformed HTTP response "connection refused"', 'network'],
  ['net/http: HTTP/1.x transport connection broken: bad Content-Length "x509 \\"EOF"', 'network'],
  ['malformed MIME header line: too many open files', 'network'],
  ['unsupported response status: 101 connection refused', 'bad_response'],
];

test('what k6 says of a failed HTTP call has its reason', () => {
  for (const [text, reason] of HTTP_TEXTS) {
    assert.equal(reasonOfNetworkError(text), reason, text);
    assert.ok(isReason('token', reason) && isReason('create', reason), reason);
  }
});

// What k6 2.2.0 says of a failed handshake, word for word.
const SOCKET_TEXTS: [text: string, reason: string][] = [
  ['dial tcp 127.0.0.1:1: connect: connection refused', 'refused'],
  ['lookup nuc.invalid on 192.0.2.53:53: no such host', 'dns'],
  [
    "tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    'tls',
  ],
  ['tls: first record does not look like a TLS handshake', 'tls'],
  ['websocket: bad handshake', 'handshake'],
  ['read tcp 127.0.0.1:37858->127.0.0.1:38413: i/o timeout', 'handshake_timeout'],
  ['dial tcp 192.0.2.1:80: i/o timeout', 'handshake_timeout'],
  ['unexpected EOF', 'reset'],
  ['read tcp 127.0.0.1:37858->127.0.0.1:38413: read: connection reset by peer', 'reset'],
  ['write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe', 'reset'],
  ['malformed HTTP response "SSH-2.0-x"', 'network'],
  ['malformed HTTP response "too many open files"', 'network'],
  ['', 'network'],
];

test('what k6 says of a failed handshake has its reason', () => {
  for (const [text, reason] of SOCKET_TEXTS) {
    assert.equal(reasonOfConnectError(text), reason, text);
    assert.ok(isReason('connect', reason), reason);
  }
});

test('a catch-all keeps k6’s text for the log, without what k6 quotes', () => {
  assert.equal(detailOf('refused', 'connection refused'), '');
  assert.equal(detailOf('network', ''), '');
  assert.equal(detailOf('network', 'dial: invalid port'), ' (dial: invalid port)');
  for (const echo of ['"key"', '"a\\"key"', '"key']) {
    assert.equal(detailOf('network', `malformed ${echo}`), ' (malformed "…")', echo);
  }
  // Go quotes all but these.
  for (const line of ['malformed MIME header line: ', 'malformed MIME header initial line: ']) {
    assert.equal(detailOf('network', `${line}key: "key"`), ` (${line}"…")`);
  }
  assert.equal(detailOf('network', 'x'.repeat(1e6)).length, 203);
});

test('every HTTP status but 2xx has a reason', () => {
  const exact = [400, 401, 403, 404, 429];
  for (const status of exact) assert.equal(reasonOfStatus(status), `http_${status}`);
  for (const status of [301, 302, 307, 308]) assert.equal(reasonOfStatus(status), 'http_3xx');
  for (const status of [402, 405, 418, 499]) assert.equal(reasonOfStatus(status), 'http_4xx');
  for (const status of [500, 502, 503, 504, 520]) assert.equal(reasonOfStatus(status), 'http_5xx');
  for (let status = 300; status < 600; status++) {
    assert.ok(isReason('token', reasonOfStatus(status)), String(status));
    assert.ok(isReason('create', reasonOfStatus(status)), String(status));
  }
});

test('every close code has a reason', () => {
  for (const code of [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013]) {
    assert.equal(reasonOfClose(code), `closed_${code}`);
  }
  for (const code of [0, 999, 1004, 1010, 1014, 1015, 3000, 4001]) {
    assert.equal(reasonOfClose(code), 'closed_other');
  }
  for (let code = 1000; code < 5000; code++) assert.ok(isReason('stream', reasonOfClose(code)));
});

test('the reasons that the sessions name themselves are in the table', () => {
  const named: [Phase, string][] = [
    ['token', 'bad_response'],
    ['create', 'bad_response'],
    ['stream', 'first_chunk_timeout'],
    ['stream', 'stall'],
    ['stream', 'response_timeout'],
    ['stream', 'session_timeout'],
    ['decrypt', 'envelope'],
    ['protocol', 'not_text'],
    ['protocol', 'not_json'],
    ['protocol', 'not_object'],
    ['protocol', 'bad_field'],
    ['protocol', 'empty_answer'],
    ['protocol', 'wrong_text'],
    ['protocol', 'script'],
  ];
  for (const [phase, reason] of named) assert.ok(isReason(phase, reason), `${phase}/${reason}`);
});

test('the statuses of a refused handshake are told apart once each', () => {
  assert.equal(new Set(HANDSHAKE_STATUSES).size, HANDSHAKE_STATUSES.length);
  for (const status of HANDSHAKE_STATUSES) assert.ok(status >= 200 && status < 600);
});
