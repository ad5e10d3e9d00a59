import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFrame } from '../../lib/protocol/messages.ts';
import { planAnswer } from '../../simulator/answer.ts';
import { Random } from '../../simulator/random.ts';
import { readRecordedRun } from '../../simulator/recorded-run.ts';
import { joined } from './chat-client.ts';

const recorded = readRecordedRun();
const request = {
  sessionNumber: 1,
  number: 1,
  question: '¿?',
  attributes: {},
  recorded,
  faults: new Set<never>(),
};

test('the recorded run is the one that the protocol describes', () => {
  const frames = recorded.map((answer) => answer.frames).sort((a, b) => a - b);
  const times = recorded.map((answer) => answer.responseMs).sort((a, b) => a - b);
  assert.equal(recorded.length, 15);
  assert.deepEqual([frames[0], frames[7], frames[14]], [126, 181, 230]);
  assert.deepEqual(
    [times[0], times[7], times[14]].map((ms) => Math.round(Number(ms) / 100) / 10),
    [21.2, 24.9, 58.1],
  );
});

test('every recorded answer comes up, each with its own frames and time', () => {
  const random = new Random(1, 1);
  const seen = new Set<string>();
  for (let answer = 0; answer < 300; answer++) {
    const frames = planAnswer(random, request);
    seen.add(`${frames.length} ${frames.at(-1)?.dueMs}`);
  }
  const expected = recorded.map(({ frames, responseMs }) => `${frames} ${responseMs}`);
  assert.deepEqual([...seen].sort(), expected.sort());
});

test('frames are in order, the first after 5 to 15 % of the time; the text joins up', () => {
  const random = new Random(2, 1);
  for (let answer = 0; answer < 100; answer++) {
    const frames = planAnswer(random, request);
    const due = frames.map(({ dueMs }) => dueMs);
    assert.deepEqual(
      due,
      [...due].sort((a, b) => a - b),
    );
    const share = Number(due[0]) / Number(due.at(-1));
    assert.ok(share >= 0.05 && share <= 0.15, `${share}`);
    assert.deepEqual(
      frames.map(({ last }) => last),
      frames.map((_, index) => index === frames.length - 1),
    );
    const opened = frames.map(({ text }) => parseFrame(text, assert.fail));
    assert.equal(joined(opened), opened.at(-1)?.complete_response);
  }
});

test('a seed and a session number repeat their answers; others give other answers', () => {
  const answers = (seed: number, session: number) => {
    const random = new Random(seed, session);
    return [planAnswer(random, request), planAnswer(random, request)];
  };
  assert.deepEqual(answers(5, 3), answers(5, 3));
  assert.notDeepEqual(answers(5, 3), answers(6, 3));
  assert.notDeepEqual(answers(5, 3), answers(5, 4));
  assert.notDeepEqual(answers(5, 3)[0], answers(5, 3)[1]);
});

test('random numbers stay in their range and reach both of its ends', () => {
  const random = new Random(0, 0);
  const counts = new Map<number, number>();
  for (let draw = 0; draw < 6000; draw++) {
    const number = random.integer(1, 6);
    counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].sort(), [1, 2, 3, 4, 5, 6]);
  // 1000 is expected of each; 200 is nearly seven times the standard deviation.
  for (const [number, count] of counts) assert.ok(Math.abs(count - 1000) < 200, `${number}`);
  assert.throws(() => random.pick([]), RangeError);
});
