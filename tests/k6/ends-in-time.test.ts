/**
 * Every wait has an end: set-up calls, floods of frames, and failures one after another. Handshakes, which
 * k6 gives a minute, are in faults.test.ts.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { flood } from './flood.ts';
import { runAgainst, runShort } from './run-against.ts';
import { IS_NATIVE, runK6, target } from './run-k6.ts';
import { type Talk, withChatbot } from './scripted-chatbot.ts';

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

describe('a session’s limit holds in a flood that has no end and is faster than any reader', () => {
  const sealed = (text: string) => (talk: Talk) => talk.seal(text);
  const floods: [kind: string, frame: (talk: Talk) => Promise<string | Buffer>, counted: string][] =
    [
      ['an answer', sealed('{"response_chunk":"x"}'), ''],
      ['an answer again', sealed('{"complete_response":"x"}'), 'protocol/stray_frame'],
      ['no JSON', sealed('x'), 'protocol/not_json'],
      ['no envelope', async () => 'x'.repeat(400), 'decrypt/envelope'],
      ['binary', async () => Buffer.alloc(400), 'protocol/not_text'],
    ];
  for (const [kind, frame, counted] of floods) {
    test(kind, async () => {
      let sent = 0;
      const { errors, summary, tookMs } = await timed(() =>
        runAgainst(
          {
            question: async (_, talk) => {
              const opened = await frame(talk);
              if (kind === 'an answer again') await talk.send({ complete_response: 'x' });
              sent = await flood(talk.socket, opened);
            },
          },
          {
            ...{ NUC_SESSION_TIMEOUT: '3s', NUM_SESSIONS: '1', NUC_LOG: 'off' },
            ...{ NUC_QUESTIONS_PER_COURSE: '2', NUC_THINK_TIME: '60s' },
          },
        ),
      );
      const count = (reason: string) =>
        Number(errors.find((error) => error.startsWith(`${reason} `))?.split(' ')[1] ?? 0);
      const taken = counted === '' ? summary.frames.received : count(counted);
      assert.equal(count('stream/session_timeout'), 1);
      assert.equal(errors.length, counted === '' ? 1 : 2, errors.join());
      assert.ok(sent > 5000, `${sent} frames sent`);
      assert.ok(taken > 0 && taken <= sent, `${taken} of ${sent}`);
      // Where the script holds the reader up, no more waits than the connection holds.
      if (IS_NATIVE) assert.ok(sent - taken < 60_000, `${taken} of ${sent}`);
      assert.ok(tookMs < 9000, `${tookMs} ms`);
    });
  }
});

test('frames of many keys, and of long ones, hold up no log and no limit', async () => {
  const keys = Array.from({ length: 50_000 }, (_, key) => [`k${key}`, 0]);
  const frames = [Object.fromEntries(keys), { ['k'.repeat(1_500_000)]: 0 }];
  const { errors, summary, tookMs, stderr } = await timed(() =>
    runAgainst(
      {
        question: async (_, { send }) => {
          for (let count = 0; count < 6; count++) {
            for (const frame of frames) await send({ response_chunk: 'x', ...frame });
          }
          await send({ complete_response: 'x'.repeat(12) });
        },
      },
      { NUM_SESSIONS: '1', NUC_LOG: 'chunks', NUC_STRICT: '1' },
    ),
  );
  assert.deepEqual([errors, summary.overall.good, summary.frames.received], [[], 1, 13]);
  assert.ok(stderr.length < 10_000, `${stderr.length} characters`);
  assert.ok(stderr.includes(`Keys: ['response_chunk', '${'k'.repeat(40)}']`), stderr);
  assert.ok(stderr.includes(`'k17', 'k18', ...]`), stderr);
  assert.ok(tookMs < 8000, `${tookMs} ms`);
});

test('pings of a server that does not read end no session', async () => {
  let pings = 0;
  const { errors, summary, chatbot } = await runAgainst(
    {
      question: async (_, { socket, send }) => {
        socket.pause();
        const until = Date.now() + 2500;
        while (Date.now() < until) {
          for (let count = 0; count < 500; count++) socket.ping(Buffer.alloc(125));
          pings += 500;
          await new Promise((resolve) => setTimeout(resolve, 1));
          while (socket.bufferedAmount > 1_000_000 && Date.now() < until) {
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        }
        socket.resume();
        await send({ complete_response: 'Sí.' });
      },
    },
    { NUM_SESSIONS: '1', NUC_STRICT: '1' },
  );
  assert.deepEqual([errors, chatbot.questions.length, summary.overall.good], [[], 1, 1]);
  assert.ok(pings > 20_000, `${pings} pings`);
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
