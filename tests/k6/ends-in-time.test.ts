/**
 * Every wait has an end: set-up calls, floods of frames, and failures one after another. Handshakes, which
 * k6 gives a minute, are in faults.test.ts.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runAgainst, runShort } from './run-against.ts';
import { runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

async function timed<T>(run: () => Promise<T>): Promise<T & { readonly tookMs: number }> {
  const startedAt = Date.now();
  const result = await run();
  return { ...result, tookMs: Date.now() - startedAt };
}

describe('a set-up that hangs ends with its session', { concurrency: 2 }, () => {
  for (const [step, script] of [
    ['token', { token: () => true }],
    ['create', { create: () => true }],
  ] as const) {
    test(step, async () => {
      const { errors, summary, tookMs, code } = await timed(() =>
        runAgainst(script, { NUC_SESSION_TIMEOUT: '2s', NUM_SESSIONS: '2' }),
      );
      assert.equal(code, 99);
      assert.deepEqual(errors, ['stream/session_timeout 2']);
      assert.deepEqual(summary.sessions, { started: 2, completed: 0, failed: 2, interrupted: 0 });
      assert.ok(tookMs < 8000, `${tookMs} ms`);
    });
  }
});

test('a session’s limit does not queue behind 20,000 frames', async () => {
  const { errors, summary, tookMs } = await timed(() =>
    runAgainst(
      {
        question: async (_, { socket, seal }) => {
          const frame = await seal(JSON.stringify({ response_chunk: 'x' }));
          for (let count = 0; count < 20_000; count++) socket.send(frame);
        },
      },
      { NUC_SESSION_TIMEOUT: '2s', NUM_SESSIONS: '1' },
    ),
  );
  assert.deepEqual(errors, ['stream/session_timeout 1']);
  assert.ok(summary.frames.received > 0);
  assert.ok(tookMs < 6000, `${tookMs} ms`);
});

test('a session’s limit holds in a flood that has no end and is faster than any reader', async () => {
  let sent = 0;
  const { errors, summary, tookMs } = await timed(() =>
    runAgainst(
      {
        question: async (_, { socket, seal }) => {
          const frame = await seal(JSON.stringify({ response_chunk: 'x' }));
          // As fast as the connection takes it, and no faster: the server's memory has a bound too.
          while (socket.readyState === socket.OPEN && sent < 5_000_000) {
            for (let count = 0; count < 500; count++) socket.send(frame);
            sent += 500;
            while (socket.bufferedAmount > 1_000_000) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              if (socket.readyState !== socket.OPEN) return;
            }
            await new Promise((resolve) => setImmediate(resolve));
          }
        },
      },
      { NUC_SESSION_TIMEOUT: '3s', NUM_SESSIONS: '1' },
    ),
  );
  assert.deepEqual(errors, ['stream/session_timeout 1']);
  assert.ok(sent > 5000, `${sent} frames sent`);
  assert.ok(summary.frames.received > 0 && summary.frames.received <= sent);
  assert.ok(tookMs < 9000, `${tookMs} ms`);
});

describe('failures one after another', () => {
  const soak = {
    PROFILE: 'soak',
    SOAK_SESSIONS: '10',
    SOAK_DURATION: '6s',
    SOAK_WINDOW: '2s',
    NUC_ACCESS_KEY: 'a',
    NUC_SECRET_KEY: 's',
  };

  test('virtual users wait ever longer, and the run ends in time', async () => {
    const { summary, tookMs } = await timed(() =>
      runShort({ ...soak, NUC_BASE_URL: 'http://127.0.0.1:1' }),
    );
    const { started, failed } = summary.sessions;
    // 1, 2, 4 seconds, by up to a half less: three to five sessions of each user.
    assert.ok(started >= 30 && started <= 50, `${started} sessions`);
    assert.equal(failed, started);
    assert.ok(tookMs < 12_000, `${tookMs} ms`);
  });

  test('an arrival rate keeps its rate', async () => {
    await withChatbot(
      { token: (_, response) => Boolean(response.writeHead(500).end()) },
      async ({ url }) => {
        const settings = {
          ...target(url),
          PROFILE: 'arrivals',
          ARRIVALS_PER_MINUTE: '300',
          ARRIVALS_DURATION: '4s',
          NUC_LOG: 'off',
        };
        const { summary } = await runK6('chat', { settings });
        assert.ok((summary?.sessions.started ?? 0) >= 19, `${summary?.sessions.started} sessions`);
      },
    );
  });
});
