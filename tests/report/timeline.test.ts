import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketAt, bucketsOf, spanOf } from '../../report/samples/buckets.ts';
import { percentile, statisticsOf } from '../../report/samples/percentiles.ts';
import { timelineOf, total } from '../../report/samples/timeline.ts';
import { MadeRun } from './made-samples.ts';

const MINUTE = 60_000;
/** Of a run of a minute with few answers. */
const COUNT = 30;
const WIDTH = 2000;

/** A list of that length: one value everywhere but at some places. */
function filled<T>(rest: T, places: Readonly<Record<number, T>>): T[] {
  return Array.from({ length: COUNT }, (_, index) => places[index] ?? rest);
}

test('a percentile lies between the two samples next to its rank, as k6 has it', () => {
  assert.equal(percentile([7], 0.95), 7);
  assert.equal(percentile([10, 20], 0.5), 15);
  assert.equal(percentile([10, 20, 30, 40], 0.5), 25);
  assert.equal(percentile([10, 20, 30, 40, 50], 0.25), 20);
  assert.equal(percentile([0, 100], 0.99), 99);
  assert.deepEqual(statisticsOf([30, 10, 20]), {
    count: 3,
    avg: 20,
    min: 10,
    med: 20,
    p90: 28,
    p95: 29,
    p99: 29.8,
    max: 30,
  });
  assert.equal(statisticsOf([]), null);
});

test('buckets have widths that a person can add up, few answers make them wide', () => {
  const cases: [durationMs: number, answers: number, widthMs: number, count: number][] = [
    [0, 0, 1000, 1],
    [38, 0, 1000, 1],
    [3_000, 4, 1000, 3],
    [14_999, 120, 1000, 14],
    [59_000, 120, 2000, 29],
    [19 * MINUTE, 120, MINUTE, 19],
    [30 * MINUTE, 100_000, 10_000, 180],
    [4 * 60 * MINUTE, 100_000, MINUTE, 240],
    [30 * 24 * 60 * MINUTE, 100_000, 3 * 60 * MINUTE, 240],
  ];
  for (const [durationMs, answers, widthMs, count] of cases) {
    const buckets = bucketsOf(durationMs, answers);
    assert.deepEqual(buckets, { durationMs, widthMs, count }, `${durationMs} ms`);
  }
  for (let durationMs = 1000; durationMs < 1e8; durationMs *= 1.37) {
    const { count } = bucketsOf(durationMs, 1e6);
    assert.ok(count >= 1 && count <= 240, `${count} buckets in ${durationMs} ms`);
  }
});

test('every moment has its bucket, and the last bucket ends with the run', () => {
  const buckets = { durationMs: 10_400, widthMs: 1000, count: 10 };
  assert.deepEqual(
    [0, 999.9, 1000, 9_999, 10_400, -3].map((at) => bucketAt(buckets, at)),
    [0, 0, 1, 9, 9, 0],
  );
  assert.deepEqual(spanOf(buckets, 0), { fromMs: 0, toMs: 1000 });
  assert.deepEqual(spanOf(buckets, 9), { fromMs: 9000, toMs: 10_400 });
});

test('percentiles over time are exact, and stand where the answers ended', () => {
  const run = new MadeRun(MINUTE);
  // Sent in the first bucket, ended in the second.
  for (const ms of [100, 200, 300, 400]) run.answer(1900, ms / 10, ms);
  run.answer(40_500, 33.25, 1000.5);
  const timeline = timelineOf(run.samples());
  assert.deepEqual([timeline.widthMs, timeline.count], [WIDTH, COUNT]);
  assert.deepEqual(timeline.response.p50, filled<number | null>(null, { 1: 250, 20: 1000.5 }));
  assert.deepEqual(timeline.response.p95, filled<number | null>(null, { 1: 385, 20: 1000.5 }));
  assert.deepEqual(timeline.response.p99, filled<number | null>(null, { 1: 397, 20: 1000.5 }));
  assert.deepEqual(timeline.firstChunk.p50, filled<number | null>(null, { 1: 25, 20: 33.25 }));
  assert.deepEqual(timeline.clientLag.p95, filled<number | null>(null, { 1: 1, 20: 1 }));
  assert.deepEqual(timeline.questionsSent, filled(0, { 0: 4, 20: 1 }));
  assert.deepEqual(timeline.answers, filled(0, { 1: 4, 20: 1 }));
});

