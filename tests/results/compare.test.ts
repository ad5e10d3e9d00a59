import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Change,
  comparedFigures,
  compareRuns,
  DEFAULT_TOLERANCE,
  type Tolerance,
} from '../../lib/results/compare.ts';
import type { K6Metric, Summary } from '../../lib/results/model.ts';
import { counter, rate, sampleSummary, times } from './sample-run.ts';

const defaults = { general: DEFAULT_TOLERANCE, named: [] };

/** What became of one figure. */
function changeOf(
  name: string,
  base: Summary,
  next: Summary,
  named: readonly (readonly [string, Tolerance])[] = [],
  general = DEFAULT_TOLERANCE,
): Change | undefined {
  const { figures } = compareRuns(base, next, { general, named });
  return figures.find((figure) => figure.name === name)?.change;
}

/** A generator that was never late. */
const IN_TIME = { chat_send_lag: times(92, 0), chat_timer_lag: times(500, 0) };
/** Of so many answers that chance moves nothing. */
const withResponse = (ms: number) =>
  sampleSummary({ ...IN_TIME, chat_response_time: times(1e8, ms) });
const withSuccess = (good: number, failed: number) =>
  sampleSummary({ chat_response_success: rate(good, failed) });
const withErrors = (count: number) =>
  sampleSummary({
    'chat_errors{phase:stream,reason:stall}': counter(count),
    'chat_errors{phase:token,reason:http_5xx}': counter(0),
    'chat_errors{phase:connect,reason:handshake}': counter(0),
    'chat_errors{phase:protocol,reason:empty_answer}': counter(0),
  });

test('every figure of a run, with its value', () => {
  assert.deepEqual(
    comparedFigures(sampleSummary()).map(({ name, kind, value }) => `${name} ${kind} ${value}`),
    [
      `success rate ${90 / 94}`,
      `sessions.success rate ${8 / 11}`,
      'sessions.failed count 3',
      'errors count 5',
      'first-chunk.med time 360',
      'first-chunk.p95 time 800',
      'first-chunk.p99 time 1200',
      'response.med time 22500',
      'response.p95 time 50000',
      'response.p99 time 75000',
      `MED1060.success rate ${54 / 58}`,
      'MED1060.first-chunk.p95 time 840',
      'MED1060.response.p95 time 52000',
      'BUMA1000.success rate 1',
      'BUMA1000.first-chunk.p95 time 760',
      'BUMA1000.response.p95 time 48000',
      'token.p95 time 300',
      'create-chat.p95 time 180',
      'socket-open.p95 time 2400',
    ],
  );
});

test('the SLO is compared where it has limits', () => {
  const summary = sampleSummary({}, { settings: { NUC_SLO_RESPONSE: '30s' } });
  assert.equal(comparedFigures(summary).find(({ name }) => name === 'slo')?.value, 80 / 95);
  assert.ok(!comparedFigures(sampleSummary()).some(({ name }) => name === 'slo'));
});

test('a run compared with itself is not worse, in any figure', () => {
  const { figures, doubts, notWorse } = compareRuns(sampleSummary(), sampleSummary(), defaults);
  assert.equal(figures.length, 19);
  assert.deepEqual([...new Set(figures.map(({ change }) => change))], ['same']);
  assert.deepEqual(doubts, []);
  assert.equal(notWorse, true);
});

test('a time is worse where it grew by more than the tolerance, exactly', () => {
  const base = withResponse(10_000);
  assert.equal(changeOf('response.p95', base, withResponse(11_000)), 'same');
  assert.equal(changeOf('response.p95', base, withResponse(11_000.1)), 'worse');
  assert.equal(changeOf('response.p95', base, withResponse(9_000)), 'same');
  assert.equal(changeOf('response.p95', base, withResponse(8_999.9)), 'better');
  assert.equal(changeOf('response.p95', base, withResponse(11_000), [], 0.09), 'worse');
  assert.equal(changeOf('response.p95', base, withResponse(10_000), [], 0), 'same');
});

