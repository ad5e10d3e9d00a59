import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import type { Part } from '../../lib/results/model.ts';
import { writeReport } from '../../report/write-report.ts';
import type { RunnerError } from '../../runner/errors.ts';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';
import { inspectRun } from '../../runner/run/inspect.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { runLoad } from '../../runner/run/load-run.ts';
import type { LoadRun } from '../../runner/run/ready-run.ts';
import { MadeRun } from '../report/made-samples.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { filesIn, program, readText, scratchFolder, versionOnly, Written } from './scratch.ts';

const SECRET = 'swordfish';
/** What a stand-in for k6 notes of its environment. */
const NOTED = `PROFILE=$PROFILE
BASE=$NUC_BASE_URL WS=$NUC_WS_URL ORIGIN=$NUC_ORIGIN
KEYS=$NUC_ACCESS_KEY/$NUC_SECRET_KEY
RESULTS=$NUC_RESULTS_DIR
GOGC=$GOGC PWD=$PWD SESSIONS=$NUM_SESSIONS`;

const MADE_SUMMARY = 'MADE_SUMMARY';
/** A stand-in that leaves a summary of a run that passed, as the script would have k6 leave one. */
const LEAVES_SUMMARY = `[ -z "$NUC_RESULTS_DIR" ] || cp '${MADE_SUMMARY}' "$NUC_RESULTS_DIR/summary.json"; exit 0`;

interface Scene {
  readonly root: string;
  readonly out: Written;
  readonly err: Written;
  /** What the stand-in noted. */
  noted(): Promise<Record<string, string>>;
  run(
    changes?: Partial<LoadRun> & { readonly flags?: readonly string[] },
    settings?: NodeJS.ProcessEnv,
  ): Promise<number>;
}

/** A project with a bundle, and a stand-in for k6 on the PATH. */
async function scene(t: TestContext, runs = LEAVES_SUMMARY, inspects = ''): Promise<Scene> {
  const root = await scratchFolder(t);
  const made = join(root, 'made-summary.json');
  const summary = sampleSummary();
  const verdicts = summary.verdicts.map((verdict) => ({ ...verdict, ok: true }));
  await writeFile(made, JSON.stringify({ ...summary, verdicts, passed: true }));
  const notes = join(root, 'notes');
  await program(join(root, 'dist'), 'chat.js', '');
  const bin = join(root, 'bin');
  const inspect = inspects || `echo '{"totalDuration":"3m30s","setupTimeout":"5m0s"}'; exit 0`;
  await program(
    bin,
    'k6',
    `${versionOnly()} && exit
    if [ "$1" = inspect ]; then ${inspect}; fi
    echo "${NOTED}" > '${notes}'
    echo "ARGS=$*" >> '${notes}'
    ${runs.replaceAll(MADE_SUMMARY, made)}`,
  );
  const [out, err] = [new Written(), new Written()];
  const never = new AbortController().signal;
  return {
    root,
    out,
    err,
    async noted() {
      const pairs = (await readText(notes)).split(/\s+(?=[A-Z]+=)/);
      return Object.fromEntries(pairs.map((pair) => pair.trim().split(/=(.*)/s).slice(0, 2)));
    },
    run: ({ flags = [], ...changes } = {}, settings = {}) =>
      runLoad({
        root,
        profile: 'default',
        k6Flags: readK6Flags(flags),
        env: { PATH: `${bin}${delimiter}${process.env.PATH}`, ...settings },
        simulator: { speed: 1000 },
        verbose: false,
        maxTimeMs: undefined,
        interrupts: { first: never, second: never },
        out,
        err,
        ...changes,
      }),
  };
}

