import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { K6Metric, Summary } from '../../lib/results/model.ts';
import { compareCommand } from '../../runner/compare/compare-command.ts';
import { IGNORED_SETTINGS } from '../../runner/compare/settings.ts';
import {
  counter,
  SAMPLE_CONTEXT,
  type SampleContext,
  sampleSummary,
  times,
} from '../results/sample-run.ts';
import { scratchFolder, Written } from './scratch.ts';

interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

async function compare(...args: string[]): Promise<Outcome> {
  const [out, err] = [new Written(), new Written()];
  const exitCode = await compareCommand(args, { out, err });
  return { exitCode, out: out.text, err: err.text };
}

/** The folder of a run that is over. */
async function runFolder(root: string, name: string, summary: unknown): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  return folder;
}

/** Two runs that differ in what is given, and a comparison of them. */
async function twoRuns(
  t: TestContext,
  changes: Record<string, K6Metric>,
  context: Partial<SampleContext> = {},
) {
  const root = await scratchFolder(t);
  const base = await runFolder(root, 'base', sampleSummary(answers(25_000)));
  const next = await runFolder(
    root,
    'next',
    sampleSummary({ ...answers(25_000), ...changes }, context),
  );
  return { base, next, compare: (...flags: string[]) => compare(base, next, ...flags) };
}

/** So many that chance moves nothing. */
function answers(ms: number) {
  return { chat_response_time: times(9_200_000, ms) };
}

const slower = answers(30_000);

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

/** One line on stderr, nothing on stdout, the exit code of a wrong command line. */
function assertRefused({ exitCode, out, err }: Outcome, text: string): void {
  assert.deepEqual({ exitCode, out, err }, { exitCode: 2, out: '', err: `compare: ${text}\n` });
}

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
  const { out, exitCode } = await compare(base, next);
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

test('runs of another profile or with other settings are refused, and compared by --force', async (t) => {
  const runs = await twoRuns(
    t,
    {},
    { profile: 'ramp', settings: { ...SAMPLE_CONTEXT.settings, NUM_SESSIONS: '50', COURSES: '' } },
  );
  assertRefused(
    await runs.compare(),
    'not the same test: profile: smoke or ramp; NUM_SESSIONS: 3 or 50; ' +
      'COURSES: MED1060,BUMA1000 or not set; --force compares all the same',
  );
  const { exitCode, out } = await runs.compare('--force');
  assert.equal(exitCode, 0);
  assert.match(out, /^Compared by --force, though the runs differ: profile: smoke or ramp;\nNUM/m);
});

/** @param load undefined: as a file of an earlier version, which does not tell it. */
function withLoad(summary: Summary, load: string | null | undefined): unknown {
  const { load: _, ...run } = summary.run;
  return { ...summary, run: load === undefined ? run : { ...run, load } };
}

