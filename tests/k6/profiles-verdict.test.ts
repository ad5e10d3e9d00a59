/** A verdict that can be trusted: no run passes without samples, and a warm-up is left out of it. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { assertAgreed, failedOf, runOptions, runSampled } from './profile-run.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

const SHORT = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'off' };
const THREE = { scenarios: { chat: { executor: 'per-vu-iterations', vus: 3, iterations: 1 } } };

/** Two sessions that are cut off after a second. */
const CUT_OFF = {
  scenarios: { chat: { executor: 'constant-vus', vus: 2, duration: '1s', gracefulStop: '2s' } },
};

/** The row on the terminal that begins with a metric, its words one space apart. */
function rowOf(stdout: string, begin: string): string {
  const lines = stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
  return lines.find((line) => line.slice(2).startsWith(`${begin} `)) ?? '';
}

/** Holds a process up for half of its time, in turns of so many ms, as a machine without room does. */
function stutter(turnMs: number): (k6: ChildProcess) => void {
  return (k6) => {
    let stopped = false;
    const turn = setInterval(() => {
      stopped = !stopped;
      k6.kill(stopped ? 'SIGSTOP' : 'SIGCONT');
    }, turnMs);
    k6.once('exit', () => clearInterval(turn));
  };
}

describe('a load generator that is late', { concurrency: 2 }, () => {
  for (const [NUC_MAX_CLIENT_LAG, crossed] of [
    ['', /^thresholds on metrics '[^']*chat_generator_in_time[^']*' have been crossed$/m],
    ['5ms', /^thresholds on metrics '[^']*chat_timer_lag[^']*' have been crossed$/m],
  ] as const) {
    test(`k6 alone says so by its exit code, NUC_MAX_CLIENT_LAG="${NUC_MAX_CLIENT_LAG}"`, async () => {
      const settings = { ...SHORT, NUC_QUESTIONS_PER_COURSE: '4', NUC_MAX_CLIENT_LAG };
      const run = await runChat({ speed: 100 }, settings, { started: stutter(60) });
      assert.equal(run.code, 99);
      assert.match(run.stderr, crossed);
      const { trust, verdicts, passed, overall, metrics } = run.summary;
      assert.deepEqual([trust.trusted, passed], [false, false]);
      if (NUC_MAX_CLIENT_LAG === '') {
        // Each question's sending is held against its answer.
        const sends = metrics['chat_generator_in_time{lag:send}']?.values;
        assert.equal((sends?.passes ?? 0) + (sends?.fails ?? 0), run.stats.questions);
      }
      // The service did what was asked of it.
      assert.equal(overall.good, run.stats.questions);
      assert.equal(verdicts.length, 4);
      assert.ok(verdicts.every(({ ok }) => ok));
      assert.match(run.stdout, /NOT TO BE TRUSTED/);
      assert.doesNotMatch(run.stdout, /FAILED|✗/);
    });
  }

  test('by the latency of the question that waited: the set-up before it was far shorter', async () => {
    const slow = {
      async question(_: unknown, { send }: { send(frame: unknown): Promise<void> }) {
        await setTimeout(4000);
        await send({ response_chunk: 'Sí.' });
        await send({ complete_response: 'Sí.' });
      },
    };
    await withChatbot(slow, async ({ url, questions }) => {
      const settings = { ...target(url), ...SHORT, NUC_MAX_CLIENT_LAG: '' };
      const { code, stdout, summary } = await runK6('chat', { settings, started: stutter(20) });
      assert.ok(summary, stdout);
      assert.equal(summary.overall.good, questions.length);
      const { trusted, why, errorMs, allowedMs } = summary.trust;
      // More than the set-up allows, and less than these answers do.
      assert.ok((errorMs ?? 0) > 10 && (errorMs ?? 0) < (allowedMs ?? 0), `${errorMs} ms`);
      assert.deepEqual([trusted, why, code], [true, [], 0]);
    });
  });
});

