/** Sockets and frames that break in ways that the simulator does not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runAgainst } from './run-against.ts';

describe('the socket', { concurrency: 2 }, () => {
  test('close codes in the middle of an answer, one for each session', async () => {
    const codes = [1002, 1003, 1007, 1008, 1009, 1012, 1013, 4001, 3000];
    const { errors, summary, code, chatbot } = await runAgainst(
      {
        question: async ({ session }, { socket, send }) => {
          await send({ response_chunk: 'La mitad' });
          const closeCode = codes[session - 1];
          if (closeCode === undefined) socket.close();
          else socket.close(closeCode);
        },
      },
      // One more, which is closed without a code.
      { NUM_SESSIONS: String(codes.length + 1) },
    );
    assert.equal(code, 99);
    assert.deepEqual(errors, [
      'stream/closed_1002 1',
      'stream/closed_1003 1',
      'stream/closed_1005 1',
      'stream/closed_1007 1',
      'stream/closed_1008 1',
      'stream/closed_1009 1',
      'stream/closed_1012 1',
      'stream/closed_1013 1',
      'stream/closed_other 2',
    ]);
    assert.equal(summary.overall.sent, codes.length + 1);
    assert.equal(summary.overall.failed, codes.length + 1);
    assert.equal(summary.frames.received, codes.length + 1);
    assert.equal(chatbot.questions.length, codes.length + 1);
  });

  test('a last frame that is followed at once by a close completes its answer', async () => {
    const { errors, summary, code } = await runAgainst({
      question: async (_, { socket, send }) => {
        for (let chunk = 0; chunk < 50; chunk++) await send({ response_chunk: 'x'.repeat(2000) });
        await send({ complete_response: 'x'.repeat(100_000) });
        socket.close(1011);
      },
    });
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 3);
    assert.equal(summary.sessions.completed, 3);
    assert.equal(summary.frames.received, 153);
  });

  test('an answer ends at complete_response whatever it holds, and nulls are no error', async () => {
    const { errors, summary, code } = await runAgainst(
      {
        question: ({ turn }, { send }) =>
          send(
            turn === 1
              ? { response_chunk: null, complete_response: 'Sí.', session_attributes: null }
              : { complete_response: null },
          ),
      },
      { NUC_QUESTIONS_PER_COURSE: '2' },
    );
    assert.equal(code, 99);
    assert.equal(summary.sessions.completed, 3);
    assert.equal(summary.overall.received, 6);
    assert.deepEqual(errors, ['protocol/empty_answer 3']);
    assert.equal(summary.overall.firstChunk?.count, 3);
  });

  test('frames that are not text, or have a field of a wrong kind, are counted; the answer goes on', async () => {
    const { errors, summary, code, lines } = await runAgainst({
      question: async (_, { socket, send }) => {
        socket.send(Buffer.from([1, 2, 3]));
        await send({ response_chunk: 7 });
        await send({ session_attributes: 'x' });
        await send({ response_chunk: 'Sí.', note: { of: 'another kind' } });
        await send({ complete_response: 'Sí.' });
      },
    });
    assert.equal(code, 0);
    assert.deepEqual(errors, ['protocol/not_text 3', 'protocol/bad_field 6']);
    // The frames with a bad field opened, and what else they hold is used.
    assert.equal(summary.frames.received, 12);
    assert.equal(summary.overall.received, 3);
    const line = '! protocol: frame: response_chunk: expected a string, got a number';
    assert.equal(lines.filter((text) => text.endsWith(line)).length, 3);
  });

  test('frames after the end of an answer, and before a question, are counted but no answer’s', async () => {
    const { errors, summary, code, lines } = await runAgainst(
      {
        question: async ({ turn }, { send }) => {
          if (turn === 2) await send({ complete_response: 'Dos.' });
          else {
            await send({ complete_response: 'Uno.' });
            await send({ notice: 'late' });
          }
        },
      },
      {
        NUC_QUESTIONS_PER_COURSE: '2',
        NUM_SESSIONS: '1',
        NUC_LOG: 'chunks',
        NUC_THINK_TIME: '300ms',
      },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, ['protocol/stray_frame 1']);
    assert.equal(summary.frames.received, 3);
    assert.equal(summary.frames.perAnswer?.max, 1);
    assert.equal(lines.filter((line) => line.includes("[CHUNK 0] Keys: ['notice']")).length, 1);
  });

  test('what had arrived before a question is not of its answer, however late it is opened', async () => {
    const long = 'A'.repeat(300_000);
    const { errors, summary, code, chatbot } = await runAgainst(
      {
        question: async ({ turn }, { send, seal, socket }) => {
          const frames = [
            { response_chunk: long },
            { complete_response: long },
            { complete_response: 'again', session_attributes: { turn } },
          ];
          const sealed = await Promise.all(frames.map((frame) => seal(JSON.stringify(frame))));
          if (turn < 3) for (const each of sealed) socket.send(each);
          else await send({ complete_response: 'Tres.' });
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '3', NUM_SESSIONS: '1' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, ['protocol/stray_frame 2']);
    assert.deepEqual([summary.overall.sent, summary.overall.received], [3, 3]);
    assert.equal(summary.frames.received, 7);
    assert.deepEqual(
      chatbot.questions.map(({ session_attributes }) => session_attributes),
      [{}, { turn: 1 }, { turn: 2 }],
    );
    assert.equal(summary.frames.perAnswer?.max, 2);
    assert.ok((summary.overall.response?.min ?? -1) >= 0);
    assert.ok((summary.overall.firstChunk?.min ?? -1) >= 0);
  });

  test('an answer that is never complete had its first chunk all the same', async () => {
    const { errors, summary } = await runAgainst(
      { question: async (_, { send }) => send({ response_chunk: 'Sí' }) },
      { NUC_RESPONSE_TIMEOUT: '300ms' },
    );
    assert.deepEqual(errors, ['stream/response_timeout 3']);
    assert.equal(summary.overall.received, 0);
    assert.equal(summary.overall.response, null);
    assert.equal(summary.overall.firstChunk?.count, 3);
    assert.ok((summary.overall.firstChunk?.max ?? 300) < 300);
  });

  test('a socket that is closed between two questions: the next was never sent, nor counted', async () => {
    const { errors, summary, code, chatbot } = await runAgainst(
      {
        question: async (_, { socket, send }) => {
          await send({ complete_response: 'Sí.' });
          socket.close(1012);
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '2', NUC_THINK_TIME: '500ms' },
    );
    assert.equal(code, 99);
    assert.deepEqual(errors, ['stream/closed_1012 3']);
    assert.equal(summary.sessions.failed, 3);
    assert.equal(chatbot.questions.length, 3);
    assert.equal(summary.overall.sent, 3);
    assert.equal(summary.overall.received, 3);
    assert.equal(summary.overall.failed, 0);
  });

  test('the first text counts, not the first frame', async () => {
    const { summary } = await runAgainst(
      {
        question: async (_, { send }) => {
          await send({ notice: 'thinking' });
          await new Promise((resolve) => setTimeout(resolve, 300));
          await send({ response_chunk: 'Sí.' });
          await send({ complete_response: 'Sí.' });
        },
      },
      { NUM_SESSIONS: '1' },
    );
    const first = summary.overall.firstChunk?.min ?? 0;
    assert.ok(first >= 300, `${first} ms`);
    assert.ok((summary.frames.gapMax?.min ?? 0) >= 298);
    assert.equal(summary.frames.received, 3);
  });
});
