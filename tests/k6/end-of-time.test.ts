/**
 * A scenario whose time ends while sessions are under way: what was cut off is counted, and is
 * neither success nor failure. Both sides agree on what was sent.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { defaultProfile } from '../../k6-options/default.ts';
import { parseDuration } from '../../lib/base/duration.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { runChat } from './run-k6.ts';

/** Answers of 0.5 to 1.5 s. */
const SPEED = 40;

/** A run with k6 options of its own: PROFILE names their file. */
async function runWith(
  options: object,
  simulated: SimulatorOptions,
  settings: Record<string, string> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  try {
    await writeFile(join(folder, 'own.json'), JSON.stringify(options));
    const given = { PROFILE: 'own.json', NUC_LOG: 'sessions', ...settings };
    return await runChat(simulated, given, { folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The sum of a metric's samples, of k6's output `json`. */
function sumOf(samples: string, metric: string): number {
  const points = samples
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return points
    .filter((point) => point.type === 'Point' && point.metric === metric)
    .reduce((sum, { data }) => sum + data.value, 0);
}

function scenario(maxDuration: string, more: object = {}): object {
  const chat = { executor: 'per-vu-iterations', vus: 2, iterations: 1, maxDuration, ...more };
  return { scenarios: { chat } };
}

test('no default of k6’s cuts a session short: its time is that of all its questions', () => {
  const { chat } = defaultProfile(readSettings({}), 40).scenarios;
  assert.ok(chat?.executor === 'per-vu-iterations');
  // The slowest answer of the recorded run took 58.1 s; k6's own limit is 10 min.
  assert.ok((parseDuration(chat.maxDuration) ?? 0) >= 40 * 58_100);
});

describe('the end of a scenario’s time', { concurrency: 3 }, () => {
  for (const [what, more] of [
    ['with k6’s own graceful stop', {}],
    ['without any graceful stop', { gracefulStop: '0s' }],
  ] as const) {
    test(`${what}: the answer that is under way is cut off, and counted as such`, async () => {
      const run = await runWith(scenario('5s', more), { speed: SPEED });
      const { summary, stats, lines } = run;
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(summary.sessions, { started: 2, completed: 0, failed: 0, interrupted: 2 });
      assert.ok(summary.overall.received > 0);
      assert.equal(summary.overall.failed, 0);
      assert.equal(summary.overall.interrupted, 2);
      assert.equal(summary.overall.successRate, 1);
      assert.equal(summary.metrics.chat_interrupted?.values.count, 2);
      assert.equal(summary.overall.sent, stats.questions);
      assert.equal(summary.overall.received, stats.questions - 2);
      assert.deepEqual(summary.errors, []);
      // The sockets were closed normally: the simulator would count another close.
      assert.deepEqual(stats.violations, {});
      assert.equal(stats.connections, 0);
      assert.equal(lines.filter((line) => line.includes('Session interrupted - Sent: ')).length, 2);
      assert.ok(summary.run.durationMs < 6500, `${summary.run.durationMs} ms`);
      assert.match(run.stdout, /2 cut off/);
    });
  }

  test('while a session thinks, no question is cut off, and none is counted that was not sent', async () => {
    const run = await runWith(scenario('3s'), { speed: 1000 }, { NUC_THINK_TIME: '1h' });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(run.summary.sessions, { started: 2, completed: 0, failed: 0, interrupted: 2 });
    assert.equal(run.stats.questions, 2);
    assert.equal(run.summary.overall.sent, 2);
    assert.equal(run.summary.overall.received, 2);
    assert.equal(run.summary.overall.interrupted, 0);
    assert.deepEqual(run.stats.violations, {});
  });

  const interrupt = (k6: ChildProcess) => setTimeout(() => k6.kill('SIGINT'), 4000);
  for (const [how, code, settings, started] of [
    ['Ctrl-C', 105, { NUM_SESSIONS: '10' }, interrupt],
    ['a threshold that stops the run', 99, { PROFILE: 'own.json' }, undefined],
  ] as const) {
    test(`${how}: what was asked adds up, and few frames of an open answer are not counted`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'stopped-'));
      try {
        const samples = join(folder, 'samples.json');
        const threshold = { threshold: 'count<400', abortOnFail: true };
        const own = { ...scenario('1m', { vus: 10 }), thresholds: { chat_chunks: [threshold] } };
        await writeFile(join(folder, 'own.json'), JSON.stringify(own));
        const run = await runChat(
          { speed: 5 },
          { NUC_LOG: 'off', ...settings },
          { folder, flags: ['--out', `json=${samples}`], ...(started && { started }) },
        );
        const { summary, stats } = run;
        assert.equal(run.code, code);
        const { sent, received, failed, interrupted } = summary.overall;
        assert.equal(sent, stats.questions);
        // Between two answers no question is open.
        assert.ok(interrupted >= 7 && interrupted <= 10, `${interrupted} interrupted`);
        assert.equal(sent, received + failed + interrupted);
        // The end of an answer may have been under way to k6.
        const unread = stats.responses - received;
        assert.ok(unread >= 0 && unread <= interrupted, `${unread} unread`);
        // k6's own count of what the sockets had.
        const read = sumOf(await readFile(samples, 'utf8'), 'ws_msgs_received');
        assert.ok(read > 300 && read <= stats.frames, `${read} of ${stats.frames}`);
        // Frames are counted in steps of 16: of each open answer at most 15 are not.
        const lost = read - summary.frames.received;
        assert.ok(lost >= 0 && lost <= 15 * interrupted, `${lost} of ${read}`);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  test('under k6’s own flags too', async () => {
    const run = await runChat(
      { speed: SPEED },
      { NUC_LOG: 'sessions' },
      { flags: ['--vus', '2', '--duration', '4s'] },
    );
    const { summary, stats } = run;
    // The default profile asks for whole sessions, and there was none: nothing to have a rate of.
    assert.equal(run.code, 99);
    const failed = summary.verdicts.filter(({ ok }) => !ok);
    assert.deepEqual(failed.map(({ metric, got }) => [metric, got]).sort(), [
      ['chat_session_success', null],
      ['chat_sessions_completed', 0],
    ]);
    assert.deepEqual(summary.sessions, { started: 2, completed: 0, failed: 0, interrupted: 2 });
    assert.equal(summary.overall.sent, stats.questions);
    assert.equal(summary.overall.interrupted, 2);
    assert.deepEqual(stats.violations, {});
  });

  test('a limit of the answer’s own is a failure, the end of the time is none', async () => {
    const run = await runWith(
      scenario('4s'),
      { speed: SPEED, faults: ['stall:1/2'] },
      { NUC_STALL_TIMEOUT: '2s' },
    );
    assert.deepEqual(run.summary.sessions, { started: 2, completed: 0, failed: 1, interrupted: 1 });
    assert.deepEqual(
      run.summary.errors.map(({ phase, reason, count }) => [phase, reason, count]),
      [['stream', 'stall', 1]],
    );
    assert.equal(run.summary.overall.interrupted, 1);
    assert.equal(run.summary.overall.failed, 1);
    assert.equal(run.summary.overall.sent, run.stats.questions);
    assert.deepEqual(run.stats.violations, {});
  });
});