test('a rate may fall by one percentage point, or by the tolerance where that is less', () => {
  const base = withSuccess(1_000, 0);
  assert.equal(changeOf('success', base, withSuccess(990, 10)), 'same');
  assert.equal(changeOf('success', base, withSuccess(989, 11)), 'worse');
  assert.equal(changeOf('success', base, withSuccess(989, 11), [], 0.5), 'worse');
  assert.equal(changeOf('success', base, withSuccess(999, 1), [], 0), 'worse');
  assert.equal(changeOf('success', withSuccess(980, 20), base), 'better');
  const named: [string, Tolerance][] = [['success', { share: 0.05 }]];
  assert.equal(changeOf('success', base, withSuccess(950, 50), named), 'same');
  assert.equal(changeOf('success', base, withSuccess(949, 51), named), 'worse');
});

test('a count that was 0 is worse from 1 on', () => {
  assert.equal(changeOf('errors', withErrors(0), withErrors(0)), 'same');
  assert.equal(changeOf('errors', withErrors(0), withErrors(1)), 'worse');
  assert.equal(changeOf('errors', withErrors(10), withErrors(11)), 'same');
  assert.equal(changeOf('errors', withErrors(10), withErrors(12)), 'worse');
  assert.equal(changeOf('errors', withErrors(10), withErrors(8)), 'better');
  const named: [string, Tolerance][] = [['errors', { count: 2 }]];
  assert.equal(changeOf('errors', withErrors(0), withErrors(2), named), 'same');
  assert.equal(changeOf('errors', withErrors(0), withErrors(3), named), 'worse');
});

test('of the tolerances that fit, the one with the most parts wins, and of those the last', () => {
  const base = withResponse(10_000);
  const next = withResponse(12_000);
  const change = (...named: [string, Tolerance][]) => changeOf('response.p95', base, next, named);
  assert.equal(change(['response.p95', { share: 0.2 }]), 'same');
  assert.equal(change(['response', { share: 0.2 }]), 'same');
  assert.equal(change(['p95', { share: 0.2 }]), 'same');
  assert.equal(change(['p99', { share: 0.2 }]), 'worse');
  assert.equal(change(['respons', { share: 0.2 }]), 'worse');
  assert.equal(change(['response.p95', { share: 0.2 }], ['p95', { share: 0 }]), 'same');
  assert.equal(change(['response', { share: 0.2 }], ['p95', { share: 0 }]), 'worse');
  assert.equal(change(['response.p95', { ms: 4_000 }]), 'same');
  assert.equal(change(['response.p95', { ms: 3_999 }]), 'worse');
  // A number of times says nothing of a time.
  assert.equal(change(['response.p95', { count: 9_999 }]), 'worse');
});

test('a time that chance may have moved so far is not worse: the more samples, the less it may', () => {
  // All percentiles of these grow by a quarter, which is more than the tolerance.
  const change = (count: number, statistic: string, by = 1.25) => {
    const run = (ms: number) => sampleSummary({ ...IN_TIME, chat_response_time: times(count, ms) });
    return changeOf(`response.${statistic}`, run(10_000), run(10_000 * by));
  };
  assert.deepEqual(
    [100, 1_000, 10_000].map((n) => change(n, 'med')),
    ['few', 'worse', 'worse'],
  );
  assert.deepEqual(
    [100, 1_000, 10_000].map((n) => change(n, 'p95')),
    ['few', 'few', 'worse'],
  );
  assert.deepEqual(
    [100, 1_000, 10_000].map((n) => change(n, 'p99')),
    ['few', 'few', 'worse'],
  );
  // Twice as slow is no chance, of some hundred samples either.
  assert.deepEqual([change(120, 'med', 2), change(120, 'p95', 2)], ['worse', 'worse']);
  assert.equal(change(120, 'p95', 0.5), 'better');
});

test('what the generator itself may have added makes no run worse, or better', () => {
  // Three times the p95 of the worse lag, which is twice these: 30 ms.
  const run = (ms: number, lagMs: number) =>
    sampleSummary({
      ...IN_TIME,
      chat_timer_lag: times(500, lagMs),
      chat_response_time: times(1e8, ms),
    });
  const p95 = (base: Summary, next: Summary) => changeOf('response.p95', base, next);
  assert.equal(run(100, 5).trust.errorMs, 30);
  // 200 ms, of which a tenth is tolerated.
  assert.equal(p95(run(100, 0), run(124, 0)), 'worse');
  assert.equal(p95(run(100, 0), run(124, 5)), 'same');
  assert.equal(p95(run(100, 0), run(126, 5)), 'worse');
  // BASE cannot have been slower than it says.
  assert.equal(p95(run(100, 5), run(124, 0)), 'worse');
  assert.equal(p95(run(124, 5), run(100, 0)), 'same');
  assert.equal(p95(run(124, 0), run(100, 0)), 'better');
});

