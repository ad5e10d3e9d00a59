/** A run as it was planned, or not: ended early, with another load, warmed up by all its sessions. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { failedOf, runOptions } from './profile-run.ts';
import { runChat, runK6, target, withSimulator } from './run-k6.ts';

const RAMP = {
  PROFILE: 'ramp',
  RAMP_START_SESSIONS: '1',
  RAMP_INCREMENT: '1',
  RAMP_MAX_SESSIONS: '2',
  RAMP_INTERVAL: '20s',
  NUC_LOG: 'off',
};
/** Answers of some 50 ms, 40 in a session. */
const QUICK = 400;

describe('planned', { concurrency: 2 }, () => {
  test('a ramp that is interrupted did not pass, though all that came did succeed', async () => {
    await withSimulator({ speed: QUICK }, async (simulator) => {
      const run = await runK6('chat', {
        settings: { ...target(simulator.url), ...RAMP },
        started: async (k6) => {
          while (simulator.stats().sessions < 2 && k6.exitCode === null) await delay(10);
          k6.kill('SIGINT');
        },
      });
      assert.equal(run.code, 105, run.stderr);
      const { summary } = run;
      assert.ok(summary);
      assert.equal(summary.overall.successRate, 1);
      assert.equal(summary.run.plannedMs, 40_000);
      assert.ok(summary.run.durationMs < 39_000);
      assert.equal(summary.passed, false);
      assert.deepEqual(failedOf({ summary }), ['run_duration']);
      assert.match(run.stdout, /^SUMMARY · ramp · .* · FAILED$/m);
    });
  });

  test('what comes before the scenarios is no part of the run’s time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'planned-test-'));
    try {
      // k6 reads them anew for \`setup\`, when its clock runs already.
      const users = join(folder, 'users.csv');
      const rows = Array.from({ length: 50_000 }, (_, index) => `${index + 1},User ${index + 1}`);
      await writeFile(users, `user_id,user_name\n${rows.join('\n')}\n`);
      await withSimulator({}, async (simulator) => {
        const settings = { ...target(simulator.url), PROFILE: 'smoke', NUC_USERS_FILE: users };
        let beganAt = 0;
        let endedAt = 0;
        const watch = async (k6: ChildProcess) => {
          for (; k6.exitCode === null && endedAt === 0; await delay(5)) {
            const { tokens, connections, responses } = simulator.stats();
            if (tokens > 0 && beganAt === 0) beganAt = Date.now();
            if (responses === 4 && connections === 0) endedAt = Date.now();
          }
        };
        const { summary } = await runK6('chat', { settings, started: watch });
        assert.ok(beganAt > 0 && endedAt > 0);
        const { durationMs = 0 } = summary?.run ?? {};
        assert.ok(durationMs < endedAt - beganAt + 300, `${durationMs}, ${endedAt - beganAt}`);
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('another load under the same name is known by its digest', async () => {
    const run = (flags: readonly string[]) =>
      runChat({}, { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'off' }, { flags });
    const [one, same, other] = [await run([]), await run([]), await run(['--vus', '1'])];
    assert.match(one.summary.run.load ?? '', /^[0-9a-f]{8}$/);
    assert.equal(one.summary.run.load, same.summary.run.load);
    assert.notEqual(one.summary.run.load, other.summary.run.load);
    assert.equal(one.summary.run.plannedMs, 0);
  });

  test('sessions that all began in the warm-up: what came after it is judged', async () => {
    const options = { scenarios: { chat: { executor: 'constant-vus', vus: 2, duration: '4s' } } };
    // Sessions of some 7 s.
    const run = await runOptions(options, { speed: 150 }, { NUC_WARMUP: '1s' });
    assert.equal(run.code, 0, run.stdout);
    assert.equal(run.summary.sessions.started, 2);
    assert.equal(run.summary.passed, true, run.stdout);
    assert.match(run.stdout, /^ +· chat_setup_success\{warmup:no\} +rate>=0\.95 +no sample$/m);
  });

  test('a load of a file: its sessions are not known, so no line for each frame', async () => {
    const settings = {
      COURSES: 'MED1060',
      NUC_QUESTIONS_PER_COURSE: '1',
      NUC_LOG: 'auto',
    };
    const { code, stderr } = await runOptions({ vus: 2, iterations: 2 }, {}, settings);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /\[Session-2\] Session complete/);
    assert.doesNotMatch(stderr, /CHUNK/);
  });
});
