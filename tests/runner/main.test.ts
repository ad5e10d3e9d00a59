import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generatorText } from '../../lib/render/generator-text.ts';
import type { Summary } from '../../lib/results/model.ts';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import type { K6 } from '../../runner/k6-binary/version.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { runLoad } from '../../runner/run/load-run.ts';
import { filesIn, readText, scratchDisk, scratchFolder, until, Written } from './scratch.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SMALL = { NUM_SESSIONS: '2', COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '3' };

let k6: K6;
before(async () => {
  k6 = await ensureK6();
});

/** The environment without what a developer's shell may say about runs. */
function environment(settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(NUC_|K6_|npm_|PROFILE$|COURSES$|NUM_SESSIONS$)/.test(name),
  );
  // Nothing is asked of the machine's speed here.
  return { ...Object.fromEntries(kept), NUC_MAX_CLIENT_LAG: '1h', ...settings };
}

interface Runner {
  readonly process: ChildProcess;
  readonly err: () => string;
  readonly ended: Promise<{ out: string; err: string; code: number | null }>;
}

/** The runner as npm starts it. It goes with the test. */
function runner(t: TestContext, args: readonly string[], settings: NodeJS.ProcessEnv = {}): Runner {
  const child = spawn(process.execPath, ['--import', 'tsx', 'runner/main.ts', ...args], {
    cwd: ROOT,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    err += piece;
  });
  const ended = Promise.all([text(child.stdout), once(child, 'close')]).then(([out, [code]]) => ({
    out,
    err,
    code,
  }));
  return { process: child, err: () => err, ended };
}

/** A count in what the simulator saw. */
function seen(out: string, name: string): number {
  const figure = new RegExp(`^ {2}${name} +([\\d,]+)$`, 'm').exec(out)?.[1];
  return Number(figure?.replaceAll(',', ''));
}

/** The simulator's counts are shown where a socket was left open, or a side counted other questions. */
function assertNothingIsOff(out: string): void {
  assert.doesNotMatch(out, /Seen by the simulator/);
}

test('start: the whole run, its log, its results; nothing of the simulator, where nothing is off', async (t) => {
  const folder = await scratchFolder(t);
  const settings = { ...SMALL, NUC_RESULTS_DIR: folder };
  const { out, err, code } = await runner(t, ['start', '--speed', '500'], settings).ended;
  assert.equal(code, 0, err);
  assertNothingIsOff(out);
  const summary: Summary = JSON.parse(await readText(join(folder, 'summary.json')));
  assert.deepEqual([summary.sessions.completed, summary.overall.good], [2, 6]);
  if (process.platform === 'linux') {
    const { generator } = summary;
    assert.ok(generator && generator.cpuSeconds > 0);
    assert.ok(out.replace(/\s+/g, ' ').includes(` Load generator: ${generatorText(generator)} `));
    assert.ok((await readText(join(folder, 'report.md'))).includes(generatorText(generator)));
  }
  assert.ok(err.includes(`v${k6.version}, ${k6.path}\n`));
  assert.match(err, /^\[[^\]]+\] \[Session-2\] Session complete - Sent: 3, Received: 3$/m);
  assert.doesNotMatch(err, /\[CHUNK /);
  const log = await readText(join(folder, 'k6.log'));
  assert.equal(log.match(/\] \[CHUNK \d+\] /g)?.length, summary.frames.received);
  assert.ok((await filesIn(folder)).includes('summary.json'));
  assert.ok(out.includes(`log      ${join(folder, 'k6.log')}\n`));
});

test('start: a simulator of its own has the envelope’s constants that the script has', async (t) => {
  const settings = {
    ...SMALL,
    NUC_RESULTS_DIR: await scratchFolder(t),
    NUC_ENVELOPE_SEPARATOR: 'another+separator',
    NUC_ENVELOPE_MORPH: 'R=Another1Word2,W=Another3Word4',
  };
  const { out, err, code } = await runner(t, ['start', '--speed', '500'], settings).ended;
  assert.equal(code, 0, err);
  const { overall } = JSON.parse(await readText(join(settings.NUC_RESULTS_DIR, 'summary.json')));
  assert.deepEqual([overall.sent, overall.received, overall.failed], [6, 6, 0]);
  assertNothingIsOff(out);
});

