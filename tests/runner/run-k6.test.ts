import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RunCounts } from '../../runner/run/counts.ts';
import { type K6Run, k6Environment, runK6 } from '../../runner/run/run-k6.ts';
import { program, readText, scratchFolder, until, Written } from './scratch.ts';

const STAMP = '[2026-01-05 15:30:01.456] [Session-1]';
// A stand-in for a k6 that runs until it is told to end. `started`: its trap is set.
const UNTIL_INT = `trap 'echo "got SIGINT"; exit 105' INT
  echo "started $$" >&2
  while :; do sleep 0.02; done`;
// Its child holds the pipes open: a run ends only where both are killed.
const DEAF = `trap 'echo "got SIGINT" >&2' INT
  sleep 60 &
  echo "started $$" >&2
  while :; do sleep 0.02; done`;

const IN_TIME = { timeout: 30_000 };

interface Scene {
  readonly out: Written;
  readonly err: Written;
  readonly first: AbortController;
  readonly second: AbortController;
  log(): Promise<string>;
  run(changes?: Partial<K6Run>): Promise<number>;
}

/** A k6 with that body, ready to be run. */
async function scene(t: TestContext, body: string): Promise<Scene> {
  const folder = await scratchFolder(t);
  const logFile = join(folder, 'k6.log');
  const [out, err] = [new Written(), new Written()];
  const [first, second] = [new AbortController(), new AbortController()];
  const run: K6Run = {
    k6: await program(folder, 'k6', body),
    script: 'chat.js',
    flags: [],
    env: process.env,
    logFile,
    verbose: false,
    secrets: [],
    counts: new RunCounts(180_000, undefined),
    limit: { ms: 60_000, origin: 'of the test' },
    interrupts: { first: first.signal, second: second.signal },
    out,
    err,
  };
  return {
    out,
    err,
    first,
    second,
    log: () => readText(logFile),
    run: async (changes) => (await runK6({ ...run, ...changes })).exitCode,
  };
}

/** The id that the stand-in printed, of a process that has to be gone. */
function assertGone(err: Written): void {
  const pid = Number(/^started (\d+)$/m.exec(err.text)?.[1]);
  assert.ok(pid > 1);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
}

test('k6 gets the runner’s flags, then the user’s, then the script', async (t) => {
  const { run, out } = await scene(t, 'echo "$*"');
  assert.equal(await run({ flags: ['--out', 'json=x', '-e', 'A=b'] }), 0);
  const own = 'run --quiet --no-color --log-format raw';
  assert.equal(out.text, `${own} --out json=x -e A=b chat.js\n`);
});

test('k6’s environment is the user’s, with the runner’s defaults', () => {
  assert.deepEqual(k6Environment({ NUM_SESSIONS: '3' }, { memoryBytes: 16 * 1024 ** 3 }), {
    GOGC: '200',
    GOMEMLIMIT: '12288MiB',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
    K6_PROMETHEUS_RW_TREND_STATS: 'p(50),p(95),p(99)',
    K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
    NUM_SESSIONS: '3',
  });
  assert.equal(k6Environment({}, { engine: 'native' }).GOGC, '100');
  const chosen = k6Environment({ GOGC: '100' });
  assert.deepEqual([chosen.GOGC, chosen.GOMEMLIMIT], ['100', undefined]);
  assert.equal(k6Environment({ GOMEMLIMIT: '1GiB' }).GOMEMLIMIT, '1GiB');
});

test('the memory that k6 may use is a part of what is here', () => {
  const [, limit = ''] = /^(\d+)MiB$/.exec(k6Environment({}).GOMEMLIMIT ?? '') ?? [];
  const mebibytes = totalmem() / 1024 ** 2;
  assert.ok(Number(limit) > 0 && Number(limit) <= mebibytes * 0.75, `${limit} of ${mebibytes} MiB`);
});

test('the file gets every line; the terminal all but frames, each stream its own', async (t) => {
  const chunk = `${STAMP} [CHUNK 1] Keys: ['message_id'] [Latency: 1.00ms]`;
  const body = `echo "${chunk}" >&2; echo "${STAMP} Session complete" >&2; echo SUMMARY`;
  const { run, out, err, log } = await scene(t, body);
  assert.equal(await run(), 0);
  assert.deepEqual([out.text, err.text], ['SUMMARY\n', `${STAMP} Session complete\n`]);
  const all = [chunk, 'SUMMARY', `${STAMP} Session complete`].sort();
  assert.deepEqual((await log()).trim().split('\n').sort(), all);

  const verbose = new Written();
  await run({ verbose: true, err: verbose });
  assert.deepEqual(verbose.lines, [chunk, `${STAMP} Session complete`]);
});

