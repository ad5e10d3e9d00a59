/** Frames that are no answer's: counted, and never taken for the next answer. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runAgainst } from './run-against.ts';
import type { Question, Talk } from './scripted-chatbot.ts';

const ANSWER_MS = 200;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** An answer of 200 ms in ten chunks, with a last frame of its own. @returns the last frame, sealed. */
async function answer(question: Question, { socket, send, seal }: Talk, ids = false) {
  const id = (chunk: number) =>
    ids ? { message_id: `${question.session}-${question.turn}-${chunk}` } : {};
  for (let chunk = 0; chunk < 10; chunk++) {
    await after(ANSWER_MS / 10);
    await send({ response_chunk: `${chunk}`, ...id(chunk) });
  }
  const last = { complete_response: '0123456789', turn: question.turn, ...id(10) };
  const text = JSON.stringify(last);
  socket.send(await seal(text));
  return () => seal(text);
}

const MANY = { NUM_SESSIONS: '10', NUC_QUESTIONS_PER_COURSE: '10', NUC_STRICT: '1' };

describe('stray frames', { concurrency: 2 }, () => {
  for (const [afterMs, ids] of [
    [0, false],
    [15, false],
    [40, false],
    [15, true],
  ] as const) {
    test(`the last frame once more, ${afterMs} ms later${ids ? ', with ids' : ''}`, async () => {
      let completed = 0;
      const { errors, summary, code, chatbot } = await runAgainst(
        {
          question: async (question, talk) => {
            const repeat = await answer(question, talk, ids);
            completed += 1;
            if (question.turn === 10) return;
            await after(afterMs);
            talk.socket.send(await repeat());
          },
        },
        MANY,
      );
      assert.equal(code, 0);
      assert.deepEqual(errors, ['protocol/stray_frame 90']);
      assert.deepEqual([chatbot.questions.length, completed], [100, 100]);
      assert.deepEqual([summary.overall.sent, summary.overall.received], [100, 100]);
      assert.equal(summary.frames.received, 100 * 11 + 90);
      assert.equal(summary.frames.perAnswer?.max, 11);
      assert.ok((summary.overall.response?.min ?? 0) >= ANSWER_MS - 2);
      assert.ok((summary.overall.firstChunk?.min ?? 0) >= ANSWER_MS / 10 - 2);
    });
  }

  test('chunks of the answer before, once more', async () => {
    const { errors, summary, code } = await runAgainst(
      {
        question: async (question, talk) => {
          await answer(question, talk, true);
          await after(10);
          const { session, turn } = question;
          if (turn === 1) await talk.send({ response_chunk: '4', message_id: `${session}-1-4` });
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '2', NUC_STRICT: '1' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, ['protocol/stray_frame 3']);
    assert.equal(summary.overall.received, 6);
    assert.equal(summary.frames.perAnswer?.max, 11);
  });

  test('8,000 frames in the think time, more than a script takes at once', async () => {
    let came = 0;
    const { errors, summary, chatbot } = await runAgainst(
      {
        question: async ({ turn }, { socket, send, seal }) => {
          if (turn === 1) {
            await send({ complete_response: 'x' });
            const frame = await seal('{"response_chunk":"x"}');
            await after(700);
            for (; came < 8000; came++) socket.send(frame);
            return;
          }
          await after(1500);
          await send({ response_chunk: 'Sí.' });
          await after(200);
          await send({ complete_response: 'Sí.' });
        },
      },
      {
        ...{ NUM_SESSIONS: '1', NUC_QUESTIONS_PER_COURSE: '2', NUC_STRICT: '1' },
        ...{ NUC_THINK_TIME: '1s', NUC_LOG: 'off' },
      },
    );
    assert.deepEqual(errors, ['protocol/stray_frame 8000']);
    assert.deepEqual([came, chatbot.questions.length, summary.overall.good], [8000, 2, 2]);
    const { max = 0 } = summary.overall.firstChunk ?? {};
    assert.ok(max >= 1495 && max < 1800, `${max} ms`);
  });

  test('a complete_response in the same segment as the upgrade', async () => {
    let completed = 0;
    const { errors, summary, code } = await runAgainst(
      {
        greeting: '{"complete_response":"Hola."}',
        question: async (question, talk) => {
          await answer(question, talk);
          completed += 1;
        },
      },
      { NUM_SESSIONS: '20' },
    );
    assert.equal(code, 0);
    assert.equal(completed, 20);
    assert.equal(summary.overall.received, 20);
    assert.equal(summary.frames.perAnswer?.min, 11);
    // k6 drops a frame that it reads before the script has heard that the socket is open.
    const strays = summary.frames.received - 20 * 11;
    assert.deepEqual(errors, strays === 0 ? [] : [`protocol/stray_frame ${strays}`]);
    assert.ok((summary.overall.response?.min ?? 0) >= ANSWER_MS - 2);
  });

  test('a cached reply is the answer, with the time of its arrival', async () => {
    const { errors, summary, code } = await runAgainst(
      {
        question: async (_, { send }) => {
          await after(50);
          await send({ complete_response: 'Sí.' });
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '3', NUC_REPEAT_WAIT: '600ms', NUC_SLO_RESPONSE: '400ms' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 9);
    assert.equal(summary.overall.firstChunk?.count, 9);
    assert.equal(summary.frames.received, 9);
    const { min = 0, max = 0 } = summary.overall.response ?? {};
    assert.ok(min >= 48 && max < 400, `${min} to ${max} ms`);
  });

  test('a cached reply with its chunks waits for nothing', async () => {
    const startedAt = Date.now();
    const { errors, summary, code } = await runAgainst(
      {
        question: async (_, { send }) => {
          await send({ response_chunk: 'Sí.' });
          await send({ complete_response: 'Sí.' });
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '3', NUC_REPEAT_WAIT: '60s' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 9);
    assert.ok(Date.now() - startedAt < 20_000);
  });

  test('a limit that passes while a reply is set aside finds it in time', async () => {
    const { errors, summary, code } = await runAgainst(
      { question: async (_, { send }) => send({ complete_response: 'Sí.' }) },
      {
        NUC_QUESTIONS_PER_COURSE: '2',
        NUC_REPEAT_WAIT: '60s',
        NUC_RESPONSE_TIMEOUT: '1s',
      },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 6);
  });

  test('a close finds it too; the session’s end does not', async () => {
    const { errors, summary } = await runAgainst(
      {
        question: async ({ session, turn }, { send, socket }) => {
          await send({ complete_response: 'Sí.' });
          if (turn === 2 && session === 1) socket.close(1011);
        },
      },
      {
        NUC_QUESTIONS_PER_COURSE: '3',
        NUM_SESSIONS: '2',
        NUC_REPEAT_WAIT: '60s',
        NUC_SESSION_TIMEOUT: '2s',
      },
    );
    assert.deepEqual(errors, [
      'stream/session_timeout 1',
      'stream/closed_1011 1',
      'protocol/stray_frame 1',
    ]);
    assert.deepEqual([summary.overall.sent, summary.overall.received], [4, 3]);
    assert.equal(summary.frames.received, 4);
  });
});
