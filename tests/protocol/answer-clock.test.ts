/** When the clock of an answer counts as set, and when it does not. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { AnswerClock } from '../../lib/protocol/answer-clock.ts';

describe('the clock of an answer', () => {
  let now = 0;
  beforeEach(() => {
    now = 1_000_000;
    mock.method(Date, 'now', () => now);
  });
  afterEach(() => mock.restoreAll());

  const steadyFrom = (start: number) => () => now - start;

  test('a frame read before the question, and handed over after it, is no step', () => {
    const clock = new AnswerClock(() => null);
    clock.arrived(clock.sentAt - 0.5);
    clock.arrived(clock.sentAt + 20);
    clock.isPart(clock.sentAt + 20);
    now += 30;
    assert.equal(clock.stepped, false);
  });

  test('a frame of the answer that is older than the question is one', () => {
    const clock = new AnswerClock(() => null);
    clock.arrived(clock.sentAt - 5);
    clock.isPart(clock.sentAt - 5);
    assert.equal(clock.stepped, true);
  });

  test('so are frames that come in one order and are stamped in another', () => {
    const clock = new AnswerClock(() => null);
    clock.arrived(clock.sentAt + 20);
    clock.arrived(clock.sentAt + 10);
    assert.equal(clock.stepped, true);
  });

  for (const stepMs of [-2000, -60, 60, 2000]) {
    test(`a step of ${stepMs} ms shows beside a steady clock`, () => {
      let step = 0;
      const clock = new AnswerClock(() => now - step);
      now += 500;
      assert.equal(clock.stepped, false);
      step = stepMs;
      now += stepMs;
      assert.equal(clock.stepped, true);
    });
  }

  test('a script that is held up between its two looks sees no step', () => {
    const steady = steadyFrom(0);
    const heldUp = () => {
      now += 300;
      const ms = steady();
      now += 300;
      return ms;
    };
    const clock = new AnswerClock(heldUp);
    now += 200;
    assert.equal(clock.stepped, false);
  });
});