test('start: progress is counted where the log is silent', async (t) => {
  const folder = await scratchFolder(t);
  const never = new AbortController().signal;
  const [out, err] = [new Written(), new Written(true)];
  const code = await runLoad({
    root: ROOT,
    profile: 'soak',
    k6Flags: readK6Flags(['-e', 'NUC_LOG=off']),
    env: environment({
      SOAK_SESSIONS: '20',
      SOAK_DURATION: '6s',
      SOAK_WINDOW: '2s',
      NUC_RESULTS_DIR: folder,
    }),
    simulator: { speed: 50 },
    verbose: false,
    maxTimeMs: undefined,
    interrupts: { first: never, second: never },
    out,
    err,
  });
  assert.equal(code, 0, err.text + out.text);
  const lines = [
    ...err.text.matchAll(/runner: \ds of 6s: (.*) sessions? open, (.*) answers?, 0 err/g),
  ];
  assert.ok(lines.length >= 5, err.text);
  assert.ok(
    lines.some(([, open]) => open === '20'),
    err.text,
  );
  const answers = lines.map(([, , count]) => Number(count?.replaceAll(',', '')));
  assert.ok((answers.at(-1) ?? 0) > (answers[1] ?? 0), err.text);
});

for (const [name, signals] of [
  ['a SIGTERM', ['SIGTERM']],
  // As from npm and a terminal together; two of one name would be merged on their way.
  ['one press that arrives twice', ['SIGINT', 'SIGTERM']],
] as const) {
  test(`start: ${name} ends the real k6 gracefully, with its files`, async (t) => {
    const folder = await scratchFolder(t);
    const settings = { ...SMALL, NUC_RESULTS_DIR: folder };
    const run = runner(t, ['start', '--speed', '1'], settings);
    await until(() => run.err().includes('] Question 1/3 sent'));
    for (const signal of signals) run.process.kill(signal);
    const { out, err, code } = await run.ended;
    assert.equal(code, 105, err);
    assert.match(err, /^runner: interrupted: k6 ends and writes its results/m);
    assert.doesNotMatch(err, /interrupted again/);
    assert.ok((await filesIn(folder)).includes('summary.json'));
    assertNothingIsOff(out);
  });
}

