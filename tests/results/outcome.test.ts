/** What a climb that found its limit is called, in every text of a run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import type { K6Metric, Summary } from '../../lib/results/model.ts';
import { outcomeOf, outcomeReason, outcomeWords } from '../../lib/results/outcome.ts';
import { counter, rate, SAMPLE_CONTEXT, sampleSummary, times } from './sample-run.ts';

const LIMITS = { NUC_SLO_FIRST_CHUNK: '2s', NUC_SLO_RESPONSE: '30s' };

interface Level {
  readonly inTime: number;
  readonly response: number;
  readonly firstChunk: number;
}

const HELD: Level = { inTime: 100, response: 5_000, firstChunk: 100 };

/** A climb over 8, 12 and 16 sessions, that never came to 16. */
function climb(levels: readonly Level[], more: Record<string, K6Metric> = {}): Summary {
  const changes: Record<string, K6Metric> = {
    chat_session_success: rate(8, 3),
    chat_response_success: rate(90, 4),
    chat_time_to_first_chunk: times(92, 400),
  };
  for (const name of ['8', '12', '16']) {
    const level = levels[['8', '12', '16'].indexOf(name)];
    const of = `{step:${name}}`;
    const inTime = level?.inTime ?? 0;
    const asked = level === undefined ? 0 : 100;
    changes[`chat_sessions_started${of}`] = counter(level === undefined ? 0 : 10);
    changes[`chat_questions_sent${of}`] = counter(asked);
    changes[`chat_responses_received${of}`] = counter(asked);
    changes[`chat_response_success${of}`] = rate(asked, 0);
    changes[`chat_slo_met${of}`] = rate(inTime, asked - inTime, {
      'rate>=0.95': asked === 0 || inTime >= 95,
    });
    if (level === undefined) continue;
    changes[`chat_response_time${of}`] = times(100, level.response);
    changes[`chat_time_to_first_chunk${of}`] = times(100, level.firstChunk);
  }
  const summary = sampleSummary(
    { ...changes, ...more },
    {
      profile: 'breakpoint',
      settings: { ...SAMPLE_CONTEXT.settings, ...LIMITS },
      steps: ['8', '12', '16'],
      asks: { kind: 'climb', unit: 'sessions', rates: [{ metric: 'chat_slo_met', least: 0.95 }] },
    },
  );
  return { ...summary, run: { ...summary.run, durationMs: 1_900 } };
}

