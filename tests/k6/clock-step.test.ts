/** The wall clock is set while a session runs: nothing hangs, and no wrong time is counted. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { flood } from './flood.ts';
import { DIST, IS_NATIVE, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

const HOUR = 3_600_000;
/** Of the step that is to be noticed. */
const SESSIONS = 12;

/**
 * Sets the clock of the script, so long after its first look at it, or within the spread later: for each
 * virtual user at a moment of its own. The stamps of k6's frames are not set
 * with it, so that this shows what hangs and what fires early; what a real step does to figures, no
 * script can show.
 */
async function withStep<T>(
  stepMs: number,
  use: (bundles: string) => Promise<T>,
  afterMs = 600,
  spreadMs = 0,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'clock-step-'));
  try {
    const patch = `
      const clockNow = Date.now;
      const clockAfter = ${afterMs} + Math.random() * ${spreadMs};
      let clockFrom = 0;
      Date.now = () => {
        const now = clockNow();
        clockFrom ||= now;
        return now - clockFrom > clockAfter ? now + ${stepMs} : now;
      };\n`;
    const bundle = await readFile(join(DIST, 'chat.js'), 'utf8');
    await writeFile(join(folder, 'chat.js'), `${patch}${bundle}`);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// k6/x/nuc has one.
if (!IS_NATIVE) {
  test('a step forward is noticed where k6 has no clock that nobody sets', async () => {
    const script: Script = {
      question: async (_, { send }) => {
        for (let chunk = 0; chunk < 14; chunk++) {
          await send({ response_chunk: '.' });
          await delay(500);
        }
        await send({ complete_response: '..............' });
      },
    };
    const use = (bundles: string) =>
      withChatbot(script, async (chatbot) => {
        const { summary, stderr, code } = await runK6('chat', {
          bundles,
          settings: {
            ...target(chatbot.url),
            NUM_SESSIONS: String(SESSIONS),
            COURSES: 'MED1060',
            // A second one would be asked at a time that no frame's stamp comes up to: see above.
            NUC_QUESTIONS_PER_COURSE: '1',
            NUC_LOG: 'sessions',
          },
        });
        assert.equal(code, 0, stderr);
        assert.equal(chatbot.questions.length, SESSIONS);
        assert.equal(summary?.overall.received, SESSIONS);
        const wrong = summary?.errors.filter(({ reason }) => reason !== 'clock_step');
        assert.deepEqual(wrong, []);
        // Of the answers into which it fell, no time is counted.
        const noticed = summary?.errors[0]?.count ?? 0;
        assert.equal(summary?.overall.response?.count ?? 0, SESSIONS - noticed);
        return noticed;
      });
    // A session whose timers are late just then, since the machine is busy, does not notice: so the
    // clocks are set one after the other.
    const noticed = await withStep(5000, use, 2500, 2000);
    assert.ok(noticed >= 1, 'no session noticed it');
  });
}

describe('the clock is set among many frames', { concurrency: 2 }, () => {
  const session = { NUM_SESSIONS: '1', COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1' };

  for (const [name, bursts, frames] of [
    ['after each other', 30, 20],
    ['more than a script takes at once', 1, 8000],
  ] as const) {
    test(`forward, ${name}: no session ends early`, async () => {
      const script: Script = {
        question: async (_, { seal, socket }) => {
          const frame = await seal('{"response_chunk":"x"}');
          for (let chunk = 0; chunk < 10; chunk++) {
            socket.send(frame);
            await delay(200);
          }
          for (let burst = 0; burst < bursts; burst++) {
            for (let chunk = 0; chunk < frames; chunk++) socket.send(frame);
            await delay(50);
          }
          const complete_response = 'x'.repeat(10 + bursts * frames);
          socket.send(await seal(JSON.stringify({ complete_response })));
        },
      };
      const use = (bundles: string) =>
        withChatbot(script, async (chatbot) => {
          const limit = { NUC_SESSION_TIMEOUT: '8s', NUC_LOG: 'sessions' };
          const settings = { ...target(chatbot.url), ...session, ...limit };
          const { summary, stderr } = await runK6('chat', { bundles, settings });
          assert.ok(summary, stderr);
          assert.deepEqual([summary.overall.received, summary.overall.failed], [1, 0], stderr);
          assert.equal(summary.frames.received, 10 + bursts * frames + 1);
        });
      await withStep(60_000, use, 1000);
    });
  }

  test('back, in a flood: the session’s limit holds', async () => {
    let sent = 0;
    const script: Script = {
      question: async (_, { seal, socket }) => {
        sent = await flood(socket, await seal('{"response_chunk":"x"}'));
      },
    };
    const use = (bundles: string) =>
      withChatbot(script, async (chatbot) => {
        const limit = { NUC_SESSION_TIMEOUT: '4s', NUC_LOG: 'sessions' };
        const settings = { ...target(chatbot.url), ...session, ...limit };
        const { summary, stderr, code } = await runK6('chat', { bundles, settings });
        assert.ok(summary, stderr);
        assert.equal(code, 99, stderr);
        assert.equal(summary.sessions.failed, 1);
        const timeout = summary.errors.find(({ reason }) => reason === 'session_timeout');
        assert.equal(timeout?.count, 1, stderr);
        assert.ok(sent > 5000, `${sent} frames sent`);
      });
    const startedAt = Date.now();
    await withStep(-60_000, use, 1000);
    assert.ok(Date.now() - startedAt < 10_000, `${Date.now() - startedAt} ms`);
  });
});

describe('the clock is set', { concurrency: 2 }, () => {
  for (const [stepMs, profile] of [
    [-2000, 'default'],
    [-HOUR, 'default'],
    [2000, 'default'],
    [HOUR, 'default'],
    [-HOUR, 'soak'],
    [HOUR, 'soak'],
  ] as const) {
    test(`${profile}, ${stepMs} ms: every question has its answer, and no limit passes`, async () => {
      await withStep(stepMs, (bundles) =>
        withChatbot(
          {
            question: async ({ turn }, { send }) => {
              for (let chunk = 0; chunk < 4; chunk++) {
                await delay(50);
                await send({ response_chunk: '.' });
              }
              await send({ complete_response: '....', turn });
            },
          },
          async (chatbot) => {
            const { summary, stderr } = await runK6('chat', {
              bundles,
              settings: {
                ...target(chatbot.url),
                PROFILE: profile,
                SOAK_SESSIONS: '2',
                SOAK_DURATION: '6s',
                SOAK_WINDOW: '2s',
                NUM_SESSIONS: '2',
                COURSES: 'MED1060',
                NUC_QUESTIONS_PER_COURSE: '8',
                NUC_THINK_TIME: '20ms',
                NUC_RESPONSE_TIMEOUT: '20s',
                NUC_STALL_TIMEOUT: '5s',
                NUC_LOG: 'sessions',
              },
            });
            assert.ok(summary, stderr);
            const { sent, received, interrupted, failed } = summary.overall;
            assert.equal(sent, chatbot.questions.length);
            assert.equal(failed, 0, stderr);
            assert.equal(received + interrupted, sent);
            if (profile === 'default') assert.equal(received, 16);
            else assert.ok(received >= 20, `${received} answers`);
            assert.ok(summary.run.durationMs < 20_000, `${summary.run.durationMs} ms`);
            const wrong = summary.errors.filter(({ reason }) => reason !== 'clock_step');
            assert.deepEqual(wrong, [], stderr);
          },
        ),
      );
    });
  }
});
