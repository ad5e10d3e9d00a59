import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { latencyRows } from '../../lib/render/latency-rows.ts';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import type { Summary } from '../../lib/results/model.ts';
import { summarize } from '../../lib/results/summary.ts';
import {
  counter,
  emptyData,
  rate,
  SAMPLE_CONTEXT,
  sampleSummary,
  times,
} from '../results/sample-run.ts';

/** The line that begins with a name, its words one space apart. */
function row(summary: Summary, name: string): string {
  const lines = summaryText(summary)
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '));
  const line = lines.find((text) => text.startsWith(name));
  assert.ok(line !== undefined, `no line ${name} in\n${lines.join('\n')}`);
  return line;
}

function assertFits(summary: Summary): void {
  const tooLong = summaryText(summary)
    .split('\n')
    .filter((line) => [...line].length > 80);
  assert.deepEqual(tooLong, []);
}

test('the verdict stands first, the totals under it', () => {
  const summary = sampleSummary();
  const [, rule, title] = summaryText(summary).split('\n');
  assert.equal(rule, '='.repeat(80));
  assert.equal(title, 'SUMMARY · smoke · 65.43 s · FAILED');
  assert.equal(
    row(summary, 'Sessions'),
    'Sessions 12 started · 8 completed · 3 failed · 1 cut off',
  );
  assert.equal(
    row(summary, 'Questions'),
    'Questions 100 sent · 90 good · 2 bad · 2 unanswered · 6 cut off',
  );
  assert.equal(row(summary, 'Answers'), 'Answers 95.74 % success');
  assert.equal(row(summary, 'Frames'), 'Frames 16,560 opened · 180.0 an answer');
  assert.equal(row(summary, 'Network'), 'Network 8.3 MB received · 812 B sent');
});

test('the last lines are the verdict, why, the most frequent errors and what matters', () => {
  const end = (summary: Summary) =>
    summaryText(summary).trimEnd().split('\n\n').at(-1)?.split('\n').slice(1, -1);
  assert.deepEqual(end(sampleSummary()), [
    'FAILED: 3 of 6 thresholds crossed',
    '  chat_response_success rate==1: 95.74 %',
    '  chat_session_success rate==1: 72.73 %',
    '  chat_time_to_first_chunk p(95)<500: 800.0 ms',
    '  2 × stream/stall: no frame for NUC_STALL_TIMEOUT while an answer was due',
    '  1 × token/http_5xx: the service failed',
    '  1 × connect/handshake: the server refused the upgrade; its status is counted',
    '  apart: 1 × 503',
    '95.74 % of the answers good · first chunk p95 800.0 ms · response p95 50.00 s',
  ]);
  // Without an error, what the thresholds came to tells why; and what a climb found.
  const noErrors = { ...sampleSummary(), errors: [], findings: ['8 sessions held; 10 did not'] };
  assert.deepEqual(end(noErrors), [
    'FAILED: 3 of 6 thresholds crossed',
    '  chat_response_success rate==1: 95.74 %',
    '  chat_session_success rate==1: 72.73 %',
    '  chat_time_to_first_chunk p(95)<500: 800.0 ms',
    '  8 sessions held; 10 did not',
    '95.74 % of the answers good · first chunk p95 800.0 ms · response p95 50.00 s',
  ]);
  const settings = { NUC_SLO_RESPONSE: '30s' };
  assert.match(
    end(sampleSummary({}, { settings }))?.at(-1) ?? '',
    /^84\.21 % of the answers in time/,
  );
  const asks = { kind: 'climb', unit: 'sockets', rates: [] } as const;
  assert.equal(
    end(sampleSummary({}, { asks }))?.at(-1),
    '10 of 12 sockets opened · 3 failed · open after p95 2.40 s',
  );
  assert.equal(end(summarize(emptyData(), SAMPLE_CONTEXT))?.at(-1), 'no question was sent');
});

