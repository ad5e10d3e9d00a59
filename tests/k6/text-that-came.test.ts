/** What k6's own JSON would change: numbers, escapes, half surrogate pairs; and what is no text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runAgainst } from './run-against.ts';

/** Texts of session_attributes, each of which has to come back as it is. */
const ATTRIBUTES = [
  '{"score":0.15317734307609499}',
  '{"id":9007199254740993, "small":1.0}',
  '{"half":"\\ud83d","whole":"😀","control":"\\u0000"}',
  '{"z":1,"a":[ {"session_attributes":{}} ],"z":2}',
  '{"far":1e999}',
];

describe('the text that came', { concurrency: 2 }, () => {
  test('session_attributes go back unchanged', async () => {
    const { errors, summary, code, chatbot } = await runAgainst(
      {
        question: async ({ turn }, { sendText }) => {
          const attributes = ATTRIBUTES[turn - 1] ?? '{}';
          // In the first frame or in the last, and once behind the half of another.
          if (turn % 2 === 0) await sendText(`{"session_attributes": ${attributes} }`);
          const last = `"complete_response":"Sí.","turn":${turn}`;
          await sendText(
            turn % 2 === 0 ? `{${last}}` : `{${last},"session_attributes":\n${attributes}}`,
          );
        },
      },
      { NUC_QUESTIONS_PER_COURSE: String(ATTRIBUTES.length + 1), NUM_SESSIONS: '2' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 2 * (ATTRIBUTES.length + 1));
    for (const { turn, text } of chatbot.questions) {
      const sent = ATTRIBUTES[turn - 2] ?? '{}';
      assert.ok(text.includes(`"session_attributes":${sent}}`), text);
    }
  });

  test('an emoji that is cut in two between chunks joins up', async () => {
    const { errors, summary, code } = await runAgainst(
      {
        question: async (_, { sendText }) => {
          await sendText('{"response_chunk":"x\\ud83d"}');
          await sendText('{"response_chunk":"\\ude00y"}');
          await sendText('{"complete_response":"x😀y"}');
        },
      },
      { NUC_STRICT: '1' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 3);
    assert.equal(summary.frames.received, 9);
  });

  test('a message_id of half a pair is not that of another half', async () => {
    const { errors, summary, code } = await runAgainst(
      {
        question: async ({ turn }, { sendText }) => {
          const id = turn === 1 ? '\\ud800' : '\\udc00';
          await sendText(`{"response_chunk":"Sí.","message_id":"${id}"}`);
          await sendText(`{"complete_response":"Sí.","message_id":"${id}"}`);
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '2', NUC_RESPONSE_TIMEOUT: '5s', NUC_STRICT: '1' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, []);
    assert.equal(summary.overall.received, 6);
    assert.equal(summary.frames.received, 12);
  });

  test('another half does not join up', async () => {
    const { errors, code } = await runAgainst(
      {
        question: async (_, { sendText }) => {
          await sendText('{"response_chunk":"x\\ud83d"}');
          await sendText('{"response_chunk":"\\ude01y"}');
          await sendText('{"complete_response":"x😀y"}');
        },
      },
      { NUC_STRICT: '1' },
    );
    assert.equal(code, 99);
    assert.deepEqual(errors, ['protocol/wrong_text 3']);
  });

  test('white space is no text that a person sees', async () => {
    const { errors, summary } = await runAgainst(
      {
        question: async ({ turn }, { send }) => {
          if (turn === 2) return send({ complete_response: ' \n' });
          await send({ response_chunk: '\n\n' });
          await new Promise((resolve) => setTimeout(resolve, 200));
          await send({ response_chunk: 'Sí.' });
          await send({ complete_response: '\n\nSí.' });
        },
      },
      { NUC_QUESTIONS_PER_COURSE: '2' },
    );
    assert.deepEqual(errors, ['protocol/empty_answer 3']);
    assert.equal(summary.overall.firstChunk?.count, 3);
    assert.ok((summary.overall.firstChunk?.min ?? 0) >= 195);
  });
});

describe('bounds of size', { concurrency: 2 }, () => {
  const tooDeep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;

  test('a frame that is too long, or too deep, is counted; the answer goes on', async () => {
    const { errors, summary, code, lines } = await runAgainst(
      {
        question: async (_, { send, sendText, socket }) => {
          await send({ notice: 'x'.repeat(20 * 1024) });
          await sendText(`{"notice":${'{"a":'.repeat(1001)}1${'}'.repeat(1002)}`);
          socket.send('x'.repeat(17 * 1024));
          await sendText(`{"complete_response":"Sí.","deep":${'['.repeat(999)}${']'.repeat(999)}}`);
        },
      },
      { NUC_MAX_MESSAGE_KB: '16' },
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, ['protocol/too_big 9']);
    assert.equal(summary.overall.received, 3);
    assert.equal(summary.frames.received, 3);
    const line = 'frame: expected at most 16 kB, got 17 kB; NUC_MAX_MESSAGE_KB sets the bound';
    assert.equal(lines.filter((text) => text.endsWith(line)).length, 3);
  });

  test('replies that are too long, or a million levels deep', async () => {
    const { errors, summary, code } = await runAgainst(
      {
        token: (session, response) => {
          if (session !== 1) return false;
          response.end(`{"success":"1","token":"${'x'.repeat(4096 * 1024)}","client_code":"c"}`);
          return true;
        },
        create: (session, response) => {
          if (session !== 2) return false;
          response.end(tooDeep);
          return true;
        },
      },
      { NUM_SESSIONS: '3' },
    );
    assert.equal(code, 99);
    assert.deepEqual(errors, ['token/too_big 1', 'create/too_big 1']);
    assert.equal(summary.overall.received, 1);
  });
});