test('against a simulator of its own: the settings lead there, and nowhere else', async (t) => {
  const { run, noted, root } = await scene(t);
  const elsewhere = { NUC_BASE_URL: 'https://a.test', NUC_WS_URL: 'wss://a.test', NUC_ORIGIN: 'b' };
  assert.equal(await run({ profile: 'smoke' }, { ...elsewhere, NUM_SESSIONS: '7' }), 0);
  const got = await noted();
  assert.match(got.BASE ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual([got.WS, got.ORIGIN, got.KEYS], ['', '', 'simulator/simulator']);
  assert.deepEqual([got.PROFILE, got.SESSIONS, got.GOGC], ['smoke', '7', '400']);
  assert.equal(got.PWD, process.cwd());
  const folder = join(root, 'results');
  assert.match(got.RESULTS ?? '', /\/results\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d[+-]\d{4}-smoke$/);
  assert.ok(got.RESULTS?.startsWith(folder));
  // The simulator went with the run.
  await assert.rejects(fetch(`${got.BASE}/stats`));
});

test('against a base URL: all settings are the user’s', async (t) => {
  const { run, noted, err } = await scene(t);
  const settings = {
    NUC_BASE_URL: 'https://chat.test/a',
    NUC_WS_URL: 'wss://socket.test',
    NUC_ORIGIN: 'https://o.test',
    NUC_ACCESS_KEY: 'a',
    NUC_SECRET_KEY: SECRET,
    GOGC: '50',
  };
  assert.equal(await run({ simulator: undefined }, settings), 0);
  // Who sets either of them knows what they are.
  assert.doesNotMatch(err.text, /GOGC|GOMEMLIMIT/);
  const got = await noted();
  assert.deepEqual(
    [got.BASE, got.WS, got.ORIGIN, got.KEYS, got.GOGC],
    ['https://chat.test/a', 'wss://socket.test', 'https://o.test', `a/${SECRET}`, '50'],
  );
});

test('what is done is said first, and where it is kept last; no secret is', async (t) => {
  const { run, root, out, err, noted } = await scene(t, 'echo SUMMARY; echo log >&2; exit 99');
  const settings = {
    NUC_BASE_URL: `https://user:${SECRET}@chat.test:8443/base?token=${SECRET}#${SECRET}`,
    NUC_ACCESS_KEY: SECRET,
    NUC_SECRET_KEY: SECRET,
  };
  const flags = ['--out', `influxdb=http://u:${SECRET}@127.0.0.1/x`, '-e', `NUC_SEED=${SECRET}`];
  assert.equal(await run({ simulator: undefined, flags }, settings), 99);
  const folder = (await noted()).RESULTS ?? '';
  const said = err.lines.map((line) =>
    line.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:PORT').replace(/=\d+MiB/, '=LIMIT'),
  );
  assert.deepEqual(said, [
    `  k6          v${PINNED_K6}, ${join(root, 'bin', 'k6')}`,
    '  engine      webcrypto',
    `  script      ${join(root, 'dist', 'chat.js')}`,
    '  profile     default',
    '  target      https://chat.test:8443/base',
    '  time limit  9m30s: k6’s own 3m30s, and 6m for setup and teardown',
    `  results     ${folder}`,
    '  memory      GOGC=400, GOMEMLIMIT=LIMIT',
    '  live        http://127.0.0.1:PORT/',
    'log',
  ]);
  const last = ['', `  log      ${join(folder, 'k6.log')}`, `  results  ${folder}`];
  assert.deepEqual(out.lines, ['SUMMARY', ...last]);
  assert.equal((await readText(join(folder, 'k6.log'))).length, 'SUMMARYlog\n\n'.length);
  assert.ok(!(out.text + err.text).includes(SECRET));
});

test('what k6 says of keys, in whatever form, is neither shown nor kept', async (t) => {
  const encoded = Buffer.from(`u:${SECRET}`).toString('base64');
  const { run, root, out, err } = await scene(
    t,
    `echo "Unsolicited response … $NUC_SECRET_KEY $NUC_ACCESS_KEY" >&2
    echo "out $NUC_SECRET_KEY"; echo "Basic ${encoded}"
    printf 'cut swor' >&2; sleep 0.2; printf 'dfish\nin two: sword\nfish\n' >&2
    ${LEAVES_SUMMARY}`,
  );
  const folder = join(root, 'kept');
  const settings = { NUC_ACCESS_KEY: 'environment', NUC_RESULTS_DIR: folder };
  assert.equal(
    await run({ flags: ['-e', 'NUC_ACCESS_KEY=by-flag'] }, { ...settings, NUC_SECRET_KEY: SECRET }),
    0,
  );
  const log = await readText(join(folder, 'k6.log'));
  for (const said of [out.text + err.text, log]) {
    for (const line of [
      'Unsolicited response … [hidden] environment\n',
      'out [hidden]\n',
      'cut [hidden]\n',
      'in two: [hidden]\n',
    ]) {
      assert.ok(said.includes(line), said);
    }
    assert.match(said, /^Basic \w{1,3}\[hidden\]\w?=*$/m);
    assert.ok(!said.includes(SECRET) && !said.includes(encoded), said);
  }
});

for (const [flags, env, named] of [
  [['--new-machine-readable-summary'], {}, '--new-machine-readable-summary'],
  [[], { K6_NEW_MACHINE_READABLE_SUMMARY: 'true' }, '--new-machine-readable-summary'],
  [['--summary-mode', 'disabled'], {}, '--summary-mode'],
  [[], { K6_SUMMARY_MODE: 'disabled' }, '--summary-mode'],
  [['-l'], {}, '--linger'],
  [[], { K6_LINGER: '1' }, '--linger'],
  [['--include-system-env-vars=false'], {}, '--include-system-env-vars'],
  [[], { K6_INCLUDE_SYSTEM_ENV_VARS: 'F' }, '--include-system-env-vars'],
] as const) {
  const given = [...flags, JSON.stringify(env)].join(' ');
  test(`a run that could leave no results is refused before any traffic: ${given}`, async (t) => {
    const { run, root, noted } = await scene(t);
    await assert.rejects(run({ flags }, env), (error: RunnerError) => {
      assert.ok(error.message.startsWith(named), error.message);
      assert.ok(!error.message.includes('\n'));
      return error.exitCode === 2;
    });
    assert.deepEqual(await noted(), { '': undefined });
    assert.deepEqual(await filesIn(join(root, 'results')), []);
  });
}

test('a flag stands above its variable; k6’s own summary can do with what ours cannot', async (t) => {
  const { run } = await scene(t);
  const on = { K6_LINGER: 'true', K6_NEW_MACHINE_READABLE_SUMMARY: 'true' };
  const off = ['--linger=false', '--new-machine-readable-summary=false'];
  assert.equal(await run({ flags: off }, on), 0);
  const flags = ['--new-machine-readable-summary', '--summary-mode=disabled'];
  assert.equal(await run({ flags }, { NUC_SUMMARY: 'k6' }), 0);
});

test('outputs of k6’s config file stay beside the samples, unless others are named', async (t) => {
  const { run, noted, root } = await scene(t);
  const config = join(root, 'config', 'k6', 'config.json');
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, '{"out":["csv=a.csv"]}');
  const byFlag = ['--config', config];
  for (const [flags, env, expected] of [
    [byFlag, {}, '--out json=- --out csv=a.csv'],
    [[], { K6_CONFIG: config }, '--out json=- --out csv=a.csv'],
    [[], { XDG_CONFIG_HOME: join(root, 'config') }, '--out json=- --out csv=a.csv'],
    [byFlag, { K6_OUT: 'csv=b.csv' }, '--out json=- --out csv=b.csv'],
    [[...byFlag, '--out', 'csv=c.csv'], {}, '--out csv=c.csv --out json=-'],
    [[], {}, '--out json=-'],
  ] as const) {
    await run({ flags }, { XDG_CONFIG_HOME: '', HOME: root, ...env });
    assert.match((await noted()).ARGS ?? '', new RegExp(` ${expected} \\S+chat\\.js$`));
  }
  await writeFile(config, '{"linger":true}');
  await assert.rejects(run({ flags: byFlag }), /--linger/);
});