test('runs of another load are refused like those of other settings, where both tell theirs', async (t) => {
  const root = await scratchFolder(t);
  const run = (
    name: string,
    load: string | null | undefined,
    context: Partial<SampleContext> = {},
  ) => runFolder(root, name, withLoad(sampleSummary({}, context), load));
  const base = await run('base', 'a1');
  const vus = await run('vus', 'b2');
  const text =
    'load: it was another one, e.g. by k6’s own flags or an options file of the same name';
  assertRefused(
    await compare(base, vus),
    `not the same test: ${text}; --force compares all the same`,
  );
  const { exitCode, out } = await compare(base, vus, '--force');
  assert.equal(exitCode, 0);
  assert.match(out, /^Compared by --force, though the runs differ: load: it was another one/m);

  for (const load of ['a1', null, undefined]) {
    assert.equal((await compare(base, await run(`as ${load}`, load))).exitCode, 0);
  }
  // Another profile has another load: once is enough.
  const ramp = await run('ramp', 'b2', { profile: 'ramp' });
  assertRefused(
    await compare(base, ramp),
    'not the same test: profile: smoke or ramp; --force compares all the same',
  );
  const more = await run('more', 'b2', {
    settings: { ...SAMPLE_CONTEXT.settings, NUM_SESSIONS: '50' },
  });
  assertRefused(
    await compare(base, more),
    `not the same test: NUM_SESSIONS: 3 or 50; ${text}; --force compares all the same`,
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

test('two engines are not compared without --force; an older file’s was webcrypto', async (t) => {
  const { compare: both } = await twoRuns(t, {}, { engine: 'native' });
  assertRefused(
    await both(),
    'not the same test: engine: webcrypto or native; --force compares all the same',
  );
  const { exitCode, out } = await both('--force');
  assert.equal(exitCode, 0);
  assert.match(out, /^Compared by --force, though the runs differ: engine: webcrypto or native$/m);

  const root = await scratchFolder(t);
  const { engine, ...run } = sampleSummary().run;
  assert.equal(engine, 'webcrypto');
  const older = await runFolder(root, 'older', { ...sampleSummary(), run });
  assert.equal((await compare(older, await runFolder(root, 'new', sampleSummary()))).exitCode, 0);
});

test('a setting that is missing counts as its default; those of the list may differ', async (t) => {
  const settings = { ...SAMPLE_CONTEXT.settings, NUC_THINK_TIME: '0', NUC_STRICT: '0' };
  const same = await twoRuns(t, {}, { settings });
  assert.equal((await same.compare()).exitCode, 0);

  const names = Object.keys(IGNORED_SETTINGS);
  assert.ok(names.includes('NUC_BASE_URL') && names.includes('NUC_ORIGIN'));
  const ignored = Object.fromEntries(names.map((name) => [name, 'another']));
  const other = await twoRuns(t, {}, { settings: { ...settings, ...ignored } });
  assert.equal((await other.compare()).exitCode, 0);
  // A file of an earlier version has settings that are private now.
  const earlier = { NUC_ENVELOPE_MORPH: 'a=b', NUC_RESULTS_DIR: '/there' };
  const older = await twoRuns(t, {}, { settings: { ...settings, ...earlier } });
  assert.equal((await older.compare()).exitCode, 0);
  const { out } = await compare('--help');
  for (const name of names) assert.ok(out.includes(`  ${name} `), name);
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

test('a file that is no summary is refused in one line', async (t) => {
  const root = await scratchFolder(t);
  const good = await runFolder(root, 'good', sampleSummary());
  const gone = join(root, 'gone');
  assertRefused(
    await compare(good, gone),
    `${gone}: there is no such file or folder; give a summary.json, or the folder of a run`,
  );
  const empty = join(root, 'empty');
  await mkdir(empty);
  assertRefused(
    await compare(empty, good),
    `${empty}: holds no summary.json: the run ended before it had a summary`,
  );
  const file = join(root, 'summary.json');
  const written = async (text: string) => {
    await writeFile(file, text);
    return compare(good, file);
  };
  const advice = 'give the file as the run wrote it';
  assertRefused(await written('{'), `${file}: expected JSON, got other text; ${advice}`);
  assertRefused(await written(''), `${file}: expected JSON, got nothing; ${advice}`);
  const expected = `${file}: expected the schema nuc-k6/summary/1, got`;
  assertRefused(await written('null'), `${expected} none`);
  assertRefused(await written('{"schema":"nuc-k6/summary/2"}'), `${expected} nuc-k6/summary/2`);
  const { setUp: _, ...cut } = sampleSummary() satisfies Summary;
  assertRefused(
    await written(JSON.stringify(cut)),
    `${file}: setUp: expected an object, got nothing; give the file as the run wrote it`,
  );
});

const asksSockets = { kind: 'climb', unit: 'sockets', rates: [] } as const;

for (const [path, value, problem] of [
  ['byCourse', [null], 'byCourse[0]: expected an object, got null'],
  ['byCourse', {}, 'byCourse: expected a list, got an object'],
  ['byCourse.1.name', undefined, 'byCourse[1].name: expected a text, got nothing'],
  ['overall', null, 'overall: expected an object, got null'],
  ['overall.successRate', 'x', 'overall.successRate: expected a number from 0 to 1, got "x"'],
  ['overall.successRate', 90, 'overall.successRate: expected a number from 0 to 1, got 90'],
  [
    'overall.successRate',
    undefined,
    'overall.successRate: expected a number from 0 to 1, got nothing',
  ],
  ['overall.response', [], 'overall.response: expected an object, got a list'],
  ['overall.response.p95', '9', 'overall.response.p95: expected a number, got "9"'],
  ['overall.response.p95', null, 'overall.response.p95: expected a number, got null'],
  [
    'errors',
    [{}],
    'errors[0].phase: expected one of token, create, connect, stream, decrypt, protocol, got nothing',
  ],
  ['errors.1.count', -1, 'errors[1].count: expected a whole number from 0 on, got -1'],
  ['bySteps.0.socketOpen.p95', {}, 'bySteps[0].socketOpen.p95: expected a number, got an object'],
  ['stepsOf', 'tables', 'stepsOf: expected one of answers, sockets, got "tables"'],
  ['settings', { NUM_SESSIONS: 3 }, 'settings.NUM_SESSIONS: expected a text, got 3'],
  ['sessions.completed', true, 'sessions.completed: expected a whole number from 0 on, got true'],
  ['setUp.token.p95', '1', 'setUp.token.p95: expected a number, got "1"'],
  ['trust.trusted', 'y'.repeat(99), 'trust.trusted: expected true or false, got a long text'],
  ['trust.why', [7], 'trust.why[0]: expected a text, got 7'],
  ['run.startedAt', 0, 'run.startedAt: expected a text, got 0'],
  ['run.load', 7, 'run.load: expected a text, got 7'],
  ['verdicts', {}, 'verdicts: expected a list, got an object'],
] as const) {
  const shown = JSON.stringify(value) ?? 'left out';
  test(`a file that is damaged is refused in one line: ${path} ${shown}`, async (t) => {
    const root = await scratchFolder(t);
    const whole = sampleSummary({}, { steps: ['10'], asks: asksSockets });
    const step = { ...whole.bySteps[0], socketOpen: { ...whole.overall.response } };
    const good = await runFolder(root, 'good', { ...whole, bySteps: [step] });
    assert.equal((await compare(good, good)).exitCode, 0);
    const damaged = await runFolder(
      root,
      'bad',
      replaced({ ...whole, bySteps: [step] }, path, value),
    );
    const text = `${join(damaged, 'summary.json')}: ${problem}; give the file as the run wrote it`;
    assertRefused(await compare(good, damaged), text);
    assertRefused(await compare(damaged, good), text);
  });
}

test('a number that is too large for a figure is refused', async (t) => {
  const root = await scratchFolder(t);
  const good = await runFolder(root, 'good', sampleSummary());
  const file = join(root, 'large.json');
  const summary = JSON.stringify(replaced(sampleSummary(), 'overall.response.p95', 'LARGE'));
  await writeFile(file, summary.replace('"LARGE"', '1e999'));
  assertRefused(
    await compare(good, file),
    `${file}: overall.response.p95: expected a number, got Infinity; give the file as the run wrote it`,
  );
});

/** A copy with another value at that place; undefined: with none. */
function replaced(summary: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(summary);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const place = names.reduce((inner, name) => inner[name] as Tree, copy as Tree);
  place[last] = value;
  return copy;
}

interface Tree {
  [name: string]: unknown;
}

test('a wrong command line is refused in one line', async (t) => {
  const { base } = await twoRuns(t, {});
  assertRefused(await compare(base), 'expected two runs, BASE and NEW, got 1; see --help');
  assertRefused(await compare(), 'expected two runs, BASE and NEW, got 0; see --help');
  assertRefused(
    await compare(base, base, base),
    'expected two runs, BASE and NEW, got 3; see --help',
  );
  assertRefused(await compare(base, base, '--fast'), "Unknown option '--fast'; see --help");
  const { exitCode, out } = await compare('--help');
  assert.equal(exitCode, 0);
  assert.deepEqual(
    out.split('\n').filter((line) => line.length > 100),
    [],
  );
});