test('a column that is cut off in no row is left out', () => {
  const clean = sampleSummary({
    chat_sessions_started: counter(8),
    chat_session_success: rate(8, 0, { 'rate==1': true }),
    chat_questions_sent: counter(90),
    chat_response_success: rate(90, 0, { 'rate==1': true }),
    chat_time_to_first_chunk: times(90, 400),
  });
  assert.equal(row(clean, 'Sessions'), 'Sessions 8 started · 8 completed · 0 failed');
  assert.match(summaryText(clean), /^SUMMARY · smoke · 65\.43 s · PASSED$/m);
  const native = { ...clean, run: { ...clean.run, engine: 'native' } };
  assert.match(summaryText(native), /^SUMMARY · smoke · engine native · 65\.43 s · PASSED$/m);
});

test('latencies have units, each column in one place', () => {
  const summary = sampleSummary();
  assert.equal(
    row(summary, 'First chunk'),
    'First chunk 400.0 ms 200.0 ms 360.0 ms 600.0 ms 800.0 ms 1.20 s 1.60 s',
  );
  assert.equal(
    row(summary, 'MED1060'),
    'MED1060 420.0 ms 210.0 ms 378.0 ms 630.0 ms 840.0 ms 1.26 s 1.68 s',
  );
  assert.equal(
    row(summary, 'Response'),
    'Response 25.00 s 12.50 s 22.50 s 37.50 s 50.00 s 75.00 s 100.00 s',
  );
  assert.equal(
    row(summary, 'turn 1'),
    'turn 1 30.00 s 15.00 s 27.00 s 45.00 s 60.00 s 90.00 s 2.0 min',
  );
  assert.doesNotMatch(summaryText(summary), /turn 11\+/);

  const lines = summaryText(summary).split('\n');
  const from = lines.findIndex((line) => line.startsWith('Latency'));
  const table = lines.slice(from, lines.indexOf('', from));
  const shown = latencyRows(summary, 'answers').filter(
    ({ part, turnsOnTerminal }) => part?.kind !== 'turn' || turnsOnTerminal,
  );
  assert.equal(table.length, 1 + shown.length);
  assert.ok(shown.length >= 12);
  assert.deepEqual([...new Set(table.map((line) => line.length))], [table[0]?.length]);
});

test('an SLO shows only where limits are set, with its limits', () => {
  assert.doesNotMatch(summaryText(sampleSummary()), /in time/i);
  const settings = { NUC_SLO_FIRST_CHUNK: '2s', NUC_SLO_RESPONSE: '30s' };
  const summary = sampleSummary({}, { settings });
  assert.match(
    summaryText(summary).replace(/\s+/g, ' '),
    / Answers 95\.74 % success · 84\.21 % in time \(first chunk within 2s, response within 30s\) /,
  );
});

test('a warm-up is said, since the thresholds leave it out and the figures do not', () => {
  const of = (NUC_WARMUP: string, metrics: Parameters<typeof sampleSummary>[0] = {}) =>
    sampleSummary(metrics, { settings: { NUC_WARMUP } });
  assert.equal(row(of('30s'), 'Warm-up'), 'Warm-up 30s: in these figures, not in the thresholds');
  assert.doesNotMatch(summaryText(of('0')), /warm-up/i);
  // The whole run has 92 answers.
  const judged = of('30s', { 'chat_responses_received{warmup:no}': counter(70) });
  const held = '30s with 22 of the 92 answers: in these figures, not in the thresholds';
  assert.ok(summaryText(judged).replace(/\s+/g, ' ').includes(` Warm-up ${held} `));
  assert.ok(reportMarkdown(judged).includes(`\n- warm-up: ${held}\n`));
  assert.ok(junit(judged).includes(`<property name="warm-up" value="${held}"/>`));
});

test('without samples the text says so and shows no figure', () => {
  const summary = summarize(emptyData(), SAMPLE_CONTEXT);
  assert.equal(row(summary, 'Answers'), 'Answers none');
  assert.equal(row(summary, 'Latency'), 'Latency no sample');
  assert.equal(row(summary, 'Errors'), 'Errors none');
  assert.equal(row(summary, '✗ chat_session_success'), '✗ chat_session_success rate==1 no sample');
  assert.doesNotMatch(summaryText(summary), /NaN|undefined|null|0\.0 ms/);
  assertFits(summary);
});

