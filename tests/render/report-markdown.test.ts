import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { code, plain } from '../../lib/render/markdown.ts';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import type { Summary } from '../../lib/results/model.ts';
import { summarize } from '../../lib/results/summary.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';
import {
  counter,
  emptyData,
  rate,
  SAMPLE_CONTEXT,
  SAMPLE_GENERATOR,
  sampleSummary,
  times,
} from '../results/sample-run.ts';

function lines(summary: Summary): string[] {
  return reportMarkdown(summary).split('\n');
}

/** Every table must have as many cells in each row as in its head, or GitHub shows no table. */
function assertTables(summary: Summary, expected: number): void {
  const tables = reportMarkdown(summary)
    .split('\n\n')
    .filter((part) => part.startsWith('|'));
  assert.equal(tables.length, expected);
  for (const table of tables) {
    const rows = table.trimEnd().split('\n');
    assert.match(rows[1] ?? '', /^\|( (---|---:) \|)+$/);
    const cells = rows.map((row) => row.match(/\|/g)?.length);
    assert.deepEqual([...new Set(cells)].length, 1, table);
  }
}

test('the verdict comes first, and counts the thresholds that were crossed', () => {
  const [title, , text] = lines(sampleSummary());
  assert.equal(title, '## ✗ Failed: `smoke`');
  assert.equal(
    text,
    'one session, two questions of each course. Started 2026-01-05 13:30:00 -02:00, took 65.43 s, with the engine webcrypto; 3 of 6 thresholds crossed.',
  );
  const passed = { ...sampleSummary(), passed: true };
  assert.equal(lines(passed)[0], '## ✓ Passed: `smoke`');
  const summary = { ...sampleSummary(), passed: false, verdicts: [] };
  assert.equal(lines(summary)[0], '## – No verdict: `smoke`');
  assert.match(reportMarkdown(summary), /; no thresholds: nothing was asked of this run\.$/m);
  assert.doesNotMatch(reportMarkdown(summary), /### Thresholds/);
});

test('totals, latencies by course and turn, errors and thresholds stand in tables', () => {
  const summary = sampleSummary();
  const all = lines(summary);
  for (const line of [
    '- sessions: **12** started, 8 completed, 3 failed, 1 cut off',
    '- questions: **100** sent, 90 good, 2 bad, 2 unanswered, 6 cut off',
    '- success: **95.74 %** of the answers',
    '| **First chunk** | 92 | 400.0 ms | 200.0 ms | 360.0 ms | 600.0 ms | 800.0 ms | 1.20 s | 1.60 s |',
    '| Response, `BUMA1000` | 36 | 24.00 s | 12.00 s | 21.60 s | 36.00 s | 48.00 s | 72.00 s | 96.00 s |',
    '| Response, turn 1 | 12 | 30.00 s | 15.00 s | 27.00 s | 45.00 s | 60.00 s | 90.00 s | 2.0 min |',
    '| First chunk, turn 1 | 0 | — | — | — | — | — | — | — |',
    '| `stream/stall` | 2 | no frame for NUC_STALL_TIMEOUT while an answer was due |',
    'Handshakes refused by status: 1 × 503.',
    '| ✓ | `chat_responses_received` | `count>0` | 92 |',
    '| ✗ crossed | `chat_response_success` | `rate==1` | 95.74 % |',
  ]) {
    assert.ok(all.includes(line), `no line ${line} in\n${all.join('\n')}`);
  }
  assert.ok(all.includes('- network: 8.3 MB received, 812 B sent'));
  assertTables(summary, 4);
  assert.doesNotMatch(reportMarkdown(summary), /### Steps|load generator|Not to be trusted/);
});

test('steps, findings and what was in time are there where the run has them', () => {
  const of = '{step:first}';
  const changes = {
    [`chat_sessions_started${of}`]: counter(60),
    [`chat_responses_received${of}`]: counter(45),
    [`chat_response_success${of}`]: rate(45, 0),
    [`chat_slo_met${of}`]: rate(9, 36),
    [`chat_response_time${of}`]: times(45, 31_000),
    [`chat_errors${of}`]: counter(3),
  };
  const summary = sampleSummary(changes, {
    steps: ['first'],
    asks: { kind: 'compare', earlier: 'first', later: 'last' },
    settings: { ...SAMPLE_CONTEXT.settings, NUC_SLO_RESPONSE: '30s' },
  });
  const all = lines(summary);
  assert.ok(all.includes('**no answers to compare in the steps “first” and “last”**'));
  assert.ok(all.includes('- in time: **84.21 %** (response within 30s)'));
  assert.ok(
    all.includes('| first | 60 | 45 | 100.00 % | 20.00 % | — | — | 27.90 s | 62.00 s | 3 |'),
  );
  assertTables(summary, 5);
});

test('the purpose has numbers, not the names of settings', () => {
  const purpose = 'NUM_SESSIONS sessions at once, each once through all its questions';
  const summary = sampleSummary({}, { purpose, settings: { NUM_SESSIONS: '20' } });
  assert.match(reportMarkdown(summary), /^20 sessions at once, each once through /m);
});

test('what the run took of its machine, where the runner saw it', () => {
  const all = lines({ ...sampleSummary(), generator: SAMPLE_GENERATOR });
  const text =
    'k6 used 0.41 of 2 cores, 212 MB at most, some process waited for a CPU 31.20 % of the time';
  assert.ok(all.includes(`- load generator: ${text}`));
  const xml = junit({ ...sampleSummary(), generator: SAMPLE_GENERATOR });
  assert.ok(xml.includes(`<property name="load generator" value="${text}"/>`));
  assert.ok(xml.includes('<property name="network" value="8.3 MB received, 812 B sent"/>'));
  assert.doesNotMatch(junit(sampleSummary()), /load generator/);
});

test('a run of sockets shows sockets alone', () => {
  const whole = sampleSummary(
    {
      'chat_sessions_started{step:10}': counter(10),
      'chat_setup_success{step:10}': rate(9, 1, { 'rate>=0.8': true }),
      'chat_setup_time{step:10}': times(9, 100),
      'chat_setup_success{step:50}': rate(0, 0, { 'rate>=0.8': true }),
    },
    { steps: ['10', '50'], asks: { kind: 'climb', unit: 'sockets', rates: [] } },
  );
  const summary = { ...whole, run: { ...whole.run, durationMs: 1_000 } };
  const all = lines(summary);
  assert.ok(all.includes('| Step | sockets | opened | open after, median | p95 | max | errors |'));
  assert.ok(all.includes('| 10 sockets | 10 | 90.00 % | 90.0 ms | 200.0 ms | 400.0 ms | 0 |'));
  assert.ok(all.includes('1 step was not reached: 50 sockets.'));
  assert.ok(all.includes('1 threshold of steps that were not reached.'));
  assert.doesNotMatch(reportMarkdown(summary), /\{step:50\}/);
  assert.doesNotMatch(reportMarkdown(summary), /Questions|First chunk|frames opened/);
  assertTables(summary, 5);
});

test('with 2,000 courses it fits a comment of a pull request, with the slowest in sight', () => {
  const courses = Array.from({ length: 2_000 }, (_, index) => `COURSE${index}`);
  const summary = sampleSummary(
    Object.fromEntries(
      courses.map((course, index) => [
        `chat_response_time{course:${course}}`,
        times(9, 1_000 + index),
      ]),
    ),
    { courses, settings: { ...SAMPLE_CONTEXT.settings, COURSES: courses.join(',') } },
  );
  const text = reportMarkdown(summary);
  assert.ok(text.length < 65_536, `${text.length} characters`);
  assert.ok(text.includes('| Response, `COURSE1999` | 9 |'));
  assert.ok(text.includes('| Response, `COURSE1980` | 9 |'));
  assert.ok(!text.includes('`COURSE1979`'));
  assert.match(text, /^Of 2,000 courses, the 20 with the slowest p95 of the response; /m);
});

test('what is not to be trusted says so in the title and in a callout', () => {
  const summary = sampleSummary({ dropped_iterations: counter(7), chat_late_starts: counter(2) });
  const all = lines(summary);
  assert.equal(all[0], '## – No verdict, not to be trusted: `smoke`');
  const from = all.indexOf('> [!WARNING]');
  assert.equal(all[from + 1], '> **Not to be trusted.**');
  assert.match(all[from + 2] ?? '', /^> - 7 sessions were never started/);
  assert.match(all[from + 3] ?? '', /^> - 2 sessions started late/);
  assert.equal(all[from + 4], '');
  assert.ok(all.includes('- sessions never started: 7 (dropped iterations)'));
});

test('settings that differ from the defaults are folded away, and no others are shown', () => {
  const defaults = Object.fromEntries(
    Object.values(settingSpecs()).map(({ name, fallback }) => [name, fallback]),
  );
  const of = (settings: Record<string, string>) =>
    reportMarkdown(sampleSummary({}, { settings: { ...defaults, ...settings } }));
  assert.match(of({}), /^All settings have their defaults\.$/m);
  assert.doesNotMatch(of({}), /<details>/);

  const text = of({ NUM_SESSIONS: '50', NUC_THINK_TIME: '1s-5s' });
  const [, details = ''] = text.split('<details>\n');
  assert.equal(
    details,
    [
      '<summary>Settings that differ from the defaults (2)</summary>',
      '',
      '| setting | value | default |',
      '| --- | --- | --- |',
      '| `NUM_SESSIONS` | `50` | `3` |',
      '| `NUC_THINK_TIME` | `1s-5s` | `0` |',
      '',
      '</details>',
      '',
    ].join('\n'),
  );
});

test('a run without samples shows no figure that was not measured', () => {
  const summary = summarize(emptyData(), SAMPLE_CONTEXT);
  const text = reportMarkdown(summary);
  assert.doesNotMatch(text, /NaN|undefined|null|0\.0 ms/);
  assert.match(text, /^- success: \*\*—\*\* of the answers$/m);
  assert.match(text, /^\| ✗ crossed \| `chat_session_success` \| `rate==1` \| no sample \|$/m);
  assert.match(text, /^### Errors\n\nNone\.$/m);
  assert.match(text, /^### Latency\n\nNo sample\.$/m);
  assertTables(summary, 2);
});

test('why a run failed stands below its verdict, and its purpose has its numbers', () => {
  const settings = { NUM_SESSIONS: '7' };
  const purpose = '`NUM_SESSIONS` sessions at once';
  const [, , text, , ...reasons] = lines(sampleSummary({}, { purpose, settings }));
  assert.match(text ?? '', /^&#96;7&#96; sessions at once\. Started /);
  assert.deepEqual(reasons.slice(0, 7), [
    '- chat_response_success rate==1: 95.74 %',
    '- chat_session_success rate==1: 72.73 %',
    '- chat_time_to_first_chunk p(95)&#60;500: 800.0 ms',
    '- **2** × `stream/stall`: no frame for NUC_STALL_TIMEOUT while an answer was due',
    '- **1** × `token/http_5xx`: the service failed',
    '- **1** × `connect/handshake`: the server refused the upgrade; its status is counted apart: 1 × 503',
    '',
  ]);
  const passed = lines({ ...sampleSummary(), passed: true });
  assert.match(passed[4] ?? '', /^- sessions: /);
});

test('no value breaks out of its cell', () => {
  assert.equal(code('rate==1'), '`rate==1`');
  assert.equal(code(''), '');
  assert.equal(code('a|b'), '<code>a&#124;b</code>');
  assert.equal(code('a`b'), '<code>a&#96;b</code>');
  assert.equal(code('a\\|b'), '<code>a&#92;&#124;b</code>');
  assert.equal(code('a\r\nb'), '<code>a b</code>');
  assert.equal(
    plain('<b>*a* _b_ c_d [e](f) ~~g~~ & `h`'),
    '&#60;b&#62;&#42;a&#42; &#95;b&#95; c_d &#91;e&#93;(f) &#126;&#126;g&#126;&#126; &#38; &#96;h&#96;',
  );

  const nasty = '</details>|`|\n<script>';
  const summary = sampleSummary(
    { [`chat_errors{course:${nasty}}`]: counter(1, { 'count<1': false }) },
    {
      profile: nasty,
      purpose: nasty,
      courses: [nasty],
      settings: { NUM_SESSIONS: nasty },
      steps: [nasty],
    },
  );
  assertTables(summary, 5);
  assert.doesNotMatch(reportMarkdown(summary), /<script>/);
  assert.equal(reportMarkdown(summary).split('</details>').length, 2);
});
