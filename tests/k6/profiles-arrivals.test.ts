/** The profile arrivals: sessions come at a rate, whether or not the service keeps up. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { assertAgreed } from './profile-run.ts';
import { runChat, runK6, target, withSimulator } from './run-k6.ts';

/** One every 400 ms: at 0, 0.4 … 4.8 s. */
const ARRIVALS = {
  PROFILE: 'arrivals',
  ARRIVALS_PER_MINUTE: '150',
  ARRIVALS_DURATION: '5s',
  COURSES: 'MED1060',
  NUC_QUESTIONS_PER_COURSE: '1',
  NUC_LOG: 'off',
  // Whether the machine is busy is not the matter here.
  NUC_MAX_CLIENT_LAG: '1h',
};
const SESSIONS = 13;
/** Answers of 1.1 to 2.9 s: several sessions come while one waits. */
const SLOW = 20;

describe('arrivals', { concurrency: 2 }, () => {
  test('every session is started at its time, whether or not another has ended', async () => {
    const run = await undisturbed({ ...ARRIVALS, ARRIVALS_MAX_SESSIONS: '20' });
    const { summary, stats } = run;
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assert.equal(summary.sessions.started, SESSIONS);
    assert.equal(summary.sessions.failed, 0);
    assert.equal(summary.overall.successRate, 1);
    assert.ok(summary.overall.received > 0);
    assert.ok(stats.peak_connections >= 2, `${stats.peak_connections} at once`);
    assert.ok(stats.peak_connections <= SESSIONS);
    assert.deepEqual([summary.droppedIterations, summary.lateStarts], [0, 0]);
    assert.deepEqual([summary.trust.trusted, summary.trust.why], [true, []]);
    assert.match(run.stdout, /^SUMMARY · arrivals · (?:engine native · )?\d+\.\d\d s · PASSED$/m);
    assert.doesNotMatch(run.stdout, /never started|started late/);
    // The last came 0.2 s before the end: it was cut off, and is neither success nor failure.
    assert.ok(summary.sessions.interrupted > 0);
    const { durationMs } = summary.run;
    assert.ok(durationMs >= 5000 && durationMs < 15_000, `${durationMs} ms`);
  });

  test('without a virtual user left, a session is dropped and counted; nobody is to trust that', async () => {
    const run = await undisturbed({ ...ARRIVALS, ARRIVALS_MAX_SESSIONS: '2' });
    const { summary, stats } = run;
    assertAgreed(run);
    assert.equal(stats.peak_connections, 2);
    assert.ok(summary.droppedIterations > 0);
    assert.equal(summary.sessions.started + summary.droppedIterations, SESSIONS);
    assert.equal(summary.lateStarts, 0);
    // What was started did succeed; that is not the whole truth.
    assert.equal(run.code, 99);
    assert.ok(summary.verdicts.every(({ ok }) => ok));
    assert.equal(summary.trust.trusted, false);
    assert.deepEqual(summary.trust.why, [
      `${summary.droppedIterations} sessions were never started (dropped_iterations): all of ARRIVALS_MAX_SESSIONS=2 were busy, so the service was too slow for that rate, or the setting is too low`,
    ]);
    assert.match(
      run.stdout,
      /^SUMMARY · arrivals · (?:engine native · )?.* · NO VERDICT · NOT TO BE TRUSTED$/m,
    );
    assert.match(run.stdout, new RegExp(` · ${summary.droppedIterations} never started$`, 'm'));
  });

  test('a load generator that stands still starts its sessions late, and says so', async () => {
    await withSimulator({}, async (simulator) => {
      const settings = {
        ...target(simulator.url),
        ...ARRIVALS,
        // At 0, 2 and 4 s.
        ARRIVALS_PER_MINUTE: '30',
        ARRIVALS_MAX_SESSIONS: '5',
      };
      let stopped = Promise.resolve();
      const { code, summary, stdout } = await runK6('chat', {
        settings,
        started: (k6) => {
          stopped = stopForAWhile(k6, 2700, () => simulator.stats().sessions > 0);
        },
      });
      await stopped;
      assert.equal(code, 99);
      assert.ok(summary);
      assert.ok(summary.verdicts.every(({ ok }) => ok));
      assert.equal(summary.sessions.started, 3);
      assert.equal(summary.sessions.completed, 3);
      // The second one came some 0.8 s late; the third only where the machine is very busy.
      assert.ok(summary.lateStarts === 1 || summary.lateStarts === 2, `${summary.lateStarts} late`);
      assert.equal(summary.trust.trusted, false);
      assert.deepEqual(summary.trust.why, [
        `${summary.lateStarts} sessions started late (chat_late_starts): the load generator had no time`,
      ]);
      assert.match(stdout, new RegExp(` · ${summary.lateStarts} started late$`, 'm'));
    });
  });

  test('so it does where sessions come faster than one is late', async () => {
    await withSimulator({ speed: 100 }, async (simulator) => {
      const settings = {
        ...target(simulator.url),
        ...ARRIVALS,
        // One every 50 ms.
        ARRIVALS_PER_MINUTE: '1200',
        ARRIVALS_MAX_SESSIONS: '150',
      };
      let stopped = Promise.resolve();
      const { summary } = await runK6('chat', {
        settings,
        started: (k6) => {
          stopped = stopForAWhile(k6, 1000, () => simulator.stats().sessions > 0);
        },
      });
      await stopped;
      assert.ok(summary);
      assert.equal(summary.droppedIterations, 0);
      // 20 were due meanwhile, all but the last two more than 100 ms before.
      assert.ok(summary.lateStarts >= 17, `${summary.lateStarts} late`);
      assert.ok(summary.sessions.started > summary.lateStarts);
      assert.equal(summary.trust.trusted, false);
    });
  });
});

/**
 * A run on a machine that did not stand still itself: then a session is late indeed, and is counted.
 * Of three there is one, or the last is returned as it is.
 */
async function undisturbed(settings: Readonly<Record<string, string>>) {
  const attempt = () => runChat({ speed: SLOW }, settings);
  let run = await attempt();
  for (let more = 2; more > 0 && run.summary.lateStarts > 0; more--) run = await attempt();
  return run;
}

/** Stops the process from the moment when something is so. */
async function stopForAWhile(k6: ChildProcess, ms: number, isSo: () => boolean): Promise<void> {
  while (!isSo() && k6.exitCode === null) await delay(5);
  k6.kill('SIGSTOP');
  await delay(ms);
  k6.kill('SIGCONT');
}
