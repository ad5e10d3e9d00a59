/** When the latencies of a run are not to be trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counter, sampleSummary, times } from './sample-run.ts';

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