test('what k6 refuses is said without the keys', async (t) => {
  const { run } = await scene(t, 'exit 0', 'echo "got $NUC_SECRET_KEY" >&2; exit 104');
  await assert.rejects(run({}, { NUC_SECRET_KEY: SECRET }), { message: 'got [hidden]' });
});

test('a k6 that is asked and does not answer: neither keys nor the command are said', async (t) => {
  const folder = await scratchFolder(t);
  for (const [body, why] of [
    ['exec sleep 60', 'no answer within 300ms; is a file that a setting names a pipe, or .*'],
    ['kill -9 $$', 'ended by SIGKILL'],
  ] as const) {
    const k6 = await program(folder, 'k6', body);
    const flags = readK6Flags(['-e', `NUC_SECRET_KEY=${SECRET}`]);
    const asked = inspectRun({ k6, script: 'x.js', flags, env: {}, secrets: [], answerMs: 300 });
    await assert.rejects(asked, (error: Error) => {
      assert.match(error.message, new RegExp(`^${k6} inspect: ${why}$`));
      assert.ok(!inspect(error, { depth: 9 }).includes(SECRET));
      return error.name === 'RunnerError';
    });
  }
});

test('a name with control characters is shown without them, on one line', async (t) => {
  const { run, err, out } = await scene(t);
  await run({ profile: 'e\u001b[2J\n::error::x.json' });
  assert.ok(err.lines.includes('  profile     e\\u001b[2J ::error::x.json'), err.text);
  assert.ok(!(err.text + out.text).includes('\u001b'));
});

