import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import { answersOf } from '../../lib/results/answers.ts';
import type {} from '../../lib/results/model.ts';
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

test('a verdict for each threshold, with what its metric came to', () => {
  const { verdicts, passed } = sampleSummary();
  assert.deepEqual(verdicts, [
    { metric: 'chat_response_success', threshold: 'rate==1', ok: false, got: 90 / 94 },
    { metric: 'chat_response_time', threshold: 'p(95)<60000', ok: true, got: 50_000 },
    { metric: 'chat_responses_received', threshold: 'count>0', ok: true, got: 92 },
    { metric: 'chat_session_success', threshold: 'rate==1', ok: false, got: 8 / 11 },
    { metric: 'chat_sessions_completed', threshold: 'count>0', ok: true, got: 8 },
    { metric: 'chat_time_to_first_chunk', threshold: 'p(95)<500', ok: false, got: 800 },
  ]);
  assert.equal(passed, false);
});

test('a threshold without samples does not pass, whatever k6 says of it', () => {
  assert.deepEqual(summarize(emptyData(), SAMPLE_CONTEXT).verdicts, [
    { metric: 'chat_response_time', threshold: 'p(95)<60000', ok: false, got: null },
    { metric: 'chat_session_success', threshold: 'rate==1', ok: false, got: null },
    { metric: 'chat_sessions_completed', threshold: 'count>0', ok: false, got: 0 },
  ]);
});

test('a climb’s threshold holds where its step was not reached, and there alone', () => {
  const thresholds = { 'rate>=0.8': true };
  const changes = {
    'chat_setup_success{step:10}': rate(10, 0, thresholds),
    'chat_setup_success{step:50}': rate(0, 0, thresholds),
  };
  const climb = {
    steps: ['10', '50'],
    asks: { kind: 'climb', unit: 'sockets', rates: [{ metric: 'chat_setup_success', least: 0.8 }] },
  } as const;
  const verdicts = (asks: typeof climb.asks | undefined) =>
    sampleSummary(changes, { ...climb, asks })
      .verdicts.filter(({ metric }) => metric.includes('step'))
      .map(({ metric, ok, got }) => [metric, ok, got]);
  assert.deepEqual(verdicts(climb.asks), [
    ['chat_setup_success{step:10}', true, 1],
    ['chat_setup_success{step:50}', true, null],
  ]);
  assert.deepEqual(verdicts(undefined), [
    ['chat_setup_success{step:10}', true, 1],
    ['chat_setup_success{step:50}', false, null],
  ]);
  assert.equal(sampleSummary(changes, climb).stepsOf, 'sockets');
  assert.equal(sampleSummary(changes, { steps: climb.steps }).stepsOf, 'answers');
});

test('a run passes only where it has thresholds and all of them hold', () => {
  const data = (thresholds: Record<string, boolean> | undefined) => ({
    state: { testRunDurationMs: 1 },
    metrics: { chat_sessions_completed: counter(1, thresholds), chat_errors: counter(0, {}) },
  });
  const passed = (thresholds?: Record<string, boolean>) =>
    summarize(data(thresholds), SAMPLE_CONTEXT).passed;
  assert.equal(passed({ 'count>0': true }), true);
  assert.equal(passed({ 'count>0': true, 'count<1': false }), false);
  assert.equal(passed({}), false);
  assert.equal(passed(undefined), false);
});

