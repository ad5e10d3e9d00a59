/** Which thresholds of a run held, and whether it passed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import { summarize } from '../../lib/results/summary.ts';
import {
  ALL_HELD,
  counter,
  emptyData,
  rate,
  SAMPLE_CONTEXT,
  sampleSummary,
  times,
} from './sample-run.ts';

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

test('a run that ended before its time did not pass, though all that it measured held', () => {
  const held = {
    ...ALL_HELD,
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
