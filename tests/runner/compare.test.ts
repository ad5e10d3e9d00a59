import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Summary } from '../../lib/results/model.ts';
import { counter, sampleSummary, times } from '../results/sample-run.ts';
import { answers, assertRefused, compare, runFolder, slower, twoRuns } from './compare-scene.ts';
import { scratchFolder } from './scratch.ts';

test('a run is called what its own files call it', async (t) => {
  const what = async (run: Partial<Summary>) => {
    const root = await scratchFolder(t);
    const folder = await runFolder(root, 'run', { ...sampleSummary(answers(25_000)), ...run });
    const { out } = await compare(folder, folder);
    return /65\.43 s,\s+([^,]+),/.exec(out)?.[1];
  };
  assert.equal(await what({}), 'FAILED');
  assert.equal(await what({ passed: true }), 'passed');
  assert.equal(await what({ passed: true, verdicts: [] }), 'no verdict');
  const limit = { unit: 'sessions', held: '8', broke: '12', why: 'no answer came' } as const;
  const one = { metric: 'chat_slo_met{step:12}', threshold: 'rate>=0.95', ok: false, got: 0.5 };
  assert.equal(await what({ limit, verdicts: [one] }), 'limit found: 8 sessions');
});

test('two equal runs: nothing got worse, exit code 0', async (t) => {
  const { base, compare: both } = await twoRuns(t, {});
  const { exitCode, out, err } = await both();
  assert.equal(exitCode, 0);
  assert.equal(err, '');
  assert.match(out, /^COMPARISON · smoke · NOT WORSE$/m);
  assert.match(out, /^response\.p95 +9,200,000 +50\.00 s +50\.00 s +0\.0 % {2}= same$/m);
  assert.match(out, /^Not worse: no figure of 19 got worse by more than its tolerance$/m);
  const file = join(base, 'summary.json');
  assert.equal((await compare(file, base)).exitCode, 0);
});

test('a figure that got worse has exit code 1, and is named', async (t) => {
  const { exitCode, out } = await (await twoRuns(t, slower)).compare();
  assert.equal(exitCode, 1);
  assert.match(out, /^COMPARISON · smoke · WORSE$/m);
  assert.match(out, /^response\.med +9,200,000 +22\.50 s +27\.00 s +\+20\.0 % {2}✗ worse$/m);
  assert.match(out, /^response\.p95 +9,200,000 +50\.00 s +60\.00 s +\+20\.0 % {2}✗ worse$/m);
  assert.match(
    out,
    /^Worse: 3 of 19 figures: response\.med 22\.50 s → 27\.00 s \(\+20\.0 %\), response\.p95,\nresponse\.p99$/m,
  );
});

test('the terminal has what got worse first, and the main figures; --all has a row for each', async (t) => {
  const { compare: both } = await twoRuns(t, slower);
  const rowsOf = (text: string) => text.match(/^[\w.-]+ .*(= same|✗ worse|\? chance)$/gm) ?? [];
  const namesOf = (text: string) => rowsOf(text).map((row) => row.split(' ')[0]);
  const { out } = await both();
  const worse = ['response.med', 'response.p95', 'response.p99'];
  assert.deepEqual(namesOf(out), [...worse, 'success', 'first-chunk.p95']);
  assert.match(out, /^14 more figures: 14 same; --all shows each$/m);
  const all = (await both('--all')).out;
  assert.deepEqual(namesOf(all).slice(0, 3), worse);
  assert.equal(namesOf(all).length, 19);
  assert.doesNotMatch(all, /more figure/);
});

test('better, gone and new figures are told apart, rates in points, a count from 0 as it is', async (t) => {
  const root = await scratchFolder(t);
  const base = await runFolder(
    root,
    'base',
    sampleSummary({
      chat_token_time: times(0, 0),
      chat_session_success: { ...counter(0), type: 'rate', values: { passes: 12, fails: 0 } },
    }),
  );
  const next = await runFolder(
    root,
    'next',
    sampleSummary({ chat_create_time: times(0, 0), chat_setup_time: times(10, 600) }),
  );
  const { out, exitCode } = await compare(base, next, '--all');
  assert.equal(exitCode, 1);
  assert.match(out, /^sessions\.success +100\.00 % +72\.73 % +-27\.27 points {2}✗ worse$/m);
  assert.match(out, /^sessions\.failed +0 +3 +\+3 {2}✗ worse$/m);
  assert.match(out, /^token\.p95 +0→12 +— +300\.0 ms +— {2}\? new$/m);
  assert.match(out, /^create-chat\.p95 +11→0 +180\.0 ms +— +— {2}✗ gone$/m);
  assert.match(out, /^socket-open\.p95 +10 +2\.40 s +1\.20 s +-50\.0 % {2}\? chance$/m);
});

test('--tolerance holds for all, for one figure or for some, and is shown', async (t) => {
  const runs = await twoRuns(t, slower);
  const exitCode = async (...flags: string[]) => (await runs.compare(...flags)).exitCode;
  assert.equal(await exitCode('--tolerance', '20%'), 0);
  assert.equal(await exitCode('--tolerance', '19.9%'), 1);
  assert.equal(await exitCode('--tolerance', 'response=20%'), 0);
  assert.equal(await exitCode('--tolerance=response.p95=20%'), 1);
  assert.equal(
    await exitCode(
      ...['med', 'p95', 'p99'].flatMap((name) => ['--tolerance', `response.${name}=25%`]),
    ),
    0,
  );
  assert.equal(await exitCode('--tolerance', 'response=15s'), 0);
  assert.equal(await exitCode('--tolerance', 'response=14s'), 1);
  const { out } = await runs.compare('--tolerance', '5%', '--tolerance', 'response=15s');
  assert.match(
    out,
    /^ {2}times: 5 %, and 5 ms\n {2}counts: 5 %\n {2}rates: 1 point\n {2}response: 15\.00 s$/m,
  );
});

