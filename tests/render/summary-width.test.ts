import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonTable } from '../../lib/metrics/reasons.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import { padLeft, padRight, shorten, widthOf } from '../../lib/render/text-width.ts';
import type { K6Metric, StepPart, Summary } from '../../lib/results/model.ts';
import { counter, rate, sampleSummary, times } from '../results/sample-run.ts';

function assertFits(summary: Summary): void {
  const tooLong = summaryText(summary)
    .split('\n')
    .filter((line) => [...line].length > 80);
  assert.deepEqual(tooLong, []);
}

test('of many thresholds only the crossed ones are shown, the rest is counted', () => {
  const summary = sampleSummary({}, { steps: ['30'] });
  const one = { metric: 'chat_slo_met', threshold: 'rate>=0.95', ok: true, got: 1 };
  const verdicts = [
    ...Array.from({ length: 16 }, () => one),
    { ...one, metric: 'chat_slo_met{step:30}', ok: false, got: 0.9 },
    ...Array.from({ length: 120 }, () => ({ ...one, metric: 'chat_slo_met{step:40}', got: null })),
  ];
  const metrics = {
    ...summary.metrics,
    'chat_slo_met{step:30}': rate(9, 1),
    'chat_slo_met{step:40}': rate(0, 0),
  };
  const left = { ...summary.bySteps[0], name: '40', fromMs: summary.run.durationMs };
  const text = summaryText({ ...summary, verdicts, metrics, bySteps: [left as StepPart] });
  assert.equal(
    text.slice(text.indexOf('Thresholds')).split('\n\n')[0],
    `Thresholds
  ✗ chat_slo_met{step:30}  rate>=0.95  90.00 %
  ✓ 16 more held
  · 120 of steps that were not reached`,
  );
  const held = (count: number) => summaryText({ ...summary, verdicts: Array(count).fill(one) });
  assert.match(held(16), /^ {2}✓ chat_slo_met +rate>=0\.95 +100\.00 %$/m);
  assert.match(held(17), /^ {2}✓ 17 held$/m);
});

test('columns line up whatever script a name is in, and no letter is cut in two', () => {
  assert.equal(widthOf('日本語🎓'), 8);
  assert.equal(widthOf('عَربي e\u0301'), 6);
  assert.equal(padLeft('日本', 5), ' 日本');
  assert.equal(padRight('日本', 5), '日本 ');
  assert.equal(shorten('🎓🎓🎓🎓🎓', 6), '🎓…🎓');
  assert.equal(shorten('abcdefgh', 6), 'abc…gh');
  const courses = ['日本語コース', '🎓🎓MED', `x${'🎓'.repeat(60)}`, 'عَربي'];
  const changes = Object.fromEntries(
    courses.map((course) => [`chat_response_time{course:${course}}`, times(9, 25_000)]),
  );
  const rows = summaryText(sampleSummary(changes, { courses }))
    .split('\n')
    .filter((line) => line.endsWith(' 100.00 s'));
  assert.equal(rows.length, 1 + courses.length);
  assert.deepEqual([...new Set(rows.map(widthOf))], [80]);
});

test('of many courses the slowest are shown, and the rest is counted', () => {
  const courses = Array.from({ length: 2_000 }, (_, index) => `C${index}`);
  const changes = Object.fromEntries(
    courses.map((course, index) => [`chat_response_time{course:${course}}`, times(9, index)]),
  );
  const text = summaryText(sampleSummary(changes, { courses }));
  assert.ok(text.split('\n').length < 100, `${text.split('\n').length} lines`);
  assert.match(text, /^ {2}C1999 .* 8\.00 s$/m);
  assert.doesNotMatch(text, /^ {2}C1979 /m);
  const note =
    'Of 2,000 courses, the 20 with the slowest p95 of the response; summary.json has all';
  assert.ok(text.replace(/\n/g, ' ').includes(note));
});

test('no line is longer than 80 columns, whatever the figures and names', () => {
  const course = 'A-COURSE-WITH-A-CODE-THAT-IS-MUCH-LONGER-THAN-ANY-THAT-WAS-EVER-SEEN';
  const steps = Array.from({ length: 12 }, (_, index) => `${(index + 1) * 1_000} sessions`);
  const changes: Record<string, K6Metric> = {
    chat_sessions_started: counter(123_456_789),
    chat_session_success: rate(100_000_000, 20_000_000, { 'rate>=0.123456789': true }),
    chat_questions_sent: counter(1_234_567_890),
    chat_response_success: rate(1_000_000_000, 100_000_000),
    chat_response_time: times(1_000_000_000, 50_000_000),
    [`chat_response_time{course:${course}}`]: times(9, 50_000_000),
    [`chat_time_to_first_chunk{course:${course},turn:2-10,warmup:no}`]: times(9, 50_000_000, {
      'p(95)<123456789': false,
    }),
    dropped_iterations: counter(123_456_789),
    chat_late_starts: counter(123_456_789),
    chat_client_lag: times(9, 50_000),
  };
  for (const [phase, reasons] of Object.entries(reasonTable())) {
    for (const { reason } of reasons) {
      changes[`chat_errors{phase:${phase},reason:${reason}}`] = counter(123_456_789);
    }
  }
  for (const status of [400, 401, 403, 404, 429, 500, 502, 503, 504]) {
    changes[`ws_sessions{status:${status}}`] = counter(123_456_789);
  }
  for (const step of steps) {
    const of = `{step:${step}}`;
    changes[`chat_sessions_started${of}`] = counter(1_234_567);
    changes[`chat_responses_received${of}`] = counter(12_345_678);
    changes[`chat_response_success${of}`] = rate(12_345_678, 0);
    changes[`chat_slo_met${of}`] = rate(1, 12_345_678);
    changes[`chat_time_to_first_chunk${of}`] = times(9, 1_000);
    changes[`chat_response_time${of}`] = times(9, 100_000);
    changes[`chat_setup_success${of}`] = rate(1, 1, { 'rate>=0.8': true });
    changes[`chat_setup_time${of}`] = times(9, 100_000);
    changes[`chat_errors${of}`] = counter(1_234_567);
  }
  const context = {
    profile: 'a-file-of-options-with-a-name-that-nobody-would-ever-give-to-a-file-of-options',
    settings: { NUC_SLO_FIRST_CHUNK: '1h30m', NUC_SLO_RESPONSE: '1h30m' },
    courses: ['MED1060', course],
    steps,
  };
  const answers = sampleSummary(changes, context);
  assertFits(answers);
  assertFits(
    sampleSummary(changes, { ...context, asks: { kind: 'climb', unit: 'sockets', rates: [] } }),
  );

  const lines = summaryText(answers).split('\n');
  assert.equal(lines.filter((line) => /^\d\S* .*\d,\d{3},\d{3}$/.test(line)).length, 12);
  const from = lines.findIndex((line) => line.startsWith('Errors'));
  const errors = lines.slice(from, lines.indexOf('', from)).join(' ').replace(/ +/g, ' ');
  const reasons = Object.values(reasonTable()).flat();
  assert.ok(reasons.length > 40);
  for (const { meaning } of reasons) assert.ok(errors.includes(meaning), meaning);
  assert.match(summaryText(answers), /^ {2}✗ chat_time_to_first_chunk\{course.*warmup:no\}$/m);
});
