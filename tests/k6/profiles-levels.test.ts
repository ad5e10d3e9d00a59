/** Profiles that hold a level of sessions: ramp, spike and soak. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showMs } from '../../lib/base/format.ts';
import {
  assertAgreed,
  assertFound,
  assertStepsAddUp,
  failedOf,
  levelBetween,
  levelsOf,
  type Run,
  rowOf,
  runSampled,
} from './profile-run.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

/** Answers of 0.35 to 1 s. */
const SPEED = 60;
const ONE_QUESTION = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' };
/** From a step's beginning until its sessions are there, and how far clocks are apart. */
const MARGIN_MS = 600;

/** Whether that many sessions were there all through the time between: one ends, the next begins. */
function assertHeld(run: Run, sessions: number, fromMs: number, toMs: number): void {
  const { most, mean } = levelBetween(levelsOf(run.lines), fromMs + MARGIN_MS, toMs - MARGIN_MS);
  const what = `${fromMs} to ${toMs} ms`;
  assert.equal(most, sessions, what);
  assert.ok(mean > sessions * 0.9, `${what}: ${mean.toFixed(2)} of ${sessions} on average`);
}

/** The run took its time, and ended by itself: k6 would have waited 30 s for a session. */
function assertEndedInTime({ summary }: Run, ms: number): void {
  const { durationMs } = summary.run;
  assert.ok(durationMs >= ms && durationMs < ms + 10_000, `${durationMs} ms`);
}

/** Nothing failed; what the end of the time cut off is neither success nor failure. */
function assertCutOff({ summary }: Run, sessionsAtTheEnd: number): void {
  const { sessions, overall } = summary;
  assert.equal(sessions.failed, 0);
  assert.equal(overall.failed, 0);
  assert.equal(overall.successRate, 1);
  assert.ok(overall.interrupted > 0);
  // At that very moment, one of them may have been complete.
  assert.ok(sessions.interrupted >= overall.interrupted);
  assert.ok(sessions.interrupted <= sessionsAtTheEnd);
}

/** The line that compares the p95 of a step with that of another. */
function assertCompared({ summary }: Run, earlier: string, later: string): void {
  const p95 = (name: string) =>
    showMs(summary.bySteps.find((step) => step.name === name)?.response?.p95 ?? Number.NaN);
  const [response = '', firstChunk = '', success = ''] = summary.findings;
  const line = `response p95: ${p95(earlier)} ${earlier}, ${p95(later)} ${later} (`;
  assert.ok(response.startsWith(line), `${response}, not ${line}`);
  assert.match(response, / \([+−]\d+\.\d %\)$/);
  assert.ok(firstChunk.startsWith('first chunk p95: '), firstChunk);
  assert.equal(success, `success: 100.00 % ${earlier}, 100.00 % ${later}`);
  assert.equal(summary.findings.length, 3);
}