test('a wrong tolerance is refused: one that is no tolerance, or is for no figure', async (t) => {
  const { compare: both } = await twoRuns(t, {});
  for (const flags of [['--tolerance', '-5%'], ['--tolerance']]) {
    assertRefused(
      await both(...flags),
      '--tolerance: needs a value such as 10% or NAME=10%, without a sign; see --help',
    );
  }
  for (const text of ['10', '200ms', '-10%', 'x%', '']) {
    assertRefused(
      await both(`--tolerance=${text}`),
      `--tolerance: expected such as 10%, got ${JSON.stringify(text)}`,
    );
  }
  assertRefused(
    await both('--tolerance', 'errors=many'),
    '--tolerance: expected such as errors=10%, =200ms or =3, got "errors=many"',
  );
  assertRefused(
    await both('--tolerance', 'respons.p95=20%'),
    '--tolerance: no figure "respons.p95"; there are success, sessions.success, sessions.failed, ' +
      'errors, first-chunk.med, first-chunk.p95, first-chunk.p99, response.med, response.p95, ' +
      'response.p99, MED1060.success, MED1060.first-chunk.p95, MED1060.response.p95, ' +
      'BUMA1000.success, BUMA1000.first-chunk.p95, BUMA1000.response.p95, token.p95, ' +
      'create-chat.p95, socket-open.p95',
  );
  assertRefused(
    await both('--tolerance', 'response=3'),
    '--tolerance: no count "response"; there are sessions.failed, errors',
  );
});

test('a run that ended early has no verdict, and exit code 1', async (t) => {
  const root = await scratchFolder(t);
  const base = await runFolder(root, 'base', sampleSummary({}, { plannedMs: 65_500 }));
  const next = await runFolder(root, 'next', sampleSummary({}, { plannedMs: 240_000 }));
  const { exitCode, out } = await compare(base, next);
  assert.equal(exitCode, 1);
  assert.match(out, /^COMPARISON · smoke · NO VERDICT$/m);
  assert.match(out, /^NEW ended early: run_duration >=4m, got 65\.43 s$/m);
  assert.doesNotMatch(out, /BASE ended early/);
});

test('a run that is not to be trusted has no verdict, and exit code 1', async (t) => {
  const { exitCode, out } = await (await twoRuns(t, { dropped_iterations: counter(7) })).compare();
  assert.equal(exitCode, 1);
  assert.match(out, /^COMPARISON · smoke · NO VERDICT$/m);
  assert.match(out, /^NEW is not to be trusted: 7 sessions were never started/m);
  assert.match(out, /^No verdict: these runs cannot show that nothing got worse$/m);
});

test('a run without samples is said, and exit code 1', async (t) => {
  const { exitCode, out } = await (await twoRuns(t, { chat_response_time: times(0, 0) })).compare();
  assert.equal(exitCode, 1);
  assert.match(out, /^NEW has no samples$/m);
});

test('--markdown says in a sentence what got worse, shows that alone, and folds the rest', async (t) => {
  const { exitCode, out } = await (await twoRuns(t, slower)).compare('--markdown');
  assert.equal(exitCode, 1);
  const lines = out.split('\n');
  assert.equal(lines[0], '## ✗ Worse: `smoke`');
  assert.equal(
    lines[2],
    '3 of 19 figures: response.med 22.50 s → 27.00 s (+20.0 %), response.p95, response.p99.',
  );
  const [inSight = '', folded = ''] = out.split('<details>');
  assert.match(
    inSight,
    /^\| `response\.p95` \| 9,200,000 \| 50\.00 s \| 60\.00 s \| \+20\.0 % \| ✗ worse \|$/m,
  );
  assert.doesNotMatch(inSight, /= same/);
  assert.match(folded, /^<summary>16 figures that did not get worse<\/summary>$/m);
  assert.ok(folded.includes('| `token.p95` | 12 | 300.0 ms | 300.0 ms | 0.0 % | = same |'));
  assert.equal(lines.filter((line) => line.startsWith('| `')).length, 19);
});

test('no line is longer than 80 columns', async (t) => {
  const course = 'A-COURSE-WITH-A-CODE-THAT-IS-MUCH-LONGER-THAN-ANY-THAT-WAS-EVER-SEEN';
  const root = await scratchFolder(t);
  const context = { courses: [course], settings: { NUC_SLO_RESPONSE: '1h30m' } };
  const base = sampleSummary({ 'chat_errors{phase:stream,reason:stall}': counter(1) }, context);
  const next = sampleSummary(
    {
      'chat_errors{phase:stream,reason:stall}': counter(123_456_789),
      chat_sessions_started: counter(123_456_789),
      chat_response_time: times(0, 0),
      [`chat_response_time{course:${course}}`]: times(9, 50_000_000),
      chat_client_lag: times(9, 50_000),
    },
    { ...context, profile: 'b'.repeat(150), settings: { NUC_THINK_TIME: 'x'.repeat(150) } },
  );
  const { out, exitCode } = await compare(
    await runFolder(root, 'a'.repeat(150), base),
    await runFolder(root, 'next', next),
    '--force',
    '--tolerance',
    `${course}.success=1%`,
  );
  assert.equal(exitCode, 1);
  assert.deepEqual(
    out.split('\n').filter((line) => [...line].length > 80),
    [],
  );
});
