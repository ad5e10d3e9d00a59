import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersOf } from '../../lib/results/answers.ts';
import { summarize } from '../../lib/results/summary.ts';
import {
  counter,
  emptyData,
  rate,
  SAMPLE_CONTEXT,
  sampleData,
  sampleSummary,
  times,
} from './sample-run.ts';

test('sessions and questions are added up, and what was not judged was cut off', () => {
  const { sessions, overall, byCourse } = sampleSummary();
  assert.deepEqual(sessions, { started: 12, completed: 8, failed: 3, interrupted: 1 });
  assert.equal(overall.sent, 100);
  assert.equal(overall.received, 92);
  assert.equal(overall.failed, 4);
  assert.equal(overall.interrupted, 6);
  assert.equal(overall.successRate, 90 / 94);
  assert.equal(overall.sloRate, 80 / 95);
  assert.deepEqual(
    byCourse.map(({ name, sent, received, failed, interrupted, successRate, sloRate }) => [
      name,
      sent,
      received,
      failed,
      interrupted,
      successRate,
      sloRate,
    ]),
    [
      ['MED1060', 60, 56, 4, 2, 54 / 58, 50 / 59],
      ['BUMA1000', 40, 36, 0, 4, 1, 30 / 36],
    ],
  );
});

test('of the questions, the good, the bad, the unanswered and those cut off are all that were sent', () => {
  const { overall, byCourse } = sampleSummary();
  assert.deepEqual(answersOf(overall), { good: 90, bad: 2, none: 2, cutOff: 6 });
  for (const part of [overall, ...byCourse]) {
    const { good, bad, none, cutOff } = answersOf(part);
    assert.equal(good + bad + none + cutOff, part.sent);
    assert.equal(good + bad, part.received);
    // As an older file has it.
    const { good: _, ...older } = part;
    assert.deepEqual(answersOf(older), answersOf(part));
  }
});

test('each statistic is the one of its own metric', () => {
  const { overall, byCourse, byTurn, setUp, frames, clientLag } = sampleSummary();
  assert.deepEqual(overall.firstChunk, {
    count: 92,
    avg: 400,
    min: 200,
    med: 360,
    p90: 600,
    p95: 800,
    p99: 1200,
    max: 1600,
  });
  assert.equal(overall.response?.avg, 25_000);
  assert.deepEqual(
    byCourse.map(({ firstChunk, response }) => [firstChunk?.avg, response?.avg]),
    [
      [420, 26_000],
      [380, 24_000],
    ],
  );
  assert.deepEqual(
    byTurn.map(({ name, sent, response }) => [name, sent, response?.avg ?? null]),
    [
      ['1', 12, 30_000],
      ['2-10', 88, null],
      ['11+', 0, null],
    ],
  );
  assert.deepEqual(
    [setUp.token, setUp.create, setUp.socketOpen].map((latency) => [latency?.count, latency?.avg]),
    [
      [12, 150],
      [11, 90],
      [10, 1_200],
    ],
  );
  assert.equal(frames.received, 16_560);
  assert.equal(frames.perAnswer?.avg, 180);
  assert.equal(frames.gapMean?.avg, 130);
  assert.equal(frames.gapMax?.avg, 700);
  assert.equal(clientLag?.avg, 5);
});

test('errors are listed by phase and reason with their meaning, those that did not come up are not', () => {
  const { errors, handshakesRefused } = sampleSummary();
  assert.deepEqual(
    errors.map(({ phase, reason, count }) => [phase, reason, count]),
    [
      ['token', 'http_5xx', 1],
      ['connect', 'handshake', 1],
      ['stream', 'stall', 2],
      ['protocol', 'empty_answer', 1],
    ],
  );
  assert.equal(errors[0]?.meaning, 'the service failed');
  assert.deepEqual(handshakesRefused, [{ status: 503, count: 1 }]);
});

test('without samples there is no figure, and nothing is made up', () => {
  const summary = summarize(emptyData(), SAMPLE_CONTEXT);
  assert.equal(summary.passed, false);
  assert.deepEqual(summary.sessions, { started: 0, completed: 0, failed: 0, interrupted: 0 });
  for (const part of [summary.overall, ...summary.byCourse, ...summary.byTurn]) {
    assert.deepEqual(part, {
      name: part.name,
      sent: 0,
      received: 0,
      good: 0,
      failed: 0,
      interrupted: 0,
      successRate: null,
      sloRate: null,
      firstChunk: null,
      response: null,
    });
  }
  assert.deepEqual(summary.setUp, { token: null, create: null, socketOpen: null });
  assert.deepEqual(summary.frames, { received: 0, perAnswer: null, gapMean: null, gapMax: null });
  assert.equal(summary.clientLag, null);
  assert.deepEqual(summary.errors, []);
  assert.deepEqual(summary.trust, {
    trusted: true,
    why: [],
    errorMs: null,
    allowedMs: 10,
    doubtful: [],
  });
});

test('a step has its own sessions, answers and errors', () => {
  const of = '{step:60 sessions}';
  const { bySteps } = sampleSummary(
    {
      [`chat_sessions_started${of}`]: counter(60),
      [`chat_questions_sent${of}`]: counter(50),
      [`chat_responses_received${of}`]: counter(45),
      [`chat_response_success${of}`]: rate(44, 2),
      [`chat_slo_met${of}`]: rate(40, 8),
      [`chat_response_time${of}`]: times(45, 31_000),
      [`chat_setup_success${of}`]: rate(57, 3),
      [`chat_setup_time${of}`]: times(57, 1_300),
      [`chat_errors${of}`]: counter(3),
    },
    { steps: ['60 sessions', '110 sessions'] },
  );
  assert.deepEqual(
    bySteps.map((step) => [
      step.name,
      step.sessionsStarted,
      step.sent,
      step.received,
      step.failed,
      step.interrupted,
      step.successRate,
      step.sloRate,
      step.response?.med ?? null,
      step.firstChunk,
      step.setupSuccessRate,
      step.socketOpen?.avg ?? null,
      step.errors,
    ]),
    [
      ['60 sessions', 60, 50, 45, 2, 4, 44 / 46, 40 / 48, 27_900, null, 0.95, 1_300, 3],
      ['110 sessions', 0, 0, 0, 0, 0, null, null, null, null, null, null, 0],
    ],
  );
});

test('the summary says when the run began, what was asked of it, and keeps k6’s metrics', () => {
  const summary = sampleSummary();
  assert.equal(summary.schema, 'nuc-k6/summary/1');
  assert.deepEqual(summary.run, {
    profile: 'smoke',
    purpose: 'one session, two questions of each course',
    startedAt: '2026-01-05T13:30:00.000-02:00',
    durationMs: 65_432,
    plannedMs: null,
    load: null,
    segment: null,
    engine: 'webcrypto',
  });
  assert.equal(summary.settings, SAMPLE_CONTEXT.settings);
  assert.deepEqual(summary.metrics, sampleData().metrics);
});
