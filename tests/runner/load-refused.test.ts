/** What ends a run before any traffic, and what it leaves then: nothing. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunnerError } from '../../runner/errors.ts';
import { scene } from './load-scene.ts';
import { filesIn } from './scratch.ts';

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