test('what k6 does not hold has no figure: a percentile that was not asked for', () => {
  const { verdicts } = sampleSummary({
    chat_response_time: times(92, 25_000, { 'p(99.9) < 60000': true, 'med<1': false }),
  });
  assert.deepEqual(
    verdicts
      .filter(({ metric }) => metric === 'chat_response_time')
      .map(({ threshold, got }) => [threshold, got]),
    [
      ['med<1', 22_500],
      ['p(99.9) < 60000', null],
    ],
  );
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
  assert.deepEqual(summary.trust, { trusted: true, why: [], errorMs: null, allowedMs: 10 });
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

test('what ran out of files on this machine is not trusted, and says whose limit it was', () => {
  const { trust } = sampleSummary({
    'chat_errors{phase:connect,reason:exhausted}': counter(2),
    'chat_errors{phase:token,reason:exhausted}': counter(3),
  });
  assert.equal(trust.trusted, false);
  assert.match(trust.why.join(), /^5 connections failed because this machine ran out of files/);
});

test('a generator that was late or did not start its sessions is not trusted, and says why', () => {
  const lag = (ms: number) => sampleSummary({ chat_client_lag: times(92, ms) }).trust;
  // p95 is twice the average of the sample trend; the limit is 100 ms.
  assert.deepEqual(lag(50), { trusted: true, why: [], errorMs: 9, allowedMs: 18 });
  assert.equal(lag(50.5).trusted, false);
  assert.match(lag(50.5).why.join(), /101 ms late .* limit 100 ms/);

  const dropped = sampleSummary({ dropped_iterations: counter(7) });
  assert.equal(dropped.droppedIterations, 7);
  assert.equal(dropped.trust.trusted, false);
  assert.match(dropped.trust.why.join(), /^7 sessions were never started/);

  const late = sampleSummary({ chat_late_starts: counter(3) });
  assert.equal(late.lateStarts, 3);
  assert.match(late.trust.why.join(), /^3 sessions started late/);

  const both = sampleSummary({
    dropped_iterations: counter(7),
    chat_client_lag: times(92, 500),
  });
  assert.equal(both.trust.why.length, 2);
});

test('latencies that the generator’s own lateness may have made too long are not trusted', () => {
  const firstChunk = (ms: number) => ({ chat_time_to_first_chunk: times(92, ms) });
  // p95 is twice the average of the sample trend, the error three times the worse p95.
  for (const [metric, other] of [
    ['chat_send_lag', 'chat_timer_lag'],
    ['chat_timer_lag', 'chat_send_lag'],
  ] as const) {
    const lag = (ms: number, more = {}) =>
      sampleSummary({ [metric]: times(50, ms), [other]: times(50, 0.5), ...more }).trust;
    // 5 % of the median of the first chunks, which is 360 ms.
    assert.deepEqual(lag(2.9).why, []);
    assert.match(lag(3.1).why.join(), /^latencies may be too long by 18\.6 ms, where 18\.0 ms are/);
    assert.match(lag(3.1).why.join(), new RegExp(`${metric} 6\\.2 ms`));
    // 10 ms, whatever the service.
    assert.deepEqual(lag(1.6, firstChunk(8)).why, []);
    assert.match(lag(1.7, firstChunk(8)).why.join(), /by 10\.2 ms, where 10\.0 ms/);
    // The user's own limit is one of the lag, not of the error.
    const own = (ms: number) =>
      sampleSummary({ [metric]: times(50, ms) }, { maxLagMs: 12 }).trust.trusted;
    assert.deepEqual([own(6), own(6.1)], [true, false]);
  }
  const none = sampleSummary({ chat_send_lag: times(0, 0), chat_timer_lag: times(0, 0) }).trust;
  assert.deepEqual(none, { trusted: true, why: [], errorMs: null, allowedMs: 18 });
});

test('a run that ended before its time did not pass, though all that it measured held', () => {
  const held = {
    chat_response_success: rate(10, 0, { 'rate>=0.95': true }),
    chat_session_success: rate(3, 0),
    chat_sessions_completed: counter(3, { 'count>0': true }),
    chat_responses_received: counter(10, { 'count>0': true }),
    chat_time_to_first_chunk: times(10, 100),
    iterations: counter(12),
  };
  // It took 65.4 s.
  const early = sampleSummary(held, { plannedMs: 90_000, load: '0a1b2c3d' });
  assert.equal(early.passed, false);
  assert.deepEqual(early.verdicts.at(-1), {
    metric: 'run_duration',
    threshold: '>=1m30s',
    ok: false,
    got: 65_432,
  });
  assert.match(summaryText(early), /✗ run_duration +>=1m30s +65\.43 s$/m);
  assert.match(junit(early), /run_duration: expected &gt;=1m30s, got 65\.43 s/);
  assert.equal(early.run.load, '0a1b2c3d');
  for (const plannedMs of [null, 0, 65_432, 66_000]) {
    const { passed, verdicts } = sampleSummary(held, { plannedMs });
    assert.equal(passed, true, `${plannedMs}`);
    assert.ok(!verdicts.some(({ metric }) => metric === 'run_duration'));
  }
  // Of these, 25 s passed before the first scenario began.
  const late = sampleSummary(held, { plannedMs: 60_000, setUpMs: 25_000 });
  assert.equal(late.run.durationMs, 40_432);
  assert.equal(late.verdicts.at(-1)?.metric, 'run_duration');
  // k6 counts no iteration that it had to stop.
  const cut = sampleSummary({ ...held, iterations: counter(11) }, { plannedMs: 0 });
  assert.equal(cut.passed, false);
  assert.match(summaryText(cut), /✗ sessions_stopped +count==0 +1$/m);
  // At the end of a load that lasts for a time, it stops what hangs.
  assert.equal(
    sampleSummary({ ...held, iterations: counter(11) }, { plannedMs: 60_000 }).passed,
    true,
  );
  // A climb that a threshold stopped went as far as it was to go; any other run did not.
  const asks = { kind: 'climb', unit: 'sessions', rates: [] } as const;
  const failed = { ...held, chat_response_success: rate(1, 9, { 'rate>=0.95': false }) };
  for (const [context, early] of [
    [{ plannedMs: 90_000, asks }, false],
    [{ plannedMs: 90_000 }, true],
  ] as const) {
    const { verdicts } = sampleSummary(failed, context);
    assert.equal(
      verdicts.some(({ metric }) => metric === 'run_duration'),
      early,
    );
  }
});

test('after the warm-up, sessions that hold have no set-up, and that is no failure', () => {
  const verdictOf = (metric: string) =>
    sampleSummary({ [metric]: rate(0, 0, { 'rate>=0.95': true }) }).verdicts.find(
      (verdict) => verdict.metric === metric,
    );
  assert.equal(verdictOf('chat_setup_success{warmup:no}')?.ok, true);
  assert.equal(verdictOf('chat_setup_success')?.ok, false);
  assert.equal(verdictOf('chat_response_success{warmup:no}')?.ok, false);
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