test('a latency without samples stands beside those that have some', () => {
  const { state, metrics } = emptyData();
  const data = { state, metrics: { ...metrics, chat_token_time: times(3, 100) } };
  const summary = summarize(data, SAMPLE_CONTEXT);
  assert.equal(row(summary, 'First chunk'), 'First chunk no sample');
  assert.equal(row(summary, 'Client lag'), 'Client lag no sample');
  assert.match(row(summary, 'Token'), /^Token 100\.0 ms /);
});

test('a rate that is not all is not shown as all', () => {
  const summary = sampleSummary({ chat_response_success: rate(999_999, 1, { 'rate==1': false }) });
  assert.equal(row(summary, 'Answers'), 'Answers 99.99 % success');
});

test('a run without thresholds did not pass, and the text says why', () => {
  const summary: Summary = { ...sampleSummary(), verdicts: [], passed: false };
  assert.match(summaryText(summary), /^Thresholds {2}none was judged$/m);
  assert.match(summaryText(summary), /^NO VERDICT: no thresholds: nothing was asked of this run$/m);
});

test('a threshold’s figure has the unit of its metric', () => {
  const summary = sampleSummary({
    chat_errors: counter(30, { 'count<10': false, 'rate<0.1': false }),
    chat_chunks_per_response: { ...times(92, 180, { 'avg>1': true }), contains: 'default' },
    chat_response_time: times(92, 25_000, { 'p(99.9)<1': true, 'count>0': true }),
  });
  assert.equal(row(summary, '✗ chat_errors count'), '✗ chat_errors count<10 30');
  assert.equal(row(summary, '✗ chat_errors rate'), '✗ chat_errors rate<0.1 0.50/s');
  assert.equal(row(summary, '✓ chat_chunks_per'), '✓ chat_chunks_per_response avg>1 180');
  assert.equal(row(summary, '✓ chat_response_time p'), '✓ chat_response_time p(99.9)<1 —');
  assert.equal(row(summary, '✓ chat_response_time c'), '✓ chat_response_time count>0 92');
});

test('errors have their count and meaning, refused handshakes their status', () => {
  const summary = sampleSummary({ 'ws_sessions{status:502}': counter(2_000) });
  assert.match(
    summaryText(summary).replace(/\s+/g, ' '),
    / stream\/stall 2 no frame for NUC_STALL_TIMEOUT while an answer was due /,
  );
  assert.equal(row(summary, 'handshakes refused'), 'handshakes refused: 502×2,000, 503×1');
});

test('findings stand before the totals, steps that were not reached in one line', () => {
  const thresholds = { 'rate>=0.8': true };
  const whole = sampleSummary(
    {
      'chat_sessions_started{step:10}': counter(10),
      'chat_setup_success{step:10}': rate(10, 0, thresholds),
      'chat_setup_time{step:10}': times(10, 100),
      'chat_setup_success{step:50}': rate(0, 0, thresholds),
    },
    {
      steps: ['10', '50'],
      asks: {
        kind: 'climb',
        unit: 'sockets',
        rates: [{ metric: 'chat_setup_success', least: 0.8 }],
      },
    },
  );
  const summary = { ...whole, run: { ...whole.run, durationMs: 1_000 } };
  const text = summaryText(summary);
  assert.ok(text.indexOf('10 sockets held; 50 was not measured') < text.indexOf('Sessions'));
  assert.equal(row(summary, '10 sockets 10'), '10 sockets 10 100.00 % 90.0 ms 200.0 ms 400.0 ms 0');
  assert.match(text, /^1 step was not reached: 50 sockets$/m);
  assert.match(text, /^ {2}· 1 of steps that were not reached$/m);
  // A step that was reached, in which nothing came, has its row.
  assert.equal(row(whole, '50 sockets 0'), '50 sockets 0 — — — — 0');
  assert.doesNotMatch(text, /Questions|First chunk/);
});

test('what is not to be trusted says so in the title and at the end', () => {
  const text = summaryText(sampleSummary({ dropped_iterations: counter(7) }));
  assert.match(text, /^SUMMARY .* · NO VERDICT · NOT TO BE TRUSTED$/m);
  assert.match(text, /^NOT TO BE TRUSTED\n {2}7 sessions were never started/m);
  assert.match(text, / · 7 never started$/m);
});