test('--http-debug, by flag or by what k6 makes of variables and files, is refused', async (t) => {
  const message =
    '--http-debug, or K6_HTTP_DEBUG: would write tokens into k6.log; use plain k6 run --http-debug=full dist/single.js';
  const byFlag = await scene(t);
  for (const flags of [['--http-debug'], ['--http-debug=full']]) {
    await assert.rejects(byFlag.run({ flags }), { message, exitCode: 2 });
  }
  const inForce = `echo '{"totalDuration":"3m30s","httpDebug":"full"}'; exit 0`;
  const { run, root } = await scene(t, 'exit 0', inForce);
  await assert.rejects(run(), { message, exitCode: 2 });
  assert.deepEqual(await filesIn(join(root, 'results')), []);
});

test('k6 gives its samples to the report, unless none is wanted', async (t) => {
  const { run, noted, err } = await scene(t);
  await run();
  assert.match((await noted()).ARGS ?? '', / --out json=- /);
  assert.match(err.text, /^ {2}live {8}http:\/\/127\.0\.0\.1:\d+\/$/m);

  const without = new Written();
  await run({ noReport: true, err: without });
  assert.doesNotMatch((await noted()).ARGS ?? '', /json/);
  assert.doesNotMatch(without.text, /live/);
});

test('a setting among k6’s flags counts', async (t) => {
  const { run, noted, err, root } = await scene(t);
  const folder = join(root, 'kept', 'here');
  const flags = ['-e', 'NUC_BASE_URL=http://other.test', '-e', `NUC_RESULTS_DIR=${folder}`];
  await run({ simulator: undefined, flags }, { NUC_BASE_URL: 'http://one.test' });
  assert.match(err.text, /^ {2}target {6}http:\/\/other\.test$/m);
  assert.ok((await filesIn(folder)).includes('k6.log'));
  assert.match((await noted()).ARGS ?? '', / -e NUC_BASE_URL=http:\/\/other\.test -e /);
});

test('NUC_RESULTS_DIR names the folder; it is made, and k6 gets it as an absolute path', async (t) => {
  const { run, noted, root } = await scene(t);
  const folder = join(root, 'a', 'b');
  const relative = join('..', ...Array<string>(20).fill('..'), folder);
  await run({}, { NUC_RESULTS_DIR: relative });
  assert.equal((await noted()).RESULTS, folder);
  assert.ok((await filesIn(folder)).includes('k6.log'));
  assert.deepEqual(await filesIn(join(root, 'results')), []);
});

