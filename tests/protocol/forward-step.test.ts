/** When late timers tell that the clock was set forward, and when they tell of a busy machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForwardStep } from '../../lib/protocol/forward-step.ts';

/** How often a step was told of, with timers that were late by so many milliseconds. */
function stepsIn(late: readonly number[]): number {
  const step = new ForwardStep();
  return late.filter((ms) => step.fired(ms)).length;
}

test('both timers late alike, between timers in time: the clock was set', () => {
  for (const stepMs of [1000, 2000, 3_600_000]) {
    assert.equal(stepsIn([1, 0, stepMs + 3, stepMs, 2, 1, 0]), 1);
  }
});

test('a small step is not told from a busy machine', () => {
  assert.equal(stepsIn([0, 0, 300, 300, 0, 0]), 0);
});

test('a machine that is held up, or busy, is no step', () => {
  // Held up for 3 s: the second timer was due half a second after the first.
  assert.equal(stepsIn([0, 0, 2800, 2300, 0, 0]), 0);
  // Shorter than the time between two timers.
  assert.equal(stepsIn([0, 0, 1200, 0, 0, 0]), 0);
  // Late from its first moment on, or from one moment on.
  assert.equal(stepsIn([0, 1500, 1500, 0, 0]), 0);
  assert.equal(stepsIn([0, 0, 1500, 1500, 1480, 1500, 0]), 0);
  assert.equal(stepsIn([0, 100, 1500, 1500, 0, 0]), 0);
  assert.equal(stepsIn([0, 0, 1500, 1540, 0, 0]), 0);
});

test('a clock that is set back is another matter, and a timer of k6’s that fires early none', () => {
  assert.equal(stepsIn([0, 0, -2000, -2000, 0, 0]), 0);
  assert.equal(stepsIn([0, 0, -900, 0, 0, -700, 0, 0]), 0);
});
