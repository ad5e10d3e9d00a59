import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { K6Metric, Summary } from '../../lib/results/model.ts';
import type { StepsQuestion } from '../../lib/results/profile.ts';
import { counter, rate, sampleSummary, times } from './sample-run.ts';

const COMPARE: StepsQuestion = { kind: 'compare', earlier: 'before', later: 'after' };

/** What the steps `before` and `after` of a run tell. */
function compared(changes: Record<string, K6Metric>): readonly string[] {
  return sampleSummary(changes, { steps: ['before', 'peak', 'after'], asks: COMPARE }).findings;
}

function step(name: string, ms: number, good: number, bad: number): Record<string, K6Metric> {
  const of = `{step:${name}}`;
  return {
    // The p95 of the sample trend is twice its average.
    [`chat_response_time${of}`]: times(good, ms),
    [`chat_time_to_first_chunk${of}`]: times(good, ms / 10),
    [`chat_response_success${of}`]: rate(good, bad),
  };
}

test('two steps are compared by what they came to, with the change', () => {
  assert.deepEqual(compared({ ...step('before', 10_000, 10, 0), ...step('after', 12_500, 9, 1) }), [
    'response p95: 20.00 s before, 25.00 s after (+25.0 %)',
    'first chunk p95: 2.00 s before, 2.50 s after (+25.0 %)',
    'success: 100.00 % before, 90.00 % after',
  ]);
  assert.equal(
    compared({ ...step('before', 10_000, 10, 0), ...step('after', 9_990, 10, 0) })[0],
    'response p95: 20.00 s before, 19.98 s after (−0.1 %)',
  );
});

test('without an answer in one of them there is nothing to compare, and no figure', () => {
  const none = ['no answers to compare in the steps “before” and “after”'];
  assert.deepEqual(compared(step('before', 10_000, 10, 0)), none);
  assert.deepEqual(compared({ ...step('after', 10_000, 10, 0), ...step('peak', 1, 1, 0) }), none);
  assert.deepEqual(compared({}), none);
});

test('a profile that asks nothing of its steps has no findings', () => {
  assert.deepEqual(sampleSummary({}, { steps: ['10', '20'] }).findings, []);
});

const RATES = ['chat_slo_met', 'chat_setup_success'] as const;

/** A climb over 10, 20 and 30; of each level, passes and fails of both rates, or null. */
function climb(
  levels: Record<string, [slo: [number, number] | null, setUp: [number, number] | null]>,
  limits: Record<string, boolean> = {},
  selector = '',
): Summary {
  const changes: Record<string, K6Metric> = {};
  for (const [level, rates] of Object.entries(levels)) {
    changes[`chat_sessions_started{step:${level}}`] = counter(rates[1] === null ? 0 : 10);
    for (const [index, metric] of RATES.entries()) {
      const [passes, fails] = rates[index] ?? [0, 0];
      changes[`${metric}{step:${level}}`] = rate(passes, fails);
      changes[`${metric}{step:${level}${selector}}`] = rate(passes, fails, limits);
    }
  }
  const rates = RATES.map((metric) => ({ metric, least: 0.95 }));
  return sampleSummary(changes, {
    steps: ['10', '20', '30'],
    asks: { kind: 'climb', unit: 'sessions', rates },
  });
}

test('a climb names the highest level that held, and why the next did not', () => {
  const held: [[number, number], [number, number]] = [
    [95, 5],
    [10, 0],
  ];
  const findings = (levels: Parameters<typeof climb>[0]) => climb(levels).findings;
  assert.deepEqual(
    findings({
      10: held,
      20: [
        [949, 51],
        [10, 0],
      ],
      30: [null, null],
    }),
    ['10 sessions held; 20 did not: 94.90 % of the answers good, 95.00 % expected'],
  );
  assert.deepEqual(
    findings({
      10: held,
      20: held,
      30: [
        [9, 0],
        [9, 1],
      ],
    }),
    ['20 sessions held; 30 did not: 90.00 % of the set-ups good, 95.00 % expected'],
  );
  assert.deepEqual(
    findings({
      10: [
        [0, 7],
        [10, 0],
      ],
      20: [null, null],
      30: [null, null],
    }),
    ['no level held; 10 did not: 0.00 % of the answers good, 95.00 % expected'],
  );
  assert.deepEqual(findings({ 10: held, 20: held, 30: held }), [
    '30 sessions held, the highest level that was tried: more may be possible',
  ]);
});

test('a level without samples did not hold, and a level that broke is not passed over', () => {
  const held: [[number, number], [number, number]] = [
    [10, 0],
    [10, 0],
  ];
  assert.deepEqual(climb({ 10: held, 20: [null, [10, 0]], 30: held }).findings, [
    '10 sessions held; 20 was not measured to its end',
  ]);
  assert.deepEqual(climb({ 10: [null, null], 20: held, 30: held }).findings, [
    'no level held; 10 was not measured to its end',
  ]);
  assert.deepEqual(
    climb({
      10: held,
      20: [
        [1, 9],
        [10, 0],
      ],
      30: held,
    }).findings,
    ['10 sessions held; 20 did not: 10.00 % of the answers good, 95.00 % expected'],
  );
});

test('a warm-up changes nothing of which step a verdict belongs to', () => {
  const limits = { 'rate>=0.95': true };
  const levels: Parameters<typeof climb>[0] = {
    10: [
      [10, 0],
      [10, 0],
    ],
    20: [
      [10, 0],
      [10, 0],
    ],
    30: [null, null],
  };
  for (const selector of ['', ',warmup:no']) {
    const { verdicts, findings } = climb(levels, limits, selector);
    const own = verdicts.filter(({ metric }) => metric.includes('step:'));
    assert.deepEqual(
      own.map(({ metric, ok, got }) => [metric, ok, got]),
      ['10', '20', '30'].flatMap((level) =>
        [...RATES]
          .sort()
          .map((metric) => [
            `${metric}{step:${level}${selector}}`,
            true,
            level === '30' ? null : 1,
          ]),
      ),
    );
    assert.deepEqual(findings, ['20 sessions held; 30 was not measured to its end']);
  }
});

test('a count of a climb’s step: not judged where the step was not reached, failed where it was', () => {
  const verdict = (started: number, received: number) => {
    const { verdicts } = sampleSummary(
      {
        'chat_sessions_started{step:20}': counter(started),
        'chat_responses_received{step:20}': counter(received, { 'count>0': received > 0 }),
      },
      {
        steps: ['10', '20'],
        asks: { kind: 'climb', unit: 'sessions', rates: [{ metric: 'chat_slo_met', least: 0.9 }] },
      },
    );
    const found = verdicts.find(({ metric }) => metric === 'chat_responses_received{step:20}');
    return [found?.ok, found?.got];
  };
  assert.deepEqual(verdict(10, 7), [true, 7]);
  assert.deepEqual(verdict(10, 0), [false, 0]);
  assert.deepEqual(verdict(0, 0), [true, null]);
});