test('a run without a summary is told as such, and nothing of an earlier run is left', async (t) => {
  const { run, root, err } = await scene(t, 'exit 0');
  const folder = join(root, 'used');
  await mkdir(folder);
  for (const file of ['summary.json', 'report.html', 'timeline.json', 'mine.txt']) {
    await writeFile(join(folder, file), '{}');
  }
  assert.equal(await run({}, { NUC_RESULTS_DIR: folder }), 1);
  assert.match(
    err.text,
    /^runner: .*: an earlier run’s files are replaced: summary\.json, report\.html, t/m,
  );
  assert.match(err.text, /^runner: k6 ended with 0, but left no summary: 1$/m);
  assert.deepEqual(await filesIn(folder), ['junit.xml', 'k6.log', 'mine.txt', 'report.md']);
  const why = 'k6 ended with exit code 0 and left no summary; k6.log says why';
  assert.equal(
    await readText(join(folder, 'report.md')),
    `## ✗ No summary: \`default\`\n\n${why}.\n`,
  );
  assert.ok((await readText(join(folder, 'junit.xml'))).includes(`<failure message="${why}"`));
});

/** A k6 that writes samples and is killed, so that it leaves no summary. */
const KILLED = [
  ...new MadeRun(5_000)
    .session(0, null)
    .answer(0, 50, 700, { course: 'A' })
    .lines.map((line) => `echo '${line}'`),
  'exit 137',
].join('\n');

test('the page of a run without a summary has its settings, and why there is none', async (t) => {
  const { run, root, err } = await scene(t, KILLED);
  const folder = join(root, 'kept');
  const settings = {
    NUC_RESULTS_DIR: folder,
    NUC_BASE_URL: 'https://chat.example.test',
    NUC_SLO_RESPONSE: '2s',
    NUC_SECRET_KEY: SECRET,
    NUC_USER_NAME: SECRET,
  };
  const flags = ['-e', 'COURSES=A,B'];
  assert.equal(await run({ simulator: undefined, flags }, settings), 137);
  const why =
    'k6 was ended by SIGKILL (exit code 137), as the system does where memory runs out, and left no summary; k6.log has the run up to there.';
  assert.ok(err.text.replace(/\s+/g, ' ').includes(` runner: ${why.slice(0, -1)} `), err.text);
  for (const file of ['report.md', 'report.html']) {
    assert.ok((await readText(join(folder, file))).includes(why), file);
  }
  const html = await readText(join(folder, 'report.html'));
  assert.match(html, /<p class="purpose">3 sessions at once, /);
  assert.match(html, /target https:\/\/chat\.example\.test</);
  assert.match(html, /"label":"SLO 2s"/);
  assert.match(html, /to 1 question</);
  const timeline = await readText(join(folder, 'timeline.json'));
  assert.deepEqual(
    JSON.parse(timeline).figures.byCourse.map(({ name, sent }: Part) => `${name} ${sent}`),
    ['A 1', 'B 0'],
  );
  assert.ok(!(html + timeline).includes(SECRET));
  // Made again from what the folder has, it is the same.
  await writeReport(folder);
  assert.equal(await readText(join(folder, 'report.html')), html);
});

test('where k6’s own summary was asked for, the page says so', async (t) => {
  const { run, root } = await scene(t, KILLED.replace('exit 137', 'exit 0'));
  assert.equal(await run({}, { NUC_SUMMARY: 'k6' }), 0);
  const [file = ''] = (await filesIn(root)).filter((path) => path.endsWith('report.html'));
  assert.match(await readText(join(root, file)), /NUC_SUMMARY=k6 asks for k6’s own summary/);
  assert.deepEqual(
    (await filesIn(root)).filter((path) => path.endsWith('junit.xml')),
    [],
  );
});

test('where k6’s own summary is asked for, the script gets no folder to write in', async (t) => {
  const { run, noted } = await scene(t);
  await run({}, { NUC_SUMMARY: 'k6' });
  assert.equal((await noted()).RESULTS, '');
});

test('a script that refuses its settings: its words and exit code, and no folder', async (t) => {
  const refuses = 'echo "NUM_SESSIONS: expected a number, got x" >&2; exit 107';
  const { run, root } = await scene(t, 'exit 0', refuses);
  await assert.rejects(run({ maxTimeMs: 60_000 }), {
    name: 'RefusedError',
    message: 'NUM_SESSIONS: expected a number, got x',
    exitCode: 107,
  });
  assert.deepEqual(await filesIn(join(root, 'results')), []);
});

