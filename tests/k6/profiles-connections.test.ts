/** The profile connections: sockets alone, point by point, until too few of a point open. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { flood } from './flood.ts';
import { assertAgreed, assertFound, failedOf, type Run, rowOf } from './profile-run.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

function sockets(levels: string, more: Record<string, string> = {}) {
  const hold = { CONNECTIONS_HOLD: '1s', NUC_LOG: 'off' };
  return { PROFILE: 'connections', CONNECTIONS_LEVELS: levels, ...hold, ...more };
}

/** Of each point: its sockets, the share that opened, how many were timed, errors. */
function socketsOf({ summary }: Run) {
  return summary.bySteps.map(({ name, sessionsStarted, setupSuccessRate, socketOpen, errors }) => [
    name,
    sessionsStarted,
    setupSuccessRate,
    socketOpen?.count ?? null,
    errors,
  ]);
}

describe('connections', { concurrency: 2 }, () => {
  test('the sockets of a point are open together', async () => {
    const run = await runChat({}, sockets('4,10'));
    const { summary, stats } = run;
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assert.equal(stats.peak_connections, 10);
    assert.equal(stats.sessions, 14);
    assert.equal(stats.questions, 0);
    assert.deepEqual(summary.sessions, { started: 14, completed: 14, failed: 0, interrupted: 0 });
    assert.deepEqual(socketsOf(run), [
      ['4', 4, 1, 4, 0],
      ['10', 10, 1, 10, 0],
    ]);
    assertFound(run, '10 sockets held, the highest level that was tried: more may be possible');
    // No word of answers that nobody asked for.
    assert.doesNotMatch(run.stdout, /Questions|Answers|First chunk|Response/);
    assert.match(rowOf(run, '10'), /^10 10 100\.00 % [\d.]+ ms [\d.]+ ms [\d.]+ ms 0$/);
  });

  test('stops where fewer than 80 % open, and names the largest that held', async () => {
    const run = await runChat({ maxConnections: 9 }, sockets('5,12,24'));
    const { summary, stats } = run;
    assert.equal(run.code, 99);
    assertAgreed(run, true);
    assert.equal(stats.peak_connections, 9);
    assert.equal(stats.sessions, 5 + 9);
    assert.deepEqual(socketsOf(run), [
      ['5', 5, 1, 5, 0],
      ['12', 12, 0.75, 9, 3],
      ['24', 0, null, null, 0],
    ]);
    assertFound(run, '5 sockets held; 12 did not: 75.00 % of the sockets opened, 80.00 % expected');
    assert.deepEqual(summary.handshakesRefused, [{ status: 503, count: 3 }]);
    assert.match(run.stdout, /^ {2}handshakes refused: 503×3$/m);
    assert.ok(summary.run.durationMs < 12_000, `${summary.run.durationMs} ms`);
    assert.match(run.stdout, /^ {2}· 2 of steps that were not reached$/m);
    assert.match(run.stdout, / · LIMIT FOUND: 5 SOCKETS$/m);
  });

  test('80 % is enough; with a warm-up too, in which the first point lies', async () => {
    const run = await runChat({ maxConnections: 8 }, sockets('4,10', { NUC_WARMUP: '500ms' }));
    const { summary } = run;
    assert.equal(run.code, 0, run.stdout);
    assert.equal(summary.passed, true, run.stdout);
    assertAgreed(run);
    assert.equal(run.stats.peak_connections, 8);
    assert.deepEqual(summary.sessions, { started: 14, completed: 12, failed: 2, interrupted: 0 });
    assert.deepEqual(socketsOf(run), [
      ['4', 4, 1, 4, 0],
      ['10', 10, 0.8, 8, 2],
    ]);
    assertFound(run, '10 sockets held, the highest level that was tried: more may be possible');
    assert.deepEqual(
      summary.verdicts.map(({ metric, ok, got }) => [metric, ok, got]),
      [
        ['chat_sessions_started', true, 14],
        ['chat_session_success{step:4,warmup:no}', true, 1],
        // The sockets of the first point opened within the warm-up.
        ['chat_setup_success{step:4,warmup:no}', true, null],
        ['chat_session_success{step:10,warmup:no}', true, 0.8],
        ['chat_setup_success{step:10,warmup:no}', true, 0.8],
      ],
    );
  });

  test('a handshake that hangs fails its point; nothing passes for lack of samples', async () => {
    const run = await runChat({ faults: ['handshake-hang'] }, sockets('3,6'));
    const { summary, stats } = run;
    assert.equal(run.code, 99);
    assert.deepEqual(stats.violations, {});
    assert.equal(stats.sessions, 0);
    assert.deepEqual(summary.sessions, { started: 3, completed: 0, failed: 3, interrupted: 0 });
    assert.deepEqual(
      summary.errors.map(({ phase, reason, count }) => [phase, reason, count]),
      [['connect', 'handshake_timeout', 3]],
    );
    // The errors are those of the point whose sockets they are, not of the one that never came.
    assert.deepEqual(socketsOf(run), [
      ['3', 3, 0, null, 3],
      ['6', 0, null, null, 0],
    ]);
    assertFound(run, 'no level held; 3 did not: 0.00 % of the sockets opened, 80.00 % expected');
    assert.deepEqual(failedOf(run), ['chat_session_success{step:3}', 'chat_setup_success{step:3}']);
    assert.ok(summary.run.durationMs < 12_000, `${summary.run.durationMs} ms`);
  });

  test('a server that floods its sockets holds up no point', async () => {
    let sent = 0;
    const script: Script = {
      async opened({ socket, seal }) {
        sent += await flood(socket, await seal('{"complete_response":"x"}'));
      },
    };
    await withChatbot(script, async (chatbot) => {
      const settings = { ...target(chatbot.url), ...sockets('2,4') };
      const { code, summary, stdout } = await runK6('chat', { settings });
      assert.ok(summary, stdout);
      assert.deepEqual(
        [code, summary.sessions],
        [0, { started: 6, completed: 6, failed: 0, interrupted: 0 }],
      );
      assert.ok(sent > 5000, `${sent} frames sent`);
      assert.ok(summary.run.durationMs < 9000, `${summary.run.durationMs} ms`);
    });
  });

  test('a session whose set-up outlives its time has failed, and is counted once', async () => {
    let late = Promise.resolve();
    const script: Script = {
      create(session, response) {
        if (session > 1) return false;
        late = delay(2000).then(() => {
          response.end('{}');
        });
        return true;
      },
    };
    await withChatbot(script, async (chatbot) => {
      const settings = { ...target(chatbot.url), ...sockets('4'), CONNECTIONS_MIN_RATE: '0.75' };
      const { code, summary } = await runK6('chat', { settings });
      await late;
      assert.ok(summary);
      assert.equal(code, 0);
      // The call ended with its session.
      assert.equal(chatbot.requests.filter((request) => request.startsWith('UPGRADE')).length, 3);
      assert.deepEqual(chatbot.closeCodes, [1000, 1000, 1000]);
      const { passes, fails } = summary.metrics.chat_setup_success?.values ?? {};
      assert.deepEqual([passes, fails], [3, 1]);
      assert.deepEqual(summary.sessions, { started: 4, completed: 3, failed: 1, interrupted: 0 });
      assert.equal(summary.setUp.socketOpen?.count, 3);
    });
  });
});
