import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnswerLimits, nextLimit } from '../../lib/protocol/answer-limits.ts';

const NONE: AnswerLimits = { firstChunkMs: 0, stallMs: 0, responseMs: 0 };
const asked = { sentAt: 1000, lastFrameAt: 1000, hasText: false };
const streaming = { sentAt: 1000, lastFrameAt: 1700, hasText: true };

test('without a limit, an answer may take for ever', () => {
  assert.equal(nextLimit(NONE, asked), null);
  assert.equal(nextLimit(NONE, streaming), null);
});

test('each limit counts from where it is measured', () => {
  const first = { ...NONE, firstChunkMs: 500 };
  assert.deepEqual(nextLimit(first, asked), { reason: 'first_chunk_timeout', at: 1500 });
  const stall = { ...NONE, stallMs: 500 };
  assert.deepEqual(nextLimit(stall, streaming), { reason: 'stall', at: 2200 });
  const response = { ...NONE, responseMs: 500 };
  assert.deepEqual(nextLimit(response, streaming), { reason: 'response_timeout', at: 1500 });
});

test('the limit of the first text is over once there is text, not once there is a frame', () => {
  const first = { ...NONE, firstChunkMs: 500 };
  assert.equal(nextLimit(first, streaming), null);
  const withoutText = { sentAt: 1000, lastFrameAt: 1400, hasText: false };
  assert.deepEqual(nextLimit(first, withoutText), { reason: 'first_chunk_timeout', at: 1500 });
});

test('of several limits, the one that passes first', () => {
  const limits = { firstChunkMs: 300, stallMs: 200, responseMs: 1000 };
  assert.equal(nextLimit(limits, streaming)?.reason, 'stall');
  assert.equal(nextLimit({ ...limits, responseMs: 800 }, streaming)?.reason, 'response_timeout');
  const late = { sentAt: 1000, lastFrameAt: 1250, hasText: false };
  assert.equal(nextLimit(limits, late)?.reason, 'first_chunk_timeout');
});

test('a question that nothing answers runs into the limit of the first text, not into a stall', () => {
  // Both pass at once where they are equal: a stall is a pause in the middle of an answer.
  const equal = { firstChunkMs: 300, stallMs: 300, responseMs: 300 };
  assert.equal(nextLimit(equal, asked)?.reason, 'first_chunk_timeout');
});
