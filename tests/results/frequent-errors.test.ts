import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frequentErrors } from '../../lib/results/frequent-errors.ts';
import type { ErrorCount } from '../../lib/results/model.ts';

function error(phase: ErrorCount['phase'], reason: string, count: number): ErrorCount {
  return { phase, reason, count, meaning: 'as the table says' };
}

const ERRORS = [
  error('token', 'http_429', 2),
  error('connect', 'handshake', 5),
  error('stream', 'closed_1006', 2),
  error('decrypt', 'envelope', 600),
  error('protocol', 'wrong_text', 6),
  error('protocol', 'empty_answer', 4),
];

function named(errors: readonly ErrorCount[], settings: Record<string, string> = {}): string[] {
  return frequentErrors({ errors, handshakesRefused: [] }, settings).map(
    ({ phase, reason }) => `${phase}/${reason}`,
  );
}

test('what failed sessions and answers comes before what only came up in them', () => {
  assert.deepEqual(named(ERRORS), ['connect/handshake', 'protocol/empty_answer', 'token/http_429']);
  assert.deepEqual(named(ERRORS, { NUC_STRICT: '1' }), [
    'protocol/wrong_text',
    'connect/handshake',
    'protocol/empty_answer',
  ]);
  assert.deepEqual(named(ERRORS.slice(2, 5)), [
    'stream/closed_1006',
    'decrypt/envelope',
    'protocol/wrong_text',
  ]);
});

test('a warning is called one, and a refused handshake has its statuses', () => {
  const handshakesRefused = [
    { status: 403, count: 2 },
    { status: null, count: 3_000 },
  ];
  const meanings = frequentErrors({ errors: ERRORS.slice(1, 4), handshakesRefused }, {}).map(
    ({ meaning }) => meaning,
  );
  assert.deepEqual(meanings, [
    'as the table says: 2 × 403, 3,000 × another',
    'as the table says',
    'as the table says; no failure by itself',
  ]);
});
