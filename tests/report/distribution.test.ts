import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byLoadOf, histogramOf } from '../../report/samples/distribution.ts';
import type { Group } from '../../report/samples/samples.ts';

const TAGS = { course: '', turn: '', step: '', phase: '', reason: '', scenario: '', status: '' };

function group(pairs: readonly (readonly [at: number, value: number])[]): Group[] {
  const times = pairs.map(([at]) => at);
  return [{ tags: TAGS, times, values: pairs.map(([, value]) => value) }];
}

test('every answer is in one bin, and what is slower than nearly all is in the last', () => {
  const values = Array.from({ length: 200 }, (_, index) => 203 + index * 6);
  const shape = histogramOf(group([...values, 90_000].map((ms) => [0, ms])));
  assert.deepEqual(shape, {
    fromMs: 200,
    widthMs: 100,
    // 203 to 299 are 17 values; then 100 ms have 16 or 17 of 6 ms each.
    counts: [17, 16, 17, 17, 16, 17, 17, 16, 17, 17, 16, 17, 1],
  });
  assert.equal(
    shape?.counts.reduce((sum, count) => sum + count, 0),
    201,
  );
});

test('equal times, a single time, times below a millisecond, and none at all', () => {
  assert.deepEqual(histogramOf(group([[0, 70]])), { fromMs: 70, widthMs: 1, counts: [1, 0] });
  const equal = group([
    [0, 7.25],
    [1, 7.25],
  ]);
  assert.deepEqual(histogramOf(equal), { fromMs: 7, widthMs: 1, counts: [2, 0] });
  const fine = histogramOf(group([0.11, 0.12, 0.13, 0.18].map((ms) => [0, ms])));
  assert.equal(fine?.widthMs, 0.005);
  assert.equal(
    fine?.counts.reduce((sum, count) => sum + count, 0),
    4,
  );
  assert.equal(histogramOf([]), null);
});

test('an answer counts with the sessions that are open when it comes, its own included', () => {
  const begun = group([
    [0, 1],
    [100, 1],
    [200, 1],
  ]);
  // The second ends in the moment of its answer, as the third's does.
  const ended = group([
    [150, 1],
    [300, 1],
    [400, 1],
  ]);
  const response = group([
    [50, 11],
    [150, 22],
    [160, 12],
    [250, 33],
    [300, 34],
  ]);
  const firstChunk = group([[150, 2]]);
  const levels = byLoadOf(begun, ended, firstChunk, response).map((level) => [
    level.from,
    level.to,
    level.firstChunk?.count ?? 0,
    level.response?.count,
    level.response?.med,
  ]);
  assert.deepEqual(levels, [
    [1, 1, 0, 2, 11.5],
    [2, 2, 1, 3, 33],
  ]);
});

test('many levels are put together, and no answer is lost', () => {
  const begun = group(Array.from({ length: 100 }, (_, index) => [index * 10, 1]));
  const response = group(Array.from({ length: 100 }, (_, index) => [index * 10 + 5, index + 1]));
  const levels = byLoadOf(begun, [], [], response);
  assert.deepEqual(
    levels.map(({ from, to, response: times }) => [from, to, times?.count, times?.max]),
    Array.from({ length: 10 }, (_, index) => [
      index * 10 + 1,
      index * 10 + 10,
      10,
      index * 10 + 10,
    ]),
  );
});

test('a long run has more answers at one level than a call takes arguments', () => {
  const response = group(Array.from({ length: 200_000 }, (_, index) => [index + 1, 5]));
  const levels = byLoadOf(group([[0, 1]]), [], response, response);
  assert.deepEqual(
    levels.map(({ firstChunk, response: times }) => [firstChunk?.count, times?.count]),
    [[200_000, 200_000]],
  );
});
