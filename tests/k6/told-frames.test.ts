/** Frames are told of in steps: however many an answer has, and however it ends, none is lost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runAgainst } from './run-against.ts';
import type { Question, Talk } from './scripted-chatbot.ts';

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Around one step of 16 frames, and around several. */
const FRAMES = [1, 2, 15, 16, 17, 31, 32, 33, 48, 49];
const ALL_FRAMES = FRAMES.reduce((sum, count) => sum + count, 0);

/** So many chunks, of letters in turn; a gap before each. */
async function chunks(count: number, gapMs: number, talk: Talk): Promise<string> {
  let text = '';
  for (let chunk = 0; chunk < count; chunk++) {
    await after(gapMs);
    const part = String.fromCharCode(97 + (chunk % 26)).repeat(1 + (chunk % 7));
    text += part;
    await talk.send({ response_chunk: part });
  }
  return text;
}

describe('frames told of in steps', { concurrency: 2 }, () => {
  for (const log of ['off', 'chunks']) {
    for (const filler of [0, 3000]) {
      const longest =
        filler > 0 ? 'the first frame is the longest' : 'the last frame is the longest';
      test(`1 to 49 frames, NUC_LOG=${log}, ${longest}`, async () => {
        const question = async ({ turn }: Question, talk: Talk) => {
          const count = FRAMES[turn - 1] ?? 1;
          if (count > 1) await talk.send({ response_chunk: '', filler: 'x'.repeat(filler) });
          const text = await chunks(count - 2, 20, talk);
          await after(20);
          await talk.send({ complete_response: text || 'Sí.' });
        };
        const { summary, errors, code, chatbot } = await runAgainst(
          { question },
          { NUC_QUESTIONS_PER_COURSE: '10', NUC_STRICT: '1', NUC_LOG: log },
        );
        assert.deepEqual(errors, []);
        assert.equal(code, 0);
        const sessions = chatbot.tokenRequests.length;
        assert.equal(chatbot.questions.length, sessions * FRAMES.length);
        assert.equal(summary.overall.received, sessions * FRAMES.length);
        assert.equal(summary.frames.received, sessions * ALL_FRAMES);
        assert.equal(summary.frames.perAnswer?.min, 1);
        assert.equal(summary.frames.perAnswer?.max, 49);
      });
    }
  }

  for (const count of [1, 5, 16, 20]) {
    test(`the socket is cut after ${count} frames of an answer`, async () => {
      const { summary, errors, chatbot } = await runAgainst({
        question: async (_, talk) => {
          await chunks(count, 30, talk);
          talk.socket.terminate();
        },
      });
      const sessions = chatbot.tokenRequests.length;
      assert.deepEqual(errors, [`stream/closed_1006 ${sessions}`]);
      assert.equal(chatbot.questions.length, sessions);
      assert.equal(summary.frames.received, sessions * count);
    });
  }

  test('gaps that are longer than the time after which frames are told of', async () => {
    const { summary, errors, code, chatbot } = await runAgainst(
      {
        question: async (_, talk) => {
          const text = await chunks(3, 5300, talk);
          await after(5300);
          await talk.send({ complete_response: text });
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '1', NUC_STRICT: '1' },
    );
    assert.deepEqual(errors, []);
    assert.equal(code, 0);
    assert.equal(summary.frames.received, chatbot.questions.length * 4);
    assert.equal(summary.overall.received, chatbot.questions.length);
  });
});