test('courses and turns are told apart, in the order in which they came', () => {
  const run = new MadeRun(MINUTE);
  run.answer(0, 10, 100, { course: 'MED1060', turn: '1' });
  run.answer(0, 20, 200, { course: 'BUMA1000', turn: '2-10' });
  run.answer(0, 30, 300, { course: 'MED1060', turn: '2-10' });
  const { byCourse, byTurn, response } = timelineOf(run.samples());
  assert.deepEqual(
    byCourse.map(({ name, response, firstChunk }) => [name, response.p50[0], firstChunk.p50[0]]),
    [
      ['MED1060', 200, 20],
      ['BUMA1000', 200, 20],
    ],
  );
  assert.deepEqual(
    byTurn.map(({ name, response }) => [name, response.p50[0]]),
    [
      ['1', 100],
      ['2-10', 250],
    ],
  );
  assert.equal(response.p50[0], 200);
});

test('sessions are open from their start to their end, however they end', () => {
  const run = new MadeRun(MINUTE);
  run.session(0, 10_000).session(4_500, 10_500, 'failed').session(9_000, 20_000, 'cut');
  run.session(50_000, null);
  // An iteration of something else ends no session.
  run.add('iterations', 5_000, 1, { scenario: 'warm-up' });
  // One that starts as another ends does not count twice.
  run.session(30_000, 32_500).session(32_500.001, 33_000);
  const { sessionsOpen } = timelineOf(run.samples());
  assert.deepEqual(
    sessionsOpen,
    [1, 1, 2, 2, 3, 3, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
  );
});

test('answers are in flight from their question to their end, failed and cut off ones too', () => {
  const run = new MadeRun(MINUTE);
  run.answer(1_000, 100, 6_500).failure(3_000, 5_000, 'stream', 'stall');
  run.add('chat_questions_sent', 51_000).add('chat_interrupted', 54_500);
  const { answersInFlight } = timelineOf(run.samples());
  assert.deepEqual(answersInFlight, filled(0, { 0: 1, 1: 2, 2: 2, 3: 1, 25: 1, 26: 1, 27: 1 }));
});

test('errors are counted by reason, the most frequent first', () => {
  const run = new MadeRun(MINUTE);
  run.failure(0, 1_000, 'token', 'http_5xx', { course: 'A' });
  run.failure(0, 3_000, 'stream', 'stall', { course: 'A' });
  run.failure(0, 3_500, 'stream', 'stall', { course: 'B' });
  const { errors } = timelineOf(run.samples());
  assert.deepEqual(errors, [
    { phase: 'stream', reason: 'stall', firstAtMs: 3_000, counts: filled(0, { 1: 2 }) },
    { phase: 'token', reason: 'http_5xx', firstAtMs: 1_000, counts: filled(0, { 0: 1 }) },
  ]);
  assert.equal(total(errors.map(({ counts }) => total(counts))), 3);
});

test('a step begins with its first session or question', () => {
  const run = new MadeRun(MINUTE);
  run.session(30_010, 59_000, 'complete', { step: '60' });
  run.session(5, 59_000, 'complete', { step: '10' });
  // Asked in the first step, answered in the second: no beginning of anything.
  run.answer(20_000, 100, 15_000, { step: '10' });
  run.answer(30_005, 100, 1_000, { step: '60' });
  assert.deepEqual(timelineOf(run.samples()).steps, [
    { name: '10', atMs: 5 },
    { name: '60', atMs: 30_005 },
  ]);
});

test('a run without a sample has an empty timeline', () => {
  const timeline = timelineOf(new MadeRun(0).samples());
  assert.deepEqual(timeline.response.p95, [null]);
  assert.deepEqual(timeline.sessionsOpen, [0]);
  assert.deepEqual([timeline.byCourse, timeline.errors, timeline.steps], [[], [], []]);
});