for (const code of [0, 99, 104, 107, 255]) {
  test(`k6’s exit code ${code} is the run’s`, async (t) => {
    const { run } = await scene(t, `exit ${code}`);
    assert.equal(await run(), code);
  });
}

test('a k6 that a signal ended counts as shells count it', async (t) => {
  const { run } = await scene(t, 'kill -KILL $$');
  assert.equal(await run(), 137);
});

test('a k6 that does not start is named', async (t) => {
  const { run } = await scene(t, '');
  await assert.rejects(run({ k6: '/nowhere/k6' }), /^RunnerError: \/nowhere\/k6: does not start: /);
});

test('the first interrupt reaches k6 once, and k6 ends by itself', async (t) => {
  const { run, out, err, first, log } = await scene(t, UNTIL_INT);
  const code = run();
  await until(() => err.text.includes('started'));
  first.abort();
  assert.equal(await code, 105);
  assert.equal(out.text, 'got SIGINT\n');
  const said = 'runner: interrupted: k6 ends and writes its results; once more kills it';
  assert.equal(err.lines.filter((line) => line === said).length, 1);
  assert.ok((await log()).includes(`${said}\n`));
  assertGone(err);
});

test('the second interrupt kills k6 and what it started', IN_TIME, async (t) => {
  const { run, err, first, second } = await scene(t, DEAF);
  const code = run();
  await until(() => err.text.includes('started'));
  first.abort();
  await until(() => err.text.includes('got SIGINT'));
  second.abort();
  assert.equal(await code, 137);
  assert.match(err.text, /^runner: interrupted again: k6 is killed, without a summary$/m);
  assertGone(err);
});

test('an interrupted k6 that does not end is killed by the watchdog', IN_TIME, async (t) => {
  const { run, err, first } = await scene(t, DEAF);
  const code = run({ stopGraceMs: 200 });
  await until(() => err.text.includes('started'));
  first.abort();
  assert.equal(await code, 124);
  assert.match(err.text, /^runner: watchdog: k6 did not end within 200ms: it is killed, .*$/m);
  assertGone(err);
});

test('past its time limit k6 is told to end, and has the time to', async (t) => {
  const { run, out, err, log } = await scene(t, UNTIL_INT);
  assert.equal(await run({ limit: { ms: 1_500, origin: '--max-time' } }), 124);
  assert.equal(out.text, 'got SIGINT\n');
  const said = 'runner: watchdog: k6 still runs after 1s500ms (--max-time): told to end\n';
  assert.ok(err.text.includes(said), err.text);
  assert.match(
    err.text,
    /watchdog: the run has more to do, or a socket that the server never closes/,
  );
  assert.ok((await log()).includes(said));
  assert.ok(!err.text.includes('killed'));
  assertGone(err);
});

test('past its time limit a k6 that does not listen is killed', IN_TIME, async (t) => {
  const { run, err } = await scene(t, DEAF);
  assert.equal(await run({ limit: { ms: 1_500, origin: 'x' }, stopGraceMs: 200 }), 124);
  assert.match(
    err.text,
    /watchdog: a socket that the server never closes keeps k6 alive like that/,
  );
  const told = err.lines.findIndex((line) => line.includes('told to end'));
  const heard = err.lines.indexOf('got SIGINT');
  const killed = err.lines.findIndex((line) => line.includes('did not end within 200ms'));
  assert.ok(told >= 0 && told < heard && heard < killed, err.text);
  assert.equal(err.lines.filter((line) => line === 'got SIGINT').length, 1);
  assertGone(err);
});

test('a terminal sees how far the run is, below the log', async (t) => {
  const body = `echo "${STAMP} Starting session" >&2
    until [ -e "$GO_ON" ]; do sleep 0.02; done
    echo end >&2`;
  const { run } = await scene(t, body);
  const goOn = join(await scratchFolder(t), 'go-on');
  const err = new Written(true);
  const code = run({ err, env: { ...process.env, GO_ON: goOn } });
  await until(() => /runner: \d+s of 3m: 1 session open, 0 answers/.test(err.text));
  await writeFile(goOn, '');
  assert.equal(await code, 0);
  assert.ok(err.text.includes(' 1 session open, 0 answers, by the log\r\u001b[Kend\n'), err.text);
});
