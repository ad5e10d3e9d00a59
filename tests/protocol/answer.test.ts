import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerInProgress, textRate, turnTag } from '../../lib/protocol/answer.ts';

test('the figures of an answer, exact', () => {
  const answer = new AnswerInProgress(1000);
  assert.equal(answer.firstChunkAt, null);
  assert.equal(answer.add({ session_attributes: {} }, 1040), null);
  assert.equal(answer.firstChunkAt, null);
  assert.equal(answer.add({ response_chunk: 'Hola ', message_id: 'm' }, 1100.5), null);
  assert.equal(answer.firstChunkAt, 1100.5);
  assert.equal(answer.add({ response_chunk: 'Zoë 🫀' }, 1200.5), null);
  assert.deepEqual(answer.add({ complete_response: 'Hola Zoë 🫀' }, 1230), {
    firstChunkMs: 100.5,
    responseMs: 230,
    frames: 4,
    chars: 11,
    gapMeanMs: 190 / 3,
    gapMaxMs: 100,
    text: 'Hola Zoë 🫀',
    joinsUp: true,
  });
});

test('one frame is a whole answer, and has no gap to speak of', () => {
  const figures = new AnswerInProgress(500).add({ complete_response: 'Sí.' }, 700);
  assert.deepEqual(figures, {
    firstChunkMs: 200,
    responseMs: 200,
    frames: 1,
    chars: 3,
    gapMeanMs: null,
    gapMaxMs: null,
    text: 'Sí.',
    joinsUp: true,
  });
});

test('a first frame without text is not the first chunk', () => {
  const answer = new AnswerInProgress(0);
  answer.add({ response_chunk: '' }, 10);
  assert.equal(answer.add({ response_chunk: 'a' }, 20), null);
  assert.equal(answer.add({ complete_response: 'a' }, 30)?.firstChunkMs, 20);
});

test('text in the last frame joins its chunks', () => {
  const answer = new AnswerInProgress(0);
  answer.add({ response_chunk: 'a' }, 1);
  assert.equal(answer.add({ response_chunk: 'b', complete_response: 'ab' }, 2)?.joinsUp, true);
});

test('chunks that do not join up are told', () => {
  for (const complete of ['Hol', 'Hola ', 'hola', '']) {
    const answer = new AnswerInProgress(0);
    answer.add({ response_chunk: 'Hola' }, 1);
    assert.equal(answer.add({ complete_response: complete }, 2)?.joinsUp, false, complete);
  }
});

test('characters a second, from the first to the last frame with text', () => {
  const answer = new AnswerInProgress(1000);
  answer.add({ session_attributes: {} }, 1100);
  answer.add({ response_chunk: 'Hola ' }, 1500);
  const figures = answer.add({ complete_response: 'Hola Zoë 🫀' }, 1750);
  assert.ok(figures !== null);
  // 11 characters in 250 ms; the wait for the first of them does not count.
  assert.equal(textRate(figures), 44);
  assert.equal(textRate({ ...figures, firstChunkMs: figures.responseMs }), null);
  assert.equal(textRate({ ...figures, firstChunkMs: null }), null);
  assert.equal(textRate({ ...figures, chars: 0 }), null);
});

test('a turn has one of three tags, however long the session is', () => {
  const turns = [1, 2, 10, 11, 40, 1000].map(turnTag);
  assert.deepEqual(turns, ['1', '2-10', '2-10', '11+', '11+', '11+']);
});
