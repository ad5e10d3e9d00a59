/** Runs that do not end by themselves, or as they should: each ends, and says why. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { runLoad } from '../../runner/run/load-run.ts';
import { assertNothingIsOff, environment, ROOT, runner, SMALL, seen } from './runner-process.ts';
import { filesIn, readText, scratchDisk, scratchFolder, until, Written } from './scratch.ts';

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
