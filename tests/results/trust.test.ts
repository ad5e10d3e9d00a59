/** When the latencies of a run are not to be trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import type { K6Metric } from '../../lib/results/model.ts';
import { outcomeOf } from '../../lib/results/outcome.ts';
import { ALL_HELD, counter, rate, sampleSummary, times } from './sample-run.ts';

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
  const doubtful = [
    { statistic: 'p99', tooLongMs: 150 },
    { statistic: 'max', tooLongMs: 200 },
  ];
  assert.deepEqual(lag(50), { trusted: true, why: [], errorMs: 9, allowedMs: 18, doubtful });
  assert.equal(lag(50.5).trusted, false);
  assert.match(lag(50.5).why.join(), /101 ms late .* limit 100 ms/);

  const dropped = sampleSummary({ dropped_iterations: counter(7) });
  assert.equal(dropped.droppedIterations, 7);
  assert.equal(dropped.trust.trusted, false);
  assert.match(
    dropped.trust.why.join(),
    /^7 sessions were never started .*: too few virtual users, or the time of a load by iterations/,
  );

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
  assert.deepEqual(none, { trusted: true, why: [], errorMs: null, allowedMs: 18, doubtful: [] });
});

test('single delays of the generator put p99 and maximum in doubt, and nothing else', () => {
  const lags = (metric: string, p99: number, max: number) => ({
    [metric]: { ...times(50, 0.1), values: { ...times(50, 0.1).values, 'p(99)': p99, max } },
  });
  const summary = (more: Record<string, K6Metric>) => sampleSummary(more);
  // 5 % of the first chunks' p99, and of their maximum, are 60 and 80 ms.
  const firsts = summary({}).overall.firstChunk;
  assert.deepEqual([firsts?.p99, firsts?.max], [1200, 1600]);
  for (const metric of ['chat_send_lag', 'chat_timer_lag']) {
    const { trust } = summary(lags(metric, 20.1, 700));
    assert.deepEqual(trust.why, []);
    const [p99, max, ...rest] = trust.doubtful ?? [];
    assert.deepEqual([p99?.statistic, max?.statistic, rest], ['p99', 'max', []]);
    assert.ok(Math.abs((p99?.tooLongMs ?? 0) - 60.3) < 0.001 && max?.tooLongMs === 2100);
  }
  assert.deepEqual(summary(lags('chat_timer_lag', 20, 20)).trust.doubtful, []);
  const one = summary(lags('chat_timer_lag', 20, 27));
  const text = 'max may be too long by 81.0 ms: the load generator was late for a moment';
  for (const shown of [summaryText(one), reportMarkdown(one)]) assert.ok(shown.includes(text));
});

test('a threshold on the load generator is no verdict of the service, and says that nothing is known', () => {
  const asked = sampleSummary(ALL_HELD).verdicts;
  const inTime = (ok: boolean) => ({
    ...ALL_HELD,
    'chat_generator_in_time{lag:send}': rate(90, 10, { 'rate>=0.95': ok }),
    'chat_errors{reason:exhausted}': counter(0, { 'count==0': true }),
  });
  const good = sampleSummary(inTime(true));
  assert.deepEqual([good.trust.trusted, good.verdicts], [true, asked]);
  const late = sampleSummary(inTime(false));
  assert.deepEqual(late.verdicts, asked);
  assert.equal(late.passed, false);
  assert.match(
    late.trust.why.join('|'),
    /^chat_generator_in_time\{lag:send\} came to 90\.00 %, where rate>=0\.95 is asked of the load generator: [^|]*$/,
  );
  assert.equal(outcomeOf(late), 'none');
  assert.match(summaryText(late), /NOT TO BE TRUSTED/);
  assert.doesNotMatch(summaryText(late), /FAILED|✗/);
  assert.doesNotMatch(reportMarkdown(late), /Failed|✗/);
  const failures = (text: string) => text.match(/<failure/g)?.length ?? 0;
  assert.equal(failures(junit(late)), failures(junit(good)) + 1);
  // Where the figures tell the same, it is said once.
  const own = { ...ALL_HELD, chat_timer_lag: times(50, 50, { 'p(95)<4': false }) };
  assert.equal(sampleSummary(own).trust.why.length, 1);
  assert.match(sampleSummary(own).trust.why.join(), /^latencies may be too long/);
  const dropped = { ...ALL_HELD, dropped_iterations: counter(2, { 'count==0': false }) };
  assert.match(sampleSummary(dropped).trust.why.join(), /^2 sessions were never started/);
  assert.deepEqual(sampleSummary(dropped).verdicts, asked);
});
