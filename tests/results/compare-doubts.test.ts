/** Which runs can never be called "not worse", and why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRuns, DEFAULT_TOLERANCE } from '../../lib/results/compare.ts';
import type { Summary } from '../../lib/results/model.ts';
import { summarize } from '../../lib/results/summary.ts';
import { counter, emptyData, SAMPLE_CONTEXT, sampleSummary, times } from './sample-run.ts';

const defaults = { general: DEFAULT_TOLERANCE, named: [] };

test('a run without samples is never "not worse", on either side', () => {
  const empty = summarize(emptyData(), SAMPLE_CONTEXT);
  for (const [base, next, doubts] of [
    [empty, sampleSummary(), ['BASE has no samples']],
    [sampleSummary(), empty, ['NEW has no samples']],
    [empty, empty, ['BASE has no samples', 'NEW has no samples']],
  ] as const) {
    const comparison = compareRuns(base, next, defaults);
    assert.deepEqual(comparison.doubts, doubts);
    assert.equal(comparison.notWorse, false);
  }
});

test('a run of sockets needs no answers, but sockets', () => {
  const asks = { kind: 'climb', unit: 'sockets', rates: [] } as const;
  const none = { chat_response_time: times(0, 0) };
  const opened = sampleSummary(none, { asks });
  assert.deepEqual(compareRuns(opened, opened, defaults).doubts, []);
  const closed = sampleSummary({ ...none, chat_setup_time: times(0, 0) }, { asks });
  assert.deepEqual(compareRuns(opened, closed, defaults).doubts, ['NEW has no samples']);
});

test('a run that is not to be trusted is never "not worse", and says why', () => {
  const late = sampleSummary({ dropped_iterations: counter(7) });
  for (const [base, next, which] of [
    [late, sampleSummary(), 'BASE'],
    [sampleSummary(), late, 'NEW'],
  ] as const) {
    const { figures, doubts, notWorse } = compareRuns(base, next, defaults);
    assert.ok(figures.every(({ change }) => change === 'same'));
    assert.equal(doubts.length, 1);
    assert.match(
      doubts[0] ?? '',
      new RegExp(`^${which} is not to be trusted: 7 sessions were never`),
    );
    assert.equal(notWorse, false);
  }
});

test('a run that ended early is never "not worse", on either side', () => {
  const lasted = sampleSummary();
  assert.equal(lasted.run.durationMs, 65_432);
  const doubts = (base: Summary, next: Summary) => compareRuns(base, next, defaults).doubts;
  const cut = sampleSummary({}, { plannedMs: 90_000 });
  const early = 'ended early: run_duration >=1m30s, got 65.43 s';
  assert.deepEqual(doubts(cut, lasted), [`BASE ${early}`]);
  assert.deepEqual(doubts(lasted, cut), [`NEW ${early}`]);
  assert.equal(compareRuns(lasted, cut, defaults).notWorse, false);
  const stopped = sampleSummary({ iterations: counter(9) }, { plannedMs: 0 });
  const text = 'NEW ended early: sessions_stopped count==0, got 3';
  assert.deepEqual(doubts(lasted, stopped), [text]);
  assert.deepEqual(doubts(lasted, sampleSummary({}, { plannedMs: 65_432 })), []);
});

test('a climb that stopped at its limit can be compared', () => {
  const asks = { kind: 'climb', unit: 'sessions', rates: [] } as const;
  const stopped = sampleSummary({ iterations: counter(9) }, { plannedMs: 900_000, asks });
  assert.equal(stopped.passed, false);
  assert.deepEqual(compareRuns(stopped, stopped, defaults).doubts, []);
});