test('a k6 that answers without a duration is an error', async (t) => {
  for (const answer of ['{}', 'nonsense']) {
    const { run } = await scene(t, 'exit 0', `echo '${answer}'; exit 0`);
    await assert.rejects(run(), /^RunnerError: k6 inspect: expected a totalDuration, got none$/);
  }
});

test('k6 is asked with the flags that change what a run takes', async (t) => {
  const asks = `
    if [ "$*" != "inspect --execution-requirements --include-system-env-vars --log-format raw \\
-e A=b $PWD_SCRIPT" ]; then echo "args: $*" >&2; exit 1; fi
    if [ "$K6_VUS$K6_DURATION" != 320m ]; then echo "$K6_VUS$K6_DURATION" >&2; exit 1; fi
    echo '{"totalDuration":"20m30s"}'; exit 0`.replace('\\\n', '');
  const { run, err, root } = await scene(t, 'exit 0', asks);
  const flags = ['--vus', '3', '-d', '20m', '-e', 'A=b', '--out', 'x'];
  await run({ flags }, { PWD_SCRIPT: join(root, 'dist', 'chat.js') });
  assert.match(err.text, /^ {2}time limit {2}22m30s: k6’s own 20m30s, and 2m for setup/m);
});

test('--max-time stands above what k6 works out', async (t) => {
  const { run, err } = await scene(t);
  await run({ maxTimeMs: 90_000 });
  assert.match(err.text, /^ {2}time limit {2}1m30s: --max-time$/m);
});

test('the pace of the simulator is said', async (t) => {
  const { run, err } = await scene(t);
  await run();
  await run({ simulator: {} });
  const [fast, recorded] = err.lines.filter((line) => line.includes('target'));
  assert.match(fast ?? '', /^ {2}target {6}http:\S+, a simulator 1000 times the recorded pace$/);
  assert.match(recorded ?? '', /^ {2}target {6}http:\S+, a simulator at the recorded pace$/);
});

test('what the simulator saw is said where something is off, violations by kind', async (t) => {
  const { run, out } = await scene(
    t,
    `"${process.execPath}" -e '
      fetch(process.env.NUC_BASE_URL + "/nuc/v1/create-chat", { method: "POST", body: "{" })'`,
  );
  await run();
  const blocks = out.text.split('\n\n').map((block) => block.trim().split('\n'));
  const [, ...rows] = blocks.find(([title]) => title === 'Seen by the simulator') ?? [];
  const counted = new Map(rows.map((row) => row.trim().split(/ {2,}/) as [string, string]));
  assert.equal(counted.get('questions'), '0');
  assert.equal(counted.get('open connections'), '0');
  assert.deepEqual([counted.get('violations'), counted.get('body:not_json')], ['6', '1']);
  assert.equal(new Set(rows.map((row) => row.length)).size, 1, 'aligned');
});

test('no bundle: it is said how to build it', async (t) => {
  const { run, root } = await scene(t);
  await assert.rejects(run({ root: join(root, 'other') }), (error: Error) => {
    const script = join(root, 'other', 'dist', 'chat.js');
    assert.equal(error.message, `${script}: not there; build it first: npm run build`);
    return true;
  });
});

test('a fault that the simulator does not know is a wrong command line', async (t) => {
  const { run } = await scene(t);
  await assert.rejects(run({ simulator: { faults: ['no-such'] } }), {
    message: /^simulator: fault: expected NAME or NAME:1\/K, got no-such/,
    exitCode: 2,
  });
});

test('an interrupt before the run ends the runner', async (t) => {
  const { run, root, noted } = await scene(t);
  const interrupted = AbortSignal.abort();
  await assert.rejects(run({ interrupts: { first: interrupted, second: interrupted } }), {
    message: 'interrupted',
    exitCode: 130,
  });
  assert.deepEqual(await noted(), { '': undefined });
  assert.deepEqual(await filesIn(join(root, 'results')), []);
});