describe('without samples nothing passes', { concurrency: 2 }, () => {
  test('answers are asked about, and every session fails before the first', async () => {
    const thresholds = {
      chat_response_success: ['rate>=0.9'],
      'chat_slo_met{course:MED1060}': ['rate>=0.9'],
      chat_response_time: ['p(95)<60000'],
    };
    const run = await runOptions({ ...THREE, thresholds }, { faults: ['token-500'] }, SHORT);
    assert.equal(run.code, 99);
    assert.deepEqual(run.stats.violations, {});
    assert.equal(run.summary.sessions.failed, 3);
    assert.equal(run.summary.passed, false);
    assert.match(run.stdout, /^SUMMARY · own · .* · FAILED$/m);
    assert.deepEqual(failedOf(run), [
      'chat_response_success',
      'chat_response_time',
      'chat_responses_received',
      'chat_responses_received{course:MED1060}',
      'chat_slo_met{course:MED1060}',
    ]);
    assert.equal(
      rowOf(run.stdout, 'chat_response_success'),
      '✗ chat_response_success rate>=0.9 no sample',
    );
    assert.equal(
      rowOf(run.stdout, 'chat_response_time'),
      '✗ chat_response_time p(95)<60000 no sample',
    );
    assert.equal(
      rowOf(run.stdout, 'chat_responses_received'),
      '✗ chat_responses_received count>0 0',
    );
    assert.equal(rowOf(run.stdout, 'chat_sessions_started'), '✓ chat_sessions_started count>0 3');
  });

  for (const [metric, threshold, beside] of [
    ['chat_session_success', 'rate>=0.9', 'chat_sessions_completed'],
    ['chat_setup_success', 'rate>=0.9', 'chat_setup_time'],
    ['chat_token_time', 'p(95)<60000', ''],
    ['http_req_failed{name:create-chat}', 'rate<0.1', 'http_reqs{name:create-chat}'],
  ] as const) {
    test(`${metric} alone is asked about, and every session is cut off in its set-up`, async () => {
      const own = { ...CUT_OFF, thresholds: { [metric]: [threshold] } };
      const run = await runOptions(own, { faults: ['token-hang'] }, SHORT);
      assert.deepEqual(run.summary.sessions, {
        started: 2,
        completed: 0,
        failed: 0,
        interrupted: 2,
      });
      assert.equal(run.code, 99);
      assert.deepEqual(new Set(failedOf(run)), new Set([metric, beside || metric]));
      const asked = `${metric} ${threshold}`;
      assert.equal(rowOf(run.stdout, asked), `✗ ${asked} no sample`);
    });
  }
});

describe('a warm-up', { concurrency: 2 }, () => {
  test('longer than the run: nothing is left to judge, so it did not pass', async () => {
    const run = await runChat({}, { ...SHORT, NUM_SESSIONS: '2', NUC_WARMUP: '1h' });
    assert.equal(run.code, 99);
    assertAgreed(run);
    assert.equal(run.summary.sessions.completed, 2);
    assert.deepEqual(
      run.summary.verdicts.map(({ metric, ok, got }) => [metric, ok, got]),
      [
        ['chat_response_success{warmup:no}', false, null],
        ['chat_responses_received{warmup:no}', false, 0],
        ['chat_session_success{warmup:no}', false, null],
        ['chat_sessions_completed{warmup:no}', false, 0],
      ],
    );
  });

  test('every sample says whether it is part of it, and the verdict is on the rest', async () => {
    // Both sessions begin within the warm-up, and end after it.
    const settings = { ...SHORT, NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '4' };
    const run = await runSampled({ speed: 50 }, { ...settings, NUC_WARMUP: '1s' });
    const { summary, samples } = run;
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    const own = samples.filter(({ metric }) => metric.startsWith('chat_'));
    assert.ok(own.length > 0);
    for (const { metric, tags } of own) {
      assert.ok(tags.warmup === 'yes' || tags.warmup === 'no', `${metric}: ${tags.warmup}`);
    }
    const sent = own.filter(({ metric }) => metric === 'chat_questions_sent');
    const times = (warmup: string) =>
      sent.filter(({ tags }) => tags.warmup === warmup).map(({ at }) => at);
    const [warm, rest] = [times('yes'), times('no')];
    assert.ok(warm.length > 0 && rest.length > 0);
    assert.equal(warm.length + rest.length, 8);
    // One session may be a moment slower than another between its clock and its sample.
    assert.ok(Math.max(...warm) < Math.min(...rest) + 100);
    assert.ok(Math.max(...warm) - Math.min(...warm) < 1000);
    const gotOf = (metric: string) => summary.verdicts.find((one) => one.metric === metric)?.got;
    assert.equal(gotOf('chat_responses_received{warmup:no}'), rest.length);
    assert.equal(gotOf('chat_sessions_completed{warmup:no}'), 2);
    assert.equal(gotOf('chat_session_success{warmup:no}'), 1);
    // The figures are of the whole run.
    assert.equal(summary.overall.received, 8);
  });

  test('what fails within it is no failure of the run', async () => {
    // The first of two sessions fails at once; the second goes on.
    const faults = ['close-1011:1/2'];
    const settings = { ...SHORT, NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '6' };
    const run = await runChat({ speed: 50, faults }, { ...settings, NUC_WARMUP: '2s' });
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assert.deepEqual(run.summary.sessions, {
      started: 2,
      completed: 1,
      failed: 1,
      interrupted: 0,
    });
    assert.equal(run.summary.overall.failed, 1);
    assert.equal(run.summary.passed, true);
  });
});