test('a limit that was found is called that, and in no text a failure', () => {
  const summary = climb([HELD, { inTime: 60, response: 20_000, firstChunk: 200 }]);
  assert.equal(summary.passed, false);
  assert.deepEqual(summary.limit, {
    unit: 'sessions',
    held: '8',
    broke: '12',
    why: '60.00 % of the answers in time, 95.00 % expected (response p95 40.00 s, limit 30s)',
  });
  assert.equal(outcomeOf(summary), 'limit');
  const text = summaryText(summary);
  assert.match(text, /^SUMMARY · breakpoint · 1\.90 s · LIMIT FOUND: 8 SESSIONS$/m);
  assert.match(text, /^8 sessions ✓ /m);
  assert.match(text, /^12 sessions ✗ /m);
  assert.doesNotMatch(text, /FAILED|^16 /m);
  const markdown = reportMarkdown(summary);
  assert.ok(markdown.startsWith('## ▲ Limit found: 8 sessions: `breakpoint`\n'));
  assert.doesNotMatch(markdown, /Failed|✗ Failed/);
  const cases = junit(summary);
  assert.match(cases, /failures="0"/);
  assert.match(cases, /<testcase name="Limit found: 8 sessions: 8 sessions held; 12 did not: /);
  assert.doesNotMatch(cases, /<failure/);
});

test('of two limits, the one that broke is named; or that answers failed', () => {
  const why = (level: Partial<Level>, more: Record<string, K6Metric> = {}) =>
    climb([HELD, { ...HELD, inTime: 60, ...level }], more).limit?.why;
  const inTime = '60.00 % of the answers in time, 95.00 % expected';
  assert.equal(why({ firstChunk: 1_500 }), `${inTime} (first chunk p95 3.00 s, limit 2s)`);
  assert.equal(
    why({ firstChunk: 1_500, response: 16_000 }),
    `${inTime} (first chunk p95 3.00 s, limit 2s, response p95 32.00 s, limit 30s)`,
  );
  assert.equal(
    why({}, { 'chat_response_success{step:12}': rate(60, 40) }),
    `${inTime} (40 bad, 0 unanswered)`,
  );
  assert.equal(why({}), inTime);
});

test('where the first level breaks, or something else is crossed, the run failed', () => {
  const first = climb([{ ...HELD, inTime: 10 }]);
  assert.equal(first.limit?.held, null);
  assert.equal(outcomeWords(first), 'Failed');
  assert.match(junit(first), /<failure /);
  const broken = { ...HELD, inTime: 60 };
  const other = climb([HELD, broken], { chat_session_success: rate(0, 9, { 'rate>=0.5': false }) });
  assert.equal(outcomeWords(other), 'Failed');
  assert.equal(outcomeWords(climb([HELD, broken])), 'Limit found: 8 sessions');
});

test('a climb that goes on above its limit found it all the same', () => {
  const broken = { ...HELD, inTime: 60 };
  const goneOn = climb([HELD, broken, { ...HELD, inTime: 20 }]);
  assert.equal(outcomeWords(goneOn), 'Limit found: 8 sessions');
  // One level that recovered tells nothing of the limit.
  assert.equal(outcomeWords(climb([HELD, broken, HELD])), 'Limit found: 8 sessions');
  assert.equal(outcomeWords(climb([broken, HELD, broken])), 'Failed');
});

test('a level in which nothing was answered gave way, though no rate has a sample', () => {
  const { limit, findings } = climb([HELD, HELD], {
    'chat_slo_met{step:12}': rate(0, 0),
    'chat_responses_received{step:12}': counter(0, { 'count>0': false }),
  });
  assert.deepEqual([limit?.held, limit?.broke, limit?.why], ['8', '12', 'no answer came']);
  assert.deepEqual(findings, ['8 sessions held; 12 did not: no answer came']);
});

test('figures that are not to be trusted make no verdict, whether thresholds held or not', () => {
  const late = { dropped_iterations: counter(7) };
  const held = climb([HELD, HELD], late);
  const crossed = climb([{ ...HELD, inTime: 10 }], late);
  for (const summary of [held, crossed, climb([HELD, { ...HELD, inTime: 60 }], late)]) {
    assert.equal(outcomeWords(summary), 'No verdict');
    assert.equal(summary.passed, false);
    assert.match(outcomeReason(summary), / by figures that are not to be trusted$/);
  }
  assert.match(outcomeReason(held), /^all \d+ thresholds held/);
  assert.equal(outcomeWords(climb([HELD, HELD])), 'Passed');
});

test('a run that was ended before its time says so first', () => {
  const reasonOf = (metric: string, got: number) => {
    const end = { metric, threshold: '==0', ok: false, got };
    const held = { metric: 'chat_sessions_started', threshold: 'count>0', ok: true, got: 12 };
    return outcomeReason({ ...sampleSummary(), passed: false, verdicts: [held, end] });
  };
  const crossed = '1 of 2 thresholds crossed';
  assert.equal(
    reasonOf('run_duration', 3_000),
    `it ended after 3.00 s, before its time; ${crossed}`,
  );
  assert.equal(
    reasonOf('sessions_stopped', 1),
    `it was ended with 1 session under way; ${crossed}`,
  );
  assert.equal(reasonOf('exit_code', 105), `k6 did not end by itself; ${crossed}`);
  assert.equal(reasonOf('instances_whole', 1), `not all of its instances are whole; ${crossed}`);
});
