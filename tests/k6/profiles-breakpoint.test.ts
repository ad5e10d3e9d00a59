/** The profile breakpoint climbs until a level breaks, stops there, and names the highest that held. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showMs } from '../../lib/base/format.ts';
import { assertAgreed, assertFound, assertStepsAddUp, failedOf, rowOf } from './profile-run.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

const SHORT = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'off' };

function climb(levels: [start: string, increment: string, max: string], interval: string) {
  const [BREAKPOINT_START_SESSIONS, BREAKPOINT_INCREMENT, BREAKPOINT_MAX_SESSIONS] = levels;
  return {
    ...SHORT,
    PROFILE: 'breakpoint',
    BREAKPOINT_START_SESSIONS,
    BREAKPOINT_INCREMENT,
    BREAKPOINT_MAX_SESSIONS,
    BREAKPOINT_INTERVAL: interval,
  };
}

describe('breakpoint', { concurrency: 2 }, () => {
  test('stops by itself at the first level that breaks', async () => {
    // Alone, an answer takes 0.2 to 0.6 s; nine at once up to nine times as long.
    const run = await runChat(
      { speed: 100, capacity: 1 },
      { ...climb(['1', '8', '17'], '6s'), NUC_SLO_RESPONSE: '1800ms' },
    );
    const { summary } = run;
    assert.equal(run.code, 99);
    assertAgreed(run, true);
    assertStepsAddUp(run);
    assert.match(run.stderr, /'chat_slo_met\{step:9\}'.*stopping test prematurely/);
    assert.ok(summary.run.durationMs < 18_000, `${summary.run.durationMs} ms`);
    const [held, broken, left] = summary.bySteps;
    assert.equal(held?.sloRate, 1);
    const got = ((broken?.sloRate ?? 1) * 100).toFixed(2);
    assert.ok(Number(got) < 95);
    const response = showMs(broken?.response?.p95 ?? Number.NaN);
    assertFound(
      run,
      `1 session held; 9 did not: ${got} % of the answers in time, 95.00 % expected (response p95 ${response}, limit 1800ms)`,
    );
    assert.match(
      run.stdout,
      /^SUMMARY · breakpoint · (?:engine native · )?[\d.]+ s · LIMIT FOUND: 1 SESSION$/m,
    );
    assert.doesNotMatch(run.stdout, /FAILED/);
    assert.match(run.stdout, /^1 session ✓ /m);
    assert.match(run.stdout, /^9 sessions ✗ /m);
    assert.match(run.stdout, /^1 step was not reached: 17 sessions$/m);
    assert.deepEqual(failedOf(run), ['chat_slo_met{step:9}']);
    // Slow is not wrong.
    assert.equal(summary.overall.successRate, 1);
    assert.equal(left?.received, 0);
    assert.equal(summary.passed, false);
  });

  test('where every level holds, the highest is not called the limit', async () => {
    const run = await runChat(
      { speed: 100 },
      { ...climb(['1', '1', '2'], '2s'), NUC_SLO_RESPONSE: '20s', NUC_SLO_FIRST_CHUNK: '10s' },
    );
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assertStepsAddUp(run);
    assert.ok(run.summary.run.durationMs >= 4000);
    assert.equal(run.stats.peak_connections, 2);
    assertFound(run, '2 sessions held, the highest level that was tried: more may be possible');
    assert.deepEqual(
      run.summary.verdicts.map(({ metric, got }) => [metric, got !== null]),
      [
        ['chat_responses_received', true],
        ...['1', '2'].flatMap((step) => [
          [`chat_responses_received{step:${step}}`, true],
          [`chat_setup_success{step:${step}}`, true],
          [`chat_slo_met{step:${step}}`, true],
        ]),
      ],
    );
    assert.match(rowOf(run, '2'), /^2 \d+ \d+ 100\.00 % 100\.00 % /);
  });

  test('a level at which nothing is answered any more did not hold', async () => {
    let silentFrom = 0;
    const silence: Script = {
      token() {
        // Long before the second level begins.
        silentFrom ||= Date.now() + 1500;
        return false;
      },
      async question(_, { send }) {
        if (Date.now() < silentFrom) await send({ complete_response: 'Sí.' });
      },
    };
    await withChatbot(silence, async (chatbot) => {
      const settings = { ...target(chatbot.url), ...climb(['1', '1', '2'], '3s') };
      const { code, summary } = await runK6('chat', {
        settings: { ...settings, NUC_QUESTIONS_PER_COURSE: '20', NUC_THINK_TIME: '100ms' },
      });
      assert.ok(summary);
      // No failure and no SLO, only silence: k6 lets rates without samples pass.
      assert.deepEqual(summary.errors, []);
      assert.equal(code, 99);
      assert.deepEqual(
        summary.verdicts.filter(({ ok }) => !ok),
        [
          {
            metric: 'chat_responses_received{step:2}',
            threshold: 'count>0',
            ok: false,
            got: 0,
          },
        ],
      );
      assert.deepEqual(summary.findings, ['1 session held; 2 did not: no answer came']);
    });
  });
});