test('what has no sample any more got worse, what had none before is not judged', () => {
  const gone = sampleSummary({ 'chat_response_time{course:MED1060}': times(0, 0) });
  const name = 'MED1060.response.p95';
  assert.equal(changeOf(name, sampleSummary(), gone), 'gone');
  assert.equal(changeOf(name, gone, sampleSummary()), 'new');
  assert.equal(changeOf(name, gone, gone), undefined);
  assert.equal(compareRuns(sampleSummary(), gone, defaults).notWorse, false);
  assert.equal(compareRuns(gone, sampleSummary(), defaults).notWorse, true);
});

test('a time of too few samples can make no run worse, whatever it came to', () => {
  const change = (count: number, statistic: string, baseCount = 1_000) => {
    const base = sampleSummary({ chat_response_time: times(baseCount, 10_000) });
    const next = sampleSummary({ chat_response_time: times(count, 90_000) });
    return changeOf(`response.${statistic}`, base, next);
  };
  assert.deepEqual([change(5, 'med'), change(6, 'med')], ['few', 'worse']);
  assert.deepEqual([change(59, 'p95'), change(60, 'p95')], ['few', 'worse']);
  assert.deepEqual([change(299, 'p99'), change(300, 'p99')], ['few', 'worse']);
  // BASE may have been the one that chance decided.
  assert.equal(change(1_000, 'p95', 59), 'few');
  // The token of three sessions.
  const token = (ms: number) => sampleSummary({ chat_token_time: times(3, ms) });
  const { notWorse, figures } = compareRuns(token(100), token(900), defaults);
  assert.equal(notWorse, true);
  assert.deepEqual(figures.find(({ name }) => name === 'token.p95')?.samples, [3, 3]);
  // That there is none any more is no chance.
  assert.equal(
    compareRuns(token(100), sampleSummary({ chat_token_time: times(0, 0) }), defaults).notWorse,
    false,
  );
});

test('a step that is not reached any more got worse', () => {
  const changes: Record<string, K6Metric> = {
    'chat_response_success{step:10}': rate(5, 0),
    'chat_response_time{step:10}': times(5, 100),
  };
  const base = sampleSummary(changes, { steps: ['10'] });
  const next = sampleSummary({}, { steps: ['10'] });
  assert.equal(changeOf('step-10.response.p95', base, base), 'same');
  assert.equal(changeOf('step-10.response.p95', base, next), 'gone');

  const asks = { kind: 'climb', unit: 'sockets', rates: [] } as const;
  const sockets = (opened: number) =>
    sampleSummary(
      {
        'chat_setup_success{step:10}': rate(opened, 10 - opened),
        'chat_setup_time{step:10}': times(opened, 100),
      },
      { steps: ['10'], asks },
    );
  assert.equal(changeOf('step-10.opened', sockets(10), sockets(9)), 'worse');
  assert.equal(changeOf('step-10.socket-open.p95', sockets(10), sockets(9)), 'same');
});

test('what is no number is worse, not "not worse"', () => {
  const base = sampleSummary();
  for (const successRate of [Number.NaN, 'x' as unknown as number]) {
    const next = { ...base, overall: { ...base.overall, successRate } };
    assert.equal(changeOf('success', base, next), 'worse');
    assert.equal(changeOf('success', next, base), 'worse');
    assert.equal(compareRuns(base, next, defaults).notWorse, false);
  }
});

test('a time of a few milliseconds may be 5 ms longer or shorter, whatever its share', () => {
  // The median of these is 9 ms, 14 ms and 14.4 ms.
  const [short, longer, tooLong] = [10, 140 / 9, 16].map(withResponse) as [
    Summary,
    Summary,
    Summary,
  ];
  assert.equal(changeOf('response.med', short, longer), 'same');
  assert.equal(changeOf('response.med', short, tooLong), 'worse');
  assert.equal(changeOf('response.med', tooLong, short), 'better');
  assert.equal(changeOf('response.med', short, longer, [['response', { ms: 1 }]]), 'worse');
});