test('start: when npm’s shell is gone, the run ends too', async (t) => {
  const folder = await scratchFolder(t);
  const command = `"$NODE" --import tsx runner/main.ts start --speed 1; exit $?`;
  const shell = spawn('/bin/sh', ['-c', command], {
    cwd: ROOT,
    env: environment({
      ...SMALL,
      NODE: process.execPath,
      NUC_RESULTS_DIR: folder,
      npm_lifecycle_event: 'start',
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => shell.kill('SIGKILL'));
  const ended = Promise.all([text(shell.stdout), text(shell.stderr)]);
  const log = join(folder, 'k6.log');
  await until(async () => (await readText(log)).includes('] Question 1/3 sent'));
  shell.kill('SIGKILL');
  const [out, err] = await ended;
  assert.match(err, /^runner: interrupted: /m);
  assertNothingIsOff(out);
  assert.ok((await filesIn(folder)).includes('summary.json'));
});

test('load: where the runner is killed, k6 ends too, though it has nothing to write', async (t) => {
  const sockets = new Set<Socket>();
  // It never answers: a k6 that went on would wait for the token.
  const server = createServer((socket) => {
    sockets.add(
      socket
        .on('close', () => sockets.delete(socket))
        .on('error', () => {})
        .resume(),
    );
  }).listen(0, '127.0.0.1');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const { process: killed } = runner(t, ['load', 'soak', '--no-report'], {
    ...{ SOAK_SESSIONS: '1', SOAK_DURATION: '1m', SOAK_WINDOW: '30s', NUC_LOG: 'off' },
    ...{ NUC_ACCESS_KEY: 'a', NUC_SECRET_KEY: 'b', NUC_RESULTS_DIR: await scratchFolder(t) },
    NUC_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  await until(() => sockets.size === 1);
  killed.kill('SIGKILL');
  await until(() => sockets.size === 0);
});

test('load: a socket that the server never closes is ended by the watchdog', async (t) => {
  const folder = await scratchFolder(t);
  // An earlier run's, which must not stand for this one.
  await writeFile(join(folder, 'summary.json'), '{}');
  const never = new AbortController().signal;
  const [out, err] = [new Written(), new Written()];
  const code = await runLoad({
    root: ROOT,
    profile: 'default',
    k6Flags: readK6Flags([]),
    env: environment({
      NUM_SESSIONS: '1',
      COURSES: 'MED1060',
      NUC_QUESTIONS_PER_COURSE: '1',
      NUC_RESULTS_DIR: folder,
    }),
    simulator: { speed: 1000, faults: ['never-close'] },
    verbose: false,
    maxTimeMs: 3_000,
    stopGraceMs: 500,
    interrupts: { first: never, second: never },
    out,
    err,
  });
  assert.equal(code, 124, err.text);
  assert.match(err.text, /^runner: watchdog: k6 still runs after 3s \(--max-time\): told to end$/m);
  assert.deepEqual([seen(out.text, 'questions'), seen(out.text, 'responses')], [1, 1]);
  assert.ok((await readText(join(folder, 'k6.log'))).includes('watchdog: '));
  assert.deepEqual(await filesIn(folder), [
    'junit.xml',
    'k6.log',
    'report.html',
    'report.md',
    'timeline.json',
  ]);
  const why = /k6 still ran after 3s \(--max-time\) and had to be killed, so it left no summary/;
  assert.match(await readText(join(folder, 'report.md')), why);
  const cases = await readText(join(folder, 'junit.xml'));
  assert.match(cases, why);
  assert.match(cases, /<testsuites name="nuc-k6" tests="1" failures="1" errors="0" skipped="0"/);
});

test('load: k6’s flags are passed on', async (t) => {
  const folder = await scratchFolder(t);
  const csv = join(folder, 'samples.csv');
  const args = ['load', 'default', '--simulator-speed', '1000', '--out', `csv=${csv}`];
  const { code, err } = await runner(t, args, { ...SMALL, NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 0, err);
  assert.equal((await readText(csv)).match(/^chat_responses_received,/gm)?.length, 6);
});

test('load: an instance to which no session fell ends with 0, and says why', async (t) => {
  const folder = await scratchFolder(t);
  const args = ['load', 'smoke', '--execution-segment', '1/2:1', '--simulator-speed', '1000'];
  const { code, out, err } = await runner(t, args, { NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 0, err);
  assert.match(err, /^runner: no session fell to this instance, which is no failure: 0$/m);
  assert.match(
    out,
    /NO VERDICT: no session fell to this instance, whose execution segment is 1\/2:1/,
  );
  assert.match(await readText(join(folder, 'report.html')), /No session fell to this instance/);
  assertNothingIsOff(out);
});

test('load: without thresholds there is no verdict, and no file says otherwise', async (t) => {
  const folder = await scratchFolder(t);
  const args = ['load', 'smoke', '--no-thresholds', '--simulator-speed', '1000'];
  const { code, out, err } = await runner(t, args, { NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 0, err);
  assert.match(out, /^NO VERDICT: no thresholds: nothing was asked of this run$/m);
  assert.match(await readText(join(folder, 'junit.xml')), / failures="0" errors="0" skipped="1"/);
});

test('load: k6 lets a threshold without a sample pass, the runner does not', async (t) => {
  const folder = await scratchFolder(t);
  const file = join(folder, 'own.json');
  const thresholds = { checks: ['rate==1'] };
  await writeFile(file, JSON.stringify({ vus: 1, iterations: 1, thresholds }));
  const args = ['load', file, '--simulator-speed', '1000'];
  const { code, out, err } = await runner(t, args, { ...SMALL, NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 99, err);
  assert.match(out, /✗ checks +rate==1 +no sample/);
  assert.match(err, /^runner: a threshold without a sample has not held, .*: 99$/m);
});

test('load: a disk that fills up during the run: one line, a failure, no half file', async (t) => {
  // Room for the trial write, not for the log of these frames and the rest.
  const folder = await scratchDisk(t, 'size=1200k');
  if (folder === null) return t.skip('only root can mount a small disk');
  const settings = { NUM_SESSIONS: '5', NUC_RESULTS_DIR: folder, NUC_LOG: 'chunks' };
  const args = ['load', 'default', '--simulator-speed', '500'];
  const { out, err, code } = await runner(t, args, settings).ended;
  assert.equal(code, 1, err);
  assert.equal(seen(out, 'responses'), 200);
  // On a slow machine it has taken long enough to say how far it is.
  const isProgress = /^runner: \d+s: .* sessions? open, /;
  const said = err
    .split('\n')
    .filter((line) => line.startsWith('runner: ') && !isProgress.test(line));
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(said[0] ?? '', /^runner: \S+: not complete: .*k6\.log: ENOSPC/);
  for (const file of await filesIn(folder)) {
    const text = await readText(join(folder, file));
    if (file === 'junit.xml') assert.match(text, /<\/testsuites>\n$/);
    else if (file === 'report.html') assert.match(text, /<\/html>\n$/);
    else if (file.endsWith('.json')) JSON.parse(text);
    else assert.ok(['k6.log', 'report.md'].includes(file), file);
  }
});

test('load: paths are meant from the folder where npm was called', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'own.json'), JSON.stringify({ vus: 1, iterations: 1 }));
  await writeFile(join(folder, 'q.json'), JSON.stringify({ MED1060: ['One?', 'Two?'] }));
  const { code, err, out } = await runner(t, ['load', 'own.json', '--simulator-speed', '1000'], {
    npm_lifecycle_event: 'load',
    INIT_CWD: folder,
    COURSES: 'MED1060',
    NUC_QUESTIONS_FILE: 'q.json',
    NUC_RESULTS_DIR: 'kept',
  }).ended;
  assert.equal(code, 0, err);
  assertNothingIsOff(out);
  const { overall } = JSON.parse(await readText(join(folder, 'kept', 'summary.json')));
  assert.equal(overall.sent, 2);
  assert.ok((await filesIn(join(folder, 'kept'))).includes('summary.json'));
  assert.ok(err.includes(`  PROFILE: ${join(folder, 'own.json')}\n`), err);
  assert.ok(err.includes(`  NUC_QUESTIONS_FILE: ${join(folder, 'q.json')}\n`), err);

  // The other commands, by npm itself. A run whose samples k6 did not write cannot be merged.
  for (const [args, expected] of [
    [['compare', 'kept', 'kept'], 'kept'],
    [['report', 'kept'], join('kept', 'report.html')],
    [['merge', 'kept'], 'kept'],
  ] as const) {
    const [command, ...paths] = args;
    const npm = ['--prefix', ROOT, 'run', '--silent', command, '--', ...paths];
    const child = spawn('npm', npm, { cwd: folder, env: environment({}) });
    const [said, problem] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.ok((said + problem).includes(expected), problem);
    assert.doesNotMatch(problem, /no such|not there|ENOENT/);
  }
});

test('load: a wrong variable of k6 is refused in k6’s own words', async (t) => {
  for (const [settings, said] of [
    [{ K6_LOG_OUTPUT: 'nonsense' }, /unsupported log output 'nonsense'/],
    [{ K6_SECRET_SOURCE: 'nonsense=1' }, /no secret source for type "nonsense"/],
  ] as const) {
    const { code, err } = await runner(t, ['load', 'smoke'], settings).ended;
    assert.notEqual(code, 0);
    assert.match(err, said);
    assert.doesNotMatch(err, /no k6|building|getting/);
  }
});

test('load: a results folder that is a file', async (t) => {
  const file = join(await scratchFolder(t), 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below')]) {
    const { code, err } = await runner(t, ['load', 'smoke'], { NUC_RESULTS_DIR: path }).ended;
    assert.equal(code, 1);
    assert.equal(
      err,
      `runner: NUC_RESULTS_DIR: ${path}: it, or a part of it, is a file; name a folder that can be written\n`,
    );
  }
});

test('load: a profile that is not there: the script’s line alone', async (t) => {
  const { out, err, code } = await runner(t, ['load', 'no-such']).ended;
  assert.equal(code, 107);
  assert.match(err, /^PROFILE: expected one of default, [^\n]+, got "no-such"\n$/);
  assert.equal(out, '');
});

for (const [args, settings, said] of [
  [[], {}, 'expected start, load, compare, merge, deploy or k6, got nothing; see --help'],
  [['run'], {}, 'expected start, load, compare, merge, deploy or k6, got run; see --help'],
  [['load'], {}, 'load: expected a profile first, got nothing; see --help'],
  [['load', '--out', 'x'], {}, 'load: expected a profile first, got --out; see --help'],
  [
    ['load', 'default', '--simulator-speed', '2'],
    { NUC_BASE_URL: 'http://127.0.0.1:1' },
    '--simulator-speed: this run has no simulator, NUC_BASE_URL is set',
  ],
  [
    ['load', 'default'],
    { NUC_WS_URL: 'ws://127.0.0.1:1' },
    'NUC_WS_URL: is set without NUC_BASE_URL: set both, or none for a simulator',
  ],
  [
    ['start', '-e', 'NUC_BASE_URL=http://127.0.0.1:1'],
    {},
    'NUC_BASE_URL: npm start has its own simulator; use npm run load -- default',
  ],
] as const) {
  test(`${args.join(' ') || 'no command'}: one line, exit code 2`, async (t) => {
    const ended = await runner(t, args, settings).ended;
    assert.deepEqual(ended, { out: '', err: `runner: ${said}\n`, code: 2 });
  });
}

for (const [args, said] of [
  [['k6', '--engine', 'go'], '--engine: expected webcrypto or native, got "go"'],
  [['k6', '--engine'], 'k6: expected nothing, or --engine NAME; got --engine'],
  [['k6', 'native'], 'k6: expected nothing, or --engine NAME; got native'],
] as const) {
  test(`${args.join(' ')}: one line, exit code 2`, async (t) => {
    const ended = await runner(t, args).ended;
    assert.deepEqual(ended, { out: '', err: `runner: ${said}\n`, code: 2 });
  });
}

test('k6: the one that is used', async (t) => {
  const { out, code } = await runner(t, ['k6']).ended;
  assert.deepEqual([out, code], [`k6 v${k6.version} ${k6.path}\n`, 0]);
});

test('--help: of every command, 100 columns wide', async (t) => {
  for (const args of [['--help'], ['load', '--help']]) {
    const { out, code } = await runner(t, args).ended;
    assert.equal(code, 0);
    for (const flag of ['--speed', '--simulator-speed', '--max-time', '--verbose', '124']) {
      assert.ok(out.includes(flag), flag);
    }
    assert.ok(out.split('\n').every((line) => line.length <= 100));
  }
});

test('no k6 and no way to get one: what was tried and what to do, each on a line', async (t) => {
  const folder = await scratchFolder(t);
  const nothing = { PATH: folder, CHAT_K6_CACHE: folder, CHAT_K6_RELEASES: 'http://127.0.0.1:1' };
  const { err, code } = await runner(t, ['k6'], nothing).ended;
  assert.equal(code, 1);
  const [getting, failed, first, download, build, todo, ...ways] = err.trim().split('\n');
  assert.match(getting ?? '', /^k6: getting v/);
  assert.match(failed ?? '', /^k6: download failed: /);
  assert.match(first ?? '', /^runner: no k6 v[\d.]+ or later, and none could be got:$/);
  assert.match(download ?? '', /^ {2}download: http:\/\/127\.0\.0\.1:1\//);
  assert.match(build ?? '', /^ {2}build: needs Go /);
  assert.equal(todo, 'Do one of these, then run the command again:');
  assert.equal(ways.length, 4);
});
