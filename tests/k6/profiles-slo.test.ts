/** The SLO: an answer is good where it came in time; one that failed or is overdue is not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultName } from '../../simulator/faults.ts';
import { assertAgreed, failedOf, runSampled } from './profile-run.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

const SHORT = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'off' };
/** Beyond the limit of 2 s, which no answer that comes at once reaches on any machine. */
const LATE_MS = 2500;

/** The first of four sessions has its first text late, the second its end; the third has none. */
const SLUGGISH: Script = {
  async question({ session }, { send, socket }) {
    if (session === 3) return socket.close(1011);
    if (session === 1) await delay(LATE_MS);
    await send({ response_chunk: 'Sí' });
    if (session === 2) await delay(LATE_MS);
    await send({ response_chunk: '.' });
    await send({ complete_response: 'Sí.' });
  },
};

describe('the SLO', { concurrency: 2 }, () => {
  for (const [limits, met] of [
    [{ NUC_SLO_FIRST_CHUNK: '2s' }, 2],
    [{ NUC_SLO_RESPONSE: '2s' }, 1],
    [{ NUC_SLO_FIRST_CHUNK: '2s', NUC_SLO_RESPONSE: '10s' }, 2],
    [{}, 3],
  ] as const) {
    test(`${met} of 4 answers meet ${JSON.stringify(limits)}: a failure never does`, async () => {
      await withChatbot(SLUGGISH, async (chatbot) => {
        const settings = { ...target(chatbot.url), ...SHORT, ...limits, NUM_SESSIONS: '4' };
        const { summary, stdout } = await runK6('chat', { settings });
        assert.ok(summary);
        const { passes, fails } = summary.metrics.chat_slo_met?.values ?? {};
        assert.deepEqual([passes, fails], [met, 4 - met]);
        assert.equal(summary.overall.sloRate, met / 4);
        // Slow is not wrong.
        assert.equal(summary.overall.successRate, 3 / 4);
        const shown = `${((met / 4) * 100).toFixed(2)} % in time`;
        assert.equal(stdout.includes(shown), Object.keys(limits).length > 0);
      });
    });
  }

  for (const [rate, code] of [
    ['0.75', 0],
    ['0.76', 99],
  ] as const) {
    test(`NUC_SLO_RATE=${rate}: three of four ${code === 0 ? 'are enough' : 'are too few'}`, async () => {
      const script: Script = {
        async question({ session }, { send }) {
          if (session === 1) await delay(LATE_MS);
          await send({ complete_response: 'Sí.' });
        },
      };
      await withChatbot(script, async (chatbot) => {
        const slo = { NUC_SLO_RESPONSE: '2s', NUC_SLO_RATE: rate };
        const settings = { ...target(chatbot.url), ...SHORT, ...slo, NUM_SESSIONS: '4' };
        const result = await runK6('chat', { settings });
        const { summary } = result;
        assert.ok(summary);
        assert.equal(result.code, code);
        const slow = summary.verdicts.find(({ metric }) => metric === 'chat_slo_met');
        assert.deepEqual(slow, {
          metric: 'chat_slo_met',
          threshold: `rate>=${rate}`,
          ok: code === 0,
          got: 0.75,
        });
        assert.deepEqual(failedOf({ summary }), code === 0 ? [] : ['chat_slo_met']);
      });
    });
  }

  for (const [fault, limits] of [
    ['stall', { NUC_SLO_RESPONSE: '500ms' }],
    ['no-first-chunk', { NUC_SLO_RESPONSE: '500ms' }],
    ['no-first-chunk', { NUC_SLO_FIRST_CHUNK: '500ms' }],
  ] as [FaultName, Record<string, string>][]) {
    test(`${fault} with ${Object.keys(limits)}: overdue is not good, long before the end`, async () => {
      const own = {
        scenarios: {
          chat: { executor: 'per-vu-iterations', vus: 2, iterations: 1, maxDuration: '4s' },
        },
      };
      const settings = { ...SHORT, ...limits, PROFILE: 'own.json' };
      const run = await runSampled({ faults: [fault] }, settings, { 'own.json': own });
      assert.equal(run.code, 99);
      assertAgreed(run);
      const { summary, samples } = run;
      // Cut off at the end: no failure, but a wait that was too long already.
      assert.equal(summary.sessions.interrupted, 2);
      assert.equal(summary.overall.failed, 0);
      assert.equal(summary.overall.interrupted, 2);
      const of = (name: string) => samples.filter(({ metric }) => metric === name);
      const judged = of('chat_slo_met');
      assert.deepEqual(
        judged.map(({ value }) => value),
        [0, 0],
      );
      const asked = Math.min(...of('chat_questions_sent').map(({ at }) => at));
      const cutOff = Math.min(...of('chat_interrupted').map(({ at }) => at));
      for (const { at } of judged) {
        assert.ok(at - asked >= 1500, `after ${at - asked} ms`);
        assert.ok(cutOff - at > 500, `${cutOff - at} ms before the end`);
      }
      assert.equal(summary.overall.sloRate, 0);
      assert.ok(failedOf(run).includes('chat_slo_met'));
    });
  }

  test('an answer that is overdue and comes all the same is counted once', async () => {
    const settings = { ...SHORT, NUM_SESSIONS: '2', NUC_SLO_RESPONSE: '10ms' };
    // Answers of 1.1 to 2.9 s.
    const run = await runChat({ speed: 20 }, settings);
    assertAgreed(run);
    assert.equal(run.code, 99);
    assert.equal(run.summary.overall.successRate, 1);
    const { passes, fails } = run.summary.metrics.chat_slo_met?.values ?? {};
    assert.deepEqual([passes, fails], [0, 2]);
  });
});
