/** The load generator is late in a way that no timestamp shows: the summary knows it all the same. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { IS_NATIVE, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

/** More than k6 can open within the session, on any machine of today. */
const FLOOD = 150_000;
const FREEZE_MS = 1500;
const FIRST_MS = 100;
const ANSWER_MS = 500;
/** The rule as it is, without a limit of the user's own. */
const BY_ITSELF = { NUC_MAX_CLIENT_LAG: '' };

test('an open flood: an answer that never ends is not trusted, and ends with its session', async (t) => {
  if (IS_NATIVE) return t.skip('Go opens each frame as it reads it: no frame waits for the script');
  let sent = 0;
  const script: Script = {
    async question(_, { socket, seal }) {
      const chunk = await seal(JSON.stringify({ response_chunk: 'word ' }));
      for (; sent < FLOOD; sent++) socket.send(chunk);
    },
  };
  await withChatbot(script, async ({ url, questions }) => {
    const settings = {
      ...target(url),
      NUM_SESSIONS: '1',
      NUC_LOG: 'off',
      NUC_SESSION_TIMEOUT: '4s',
    };
    const { summary, stdout } = await runK6('chat', { settings, env: BY_ITSELF });
    assert.ok(summary);
    const { overall, frames, trust, clientLag } = summary;
    assert.deepEqual([sent, questions.length, overall.sent, overall.received], [FLOOD, 1, 1, 0]);
    assert.ok(frames.received > 0 && frames.received <= FLOOD, `${frames.received} frames`);
    assert.ok((clientLag?.p95 ?? 0) > 100, `lag ${clientLag?.p95} ms`);
    assert.equal(trust.trusted, false);
    assert.match(stdout, /NOT TO BE TRUSTED/);
  });
});

test('a process that stood still for a moment is seen by as many timers as it missed', async () => {
  const script: Script = {
    question: async (_, { send }) => {
      await delay(FIRST_MS);
      await send({ response_chunk: 'Sí.' });
      await delay(ANSWER_MS - FIRST_MS);
      await send({ complete_response: 'Sí.' });
    },
  };
  const freeze = async (k6: ChildProcess) => {
    await delay(4000);
    k6.kill('SIGSTOP');
    await delay(FREEZE_MS);
    k6.kill('SIGCONT');
  };
  await withChatbot(script, async ({ url, questions }) => {
    const settings = {
      ...target(url),
      PROFILE: 'soak',
      SOAK_SESSIONS: '2',
      SOAK_DURATION: '12s',
      SOAK_WINDOW: '4s',
      NUC_LOG: 'off',
    };
    const { summary, stdout } = await runK6('chat', { settings, env: BY_ITSELF, started: freeze });
    assert.ok(summary);
    assert.equal(questions.length, summary.overall.sent);
    const { trends, trust } = summary;
    const lag = trends?.chat_timer_lag;
    // An eighth of the time. One sample for each session would be a sixtieth of all.
    assert.ok(lag && lag.max > FREEZE_MS - 300 && lag.p90 > 100, JSON.stringify(lag));
    assert.equal(trust.trusted, false);
    assert.match(stdout, /NOT TO BE TRUSTED/);
    // The extension asks the kernel when frames arrived.
    if (IS_NATIVE && process.platform === 'linux') {
      const { max = Number.NaN } = summary.overall.response ?? {};
      assert.ok(max > ANSWER_MS - 5 && max < ANSWER_MS + FREEZE_MS / 2, `${max} ms`);
    }
  });
});

test('a process that stood still for longer than an answer may be silent passes no limit', async (t) => {
  if (IS_NATIVE && process.platform !== 'linux')
    return t.skip('only Linux tells when frames arrived');
  const CHUNKS = 60;
  const script: Script = {
    question: async (_, { send }) => {
      for (let chunk = 0; chunk < CHUNKS; chunk++) {
        await delay(100);
        await send({ response_chunk: '.' });
      }
      await send({ complete_response: '.'.repeat(CHUNKS) });
    },
  };
  const freeze = async (k6: ChildProcess) => {
    await delay(4000);
    k6.kill('SIGSTOP');
    await delay(3000);
    k6.kill('SIGCONT');
  };
  await withChatbot(script, async ({ url, questions }) => {
    const settings = {
      ...{ ...target(url), NUM_SESSIONS: '3', COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1' },
      ...{ NUC_STALL_TIMEOUT: '2s', NUC_FIRST_CHUNK_TIMEOUT: '2s', NUC_LOG: 'off' },
    };
    const { summary, stderr } = await runK6('chat', { settings, env: BY_ITSELF, started: freeze });
    assert.ok(summary, stderr);
    assert.deepEqual([questions.length, summary.overall.received], [3, 3]);
    const { frames, errors } = summary;
    assert.deepEqual([frames.received, errors], [3 * (CHUNKS + 1), []]);
  });
});