describe('levels', { concurrency: 2 }, () => {
  test('ramp: a row per step, and each level holds until the next', async () => {
    const run = await runChat(
      { speed: SPEED },
      {
        ...ONE_QUESTION,
        PROFILE: 'ramp',
        RAMP_START_SESSIONS: '2',
        RAMP_INCREMENT: '2',
        RAMP_MAX_SESSIONS: '5',
        RAMP_INTERVAL: '3s',
      },
    );
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assertStepsAddUp(run);
    assertCutOff(run, 5);
    assertEndedInTime(run, 9000);
    assertHeld(run, 2, 0, 3000);
    assertHeld(run, 4, 3000, 6000);
    assertHeld(run, 5, 6000, 9000);
    assert.equal(run.stats.peak_connections, 5);
    const { bySteps } = run.summary;
    assert.deepEqual(
      bySteps.map(({ name }) => name),
      ['2', '4', '5'],
    );
    for (const { name, sessionsStarted, sent, received, firstChunk, response, errors } of bySteps) {
      assert.ok(received > 0);
      assert.equal(response?.count, received);
      // What was cut off may have had its first chunk.
      const begun = firstChunk?.count ?? 0;
      assert.ok(received <= begun && begun <= sent, `${received}, ${begun}, ${sent}`);
      assert.equal(errors, 0);
      const times = [firstChunk?.p95, response?.p95];
      const figures = times.map((ms) => showMs(ms ?? Number.NaN)).join(' ');
      assert.equal(
        rowOf(run, name),
        `${name} ${sessionsStarted} ${received} 100.00 % ${figures} 0`,
      );
    }
    assertFound(run, '5 sessions held, the highest level that was tried: more may be possible');
    assert.ok(run.lines.includes('  Profile: ramp'));
    assert.ok(run.lines.some((line) => /^Starting sessions at 20.{24}: 2 to 5$/.test(line)));
  });

  test('spike: the peak’s sessions are in the peak alone, and before is compared with after', async () => {
    const run = await runSampled(
      { speed: SPEED },
      {
        ...ONE_QUESTION,
        PROFILE: 'spike',
        SPIKE_BASE_SESSIONS: '2',
        SPIKE_PEAK_SESSIONS: '6',
        SPIKE_BEFORE: '3s',
        SPIKE_DURATION: '3s',
        SPIKE_AFTER: '3s',
      },
    );
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assertStepsAddUp(run);
    assertCutOff(run, 6);
    assertEndedInTime(run, 9000);
    assertHeld(run, 2, 0, 3000);
    assertHeld(run, 6, 3000, 6000);
    assertHeld(run, 2, 6000, 9000);
    assert.equal(run.stats.peak_connections, 6);
    assertCompared(run, 'before', 'after');
    const stepsOf = (scenario: string) => {
      const own = run.samples.filter(
        ({ metric, tags }) => metric.startsWith('chat_') && tags.scenario === scenario,
      );
      return [...new Set(own.map(({ tags }) => tags.step))];
    };
    assert.deepEqual(stepsOf('peak'), ['peak']);
    assert.deepEqual(stepsOf('base'), ['before', 'peak', 'after']);
    // Two scenarios, and still no number twice.
    const numbers = run.lines.filter((line) => line.endsWith('] Starting session'));
    const distinct = new Set(numbers.map((line) => /\[Session-(\d+)\]/.exec(line)?.[1]));
    assert.equal(distinct.size, run.summary.sessions.started);
  });

  test('soak: the first window is compared with the last', async () => {
    const run = await runChat(
      { speed: SPEED },
      {
        ...ONE_QUESTION,
        PROFILE: 'soak',
        SOAK_SESSIONS: '3',
        SOAK_DURATION: '7s',
        SOAK_WINDOW: '2s',
      },
    );
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assertStepsAddUp(run);
    assertCutOff(run, 3);
    assertEndedInTime(run, 7000);
    assertHeld(run, 3, 0, 7000);
    assertCompared(run, 'first', 'last');
    assert.deepEqual(
      run.summary.bySteps.map(({ name, received }) => [name, received > 0]),
      [
        ['first', true],
        ['middle', true],
        ['last', true],
      ],
    );
    const { verdicts } = run.summary;
    assert.deepEqual(
      verdicts.filter(({ metric }) => metric.includes('step')).map(({ metric }) => metric),
      ['chat_responses_received{step:last}', 'chat_slo_met{step:last}'],
    );
  });

  test('soak: an end that is worse than the SLO allows fails, whatever came before', async () => {
    let badFrom = 0;
    const tiring: Script = {
      token() {
        badFrom ||= Date.now() + 3500;
        return false;
      },
      async question(_, { send }) {
        await send({ complete_response: Date.now() < badFrom ? 'Sí.' : '' });
      },
    };
    await withChatbot(tiring, async (chatbot) => {
      const { code, summary } = await runK6('chat', {
        settings: {
          ...target(chatbot.url),
          PROFILE: 'soak',
          SOAK_SESSIONS: '2',
          SOAK_DURATION: '6s',
          SOAK_WINDOW: '2s',
          NUC_THINK_TIME: '100ms',
          NUC_SLO_RATE: '0.3',
          NUC_LOG: 'off',
        },
      });
      assert.equal(code, 99);
      assert.ok(summary);
      assert.ok((summary.overall.successRate ?? 0) > 0.3);
      assert.deepEqual(failedOf({ summary }), ['chat_slo_met{step:last}']);
      // This chatbot sends no chunks, so there is no first one to compare.
      assert.equal(summary.findings.length, 2);
      assert.match(summary.findings[0] ?? '', /^response p95: .* first, .* last \(/);
      assert.equal(summary.findings[1], 'success: 100.00 % first, 0.00 % last');
      assert.deepEqual(
        summary.bySteps
          .map(({ name, successRate }) => [name, successRate])
          .filter(([name]) => name !== 'middle'),
        [
          ['first', 1],
          ['last', 0],
        ],
      );
    });
  });
});
