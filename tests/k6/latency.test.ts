/**
 * Latencies are the service's, not the load generator's: from the question to the frame's arrival at
 * the socket. Two ways to know the truth: the simulator plays each answer at a time that is known,
 * and the slow reference cipher keeps the script busy long after the frames have come.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readRecordedRun } from '../../simulator/recorded-run.ts';
import { build } from './bundles.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

/** Answers of 212 to 598 ms. */
const SPEED = 100;
const ONE_SESSION = { NUM_SESSIONS: '1', NUC_LOG: 'chunks' };

interface Logged {
  readonly frames: number;
  readonly firstMs: number;
  readonly totalMs: number;
}

/** Each answer of the log: its frames, and when its first and its last came. */
function answersOf(lines: readonly string[]): Logged[] {
  const answers: Logged[] = [];
  let firstMs = 0;
  for (const line of lines) {
    const [, first] = /\[CHUNK 1\] .* \[Latency: ([\d.]+)ms\]$/.exec(line) ?? [];
    if (first !== undefined) firstMs = Number(first);
    const [, frames, total] = /\(chunk (\d+)\)! \[Total Latency: ([\d.]+)ms\]$/.exec(line) ?? [];
    if (total !== undefined)
      answers.push({ frames: Number(frames), firstMs, totalMs: Number(total) });
  }
  return answers;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test('an answer takes as long as the simulator took to play it', async () => {
  const run = await runChat({ speed: SPEED }, { ...ONE_SESSION, NUC_QUESTIONS_PER_COURSE: '4' });
  const answers = answersOf(run.lines);
  assert.equal(answers.length, 8);
  const late = answers.map(({ frames, firstMs, totalMs }) => {
    // No two recorded answers have the same number of frames: it tells which one was played.
    const played = readRecordedRun().find((answer) => answer.frames === frames);
    assert.ok(played, `${frames} frames`);
    const due = played.responseMs / SPEED;
    // Never earlier than it was sent; the clocks of both sides are rounded to 1 ms.
    assert.ok(totalMs > due - 2, `${totalMs} ms, due at ${due} ms`);
    assert.ok(firstMs > 0.05 * due - 2, `first after ${firstMs} of ${due} ms`);
    assert.ok(firstMs < totalMs);
    return totalMs - due;
  });
  assert.ok(median(late) < 50, `${late.map(Math.round).join(' ')} ms late`);
  const { response, firstChunk } = run.summary.overall;
  const average = answers.reduce((sum, { totalMs }) => sum + totalMs, 0) / answers.length;
  // The log shows two digits.
  assert.ok(Math.abs((response?.avg ?? 0) - average) < 0.01);
  assert.ok(
    Math.abs((response?.max ?? 0) - Math.max(...answers.map(({ totalMs }) => totalMs))) < 0.01,
  );
  assert.ok(
    Math.abs((firstChunk?.min ?? 0) - Math.min(...answers.map(({ firstMs }) => firstMs))) < 0.01,
  );
});

test('a script that is late shows in chat_client_lag, and not in chat_response_time', async () => {
  const bundles = await mkdtemp(join(tmpdir(), 'bundles-'));
  try {
    await build('crypto-js', bundles);
    // All frames of an answer are at the socket within 12 ms; crypto-js needs much longer to open them.
    const settings = { ...ONE_SESSION, NUC_LOG: 'off', NUC_QUESTIONS_PER_COURSE: '3' };
    const byItself = { NUC_MAX_CLIENT_LAG: '' };
    const run = await runChat({ speed: 5000 }, { ...settings, ...byItself }, { bundles });
    assert.equal(run.code, 99, run.stderr);
    const { overall, clientLag, trust } = run.summary;
    assert.equal(overall.received, 6);
    assert.deepEqual(run.stats.violations, {});
    assert.equal(run.summary.frames.received, run.stats.frames);
    const response = overall.response?.med ?? Number.NaN;
    // Of the last frames; first texts are opened sooner.
    const lag = clientLag?.p95 ?? Number.NaN;
    assert.ok(lag > 100, `lag ${lag} ms: is crypto-js that fast here?`);
    assert.ok(response < lag / 3, `response ${response} ms, lag ${lag} ms`);
    // And the summary says that the generator was the bottleneck, of which k6 alone has an exit code too.
    assert.equal(trust.trusted, false);
    assert.ok(run.summary.verdicts.every(({ ok }) => ok));
    assert.match(run.stdout, /NOT TO BE TRUSTED/);
  } finally {
    await rm(bundles, { recursive: true });
  }
});

test('white space before the text is no first chunk', async () => {
  const script: Script = {
    async question(_, { send }) {
      await send({ response_chunk: '\n\n' });
      await send({ response_chunk: '\u200b' });
      await setTimeout(200);
      await send({ response_chunk: 'Sí.' });
      await setTimeout(100);
      await send({ complete_response: '\n\n\u200bSí.' });
    },
  };
  await withChatbot(script, async ({ url, questions }) => {
    const settings = { ...target(url), ...ONE_SESSION, NUC_QUESTIONS_PER_COURSE: '2' };
    const { summary } = await runK6('chat', { settings });
    const { received, successRate, firstChunk, response } = summary?.overall ?? {};
    assert.deepEqual([questions.length, received, successRate], [4, 4, 1]);
    // Timers of both sides have whole milliseconds.
    const first = firstChunk?.min ?? 0;
    assert.ok(first >= 198 && first <= (response?.min ?? 0) - 98, `${first} ms`);
  });
});

test('frames that wait to be opened make no answer slower, and no script late', async () => {
  // The last frames are shorter than those before them: nothing tells that the answer has ended.
  const script: Script = {
    async question(_, { send }) {
      await send({ response_chunk: 'Sí. '.repeat(300) });
      await setTimeout(2000);
      await send({ response_chunk: '' });
      await send({ complete_response: 'Sí.' });
    },
  };
  await withChatbot(script, async ({ url, questions }) => {
    const settings = { ...target(url), NUM_SESSIONS: '3', COURSES: 'MED1060' };
    const { summary } = await runK6('chat', {
      settings: { ...settings, NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' },
    });
    assert.deepEqual([questions.length, summary?.overall.received], [3, 3]);
    assert.equal(summary?.frames.received, 9);
    const response = summary?.overall.response?.med ?? Number.NaN;
    assert.ok(response >= 1998 && response < 2300, `${response} ms`);
    // They wait for half a second: what it is late is what comes on top of that.
    const lag = summary?.clientLag?.p95 ?? Number.NaN;
    assert.ok(lag < 400, `${lag} ms`);
  });
});

test('a first text that waits to be opened when its time is over came in time', async () => {
  const script: Script = {
    async question(_, { send }) {
      await send({ note: 'x'.repeat(1500) });
      await setTimeout(2000);
      await send({ response_chunk: 'Sí.' });
      await setTimeout(900);
      await send({ complete_response: 'Sí.' });
    },
  };
  await withChatbot(script, async ({ url }) => {
    const { summary } = await runK6('chat', {
      settings: {
        ...{ ...target(url), NUM_SESSIONS: '3', NUC_QUESTIONS_PER_COURSE: '1' },
        NUC_FIRST_CHUNK_TIMEOUT: '2300ms',
      },
    });
    const { received = 0, sent, firstChunk } = summary?.overall ?? {};
    assert.deepEqual([summary?.errors, received > 0, received], [[], true, sent]);
    assert.ok((firstChunk?.min ?? 0) >= 1998 && (firstChunk?.med ?? 0) < 2300);
  });
});

test('a last frame that waits to be opened when the session’s time is over came in time', async () => {
  const script: Script = {
    async question(_, { send }) {
      await send({ note: 'x'.repeat(1500) });
      await setTimeout(2400);
      await send({ response_chunk: 'Sí.' });
      await send({ complete_response: 'Sí.' });
    },
  };
  await withChatbot(script, async ({ url, questions }) => {
    const { code, summary } = await runK6('chat', {
      settings: {
        ...{ ...target(url), NUM_SESSIONS: '1', COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1' },
        NUC_SESSION_TIMEOUT: '2900ms',
        // Where the log has every frame, none waits.
        NUC_LOG: 'sessions',
      },
    });
    const { received, sent } = summary?.overall ?? {};
    assert.deepEqual([code, summary?.errors, questions.length, sent, received], [0, [], 1, 1, 1]);
    assert.equal(summary?.frames.received, 3);
  });
});

test('a think time is a pause between answers, and part of none', async () => {
  const settings = { ...ONE_SESSION, COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '4' };
  const run = await runChat({}, { ...settings, NUC_THINK_TIME: '400ms-600ms' });
  assert.equal(run.code, 0);
  assert.ok((run.summary.overall.response?.max ?? Number.NaN) < 400);
  const times = run.lines.flatMap((line) => {
    const [, at, what] = /^\[([\d-]+ [\d:.]+)\] \[Session-1\] (Question|✓)/.exec(line) ?? [];
    return at === undefined ? [] : [{ at: Date.parse(at.replace(' ', 'T')), what }];
  });
  assert.deepEqual(
    times.map(({ what }) => what),
    ['Question', '✓', 'Question', '✓', 'Question', '✓', 'Question', '✓'],
  );
  for (let next = 2; next < times.length; next += 2) {
    const pause = (times[next]?.at ?? 0) - (times[next - 1]?.at ?? 0);
    assert.ok(pause >= 395, `a pause of ${pause} ms`);
  }
});
