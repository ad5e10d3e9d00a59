/** Which frame belongs to which answer, whatever comes in whatever order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Conversation, type StrayReason } from '../../lib/protocol/conversation.ts';
import type { ServerFrame } from '../../lib/protocol/messages.ts';

/** A conversation whose frames come a millisecond apart. */
function conversation() {
  const strays: StrayReason[] = [];
  const chat = new Conversation((reason) => strays.push(reason));
  let at = 0;
  return {
    strays,
    chat,
    ask() {
      chat.ask(at);
    },
    take(frame: ServerFrame, isBefore = false) {
      at += 1;
      return chat.take(frame, JSON.stringify(frame), at, isBefore);
    },
  };
}

const end = (text: string, message_id?: string): ServerFrame => ({
  complete_response: text,
  ...(message_id ? { message_id } : {}),
});

describe('strays', () => {
  test('no question is open, or the frame came before it', () => {
    const { take, ask, strays, chat } = conversation();
    assert.equal(take(end('a')), null);
    ask();
    assert.equal(take(end('b'), true), null);
    assert.equal(chat.due?.frames, 0);
    assert.equal(take(end('c'))?.text, 'c');
    assert.equal(take(end('d')), null);
    assert.deepEqual(strays, [
      'no question was open',
      'it came before the question',
      'no question was open',
    ]);
  });

  test('an id that an earlier answer had; a new one proves nothing', () => {
    const { take, ask, strays } = conversation();
    ask();
    take({ response_chunk: 'a', message_id: '1' });
    take({ response_chunk: 'b', message_id: '1' });
    take(end('ab', '2'));
    ask();
    take({ response_chunk: 'b', message_id: '1' });
    take({ response_chunk: 'c', message_id: '3' });
    assert.equal(take(end('ab', '2')), null);
    assert.equal(take(end('c'))?.frames, 2);
    assert.equal(strays.length, 2);
  });

  test('a repeat of the last end is set aside, and dropped when a frame of the answer comes', () => {
    const { take, ask, strays, chat } = conversation();
    ask();
    take(end('a'));
    ask();
    assert.equal(take(end('a')), null);
    assert.equal(take(end('a')), null);
    assert.deepEqual([chat.hasAside, strays.length], [true, 1]);
    take({ response_chunk: 'b' });
    assert.deepEqual([chat.hasAside, strays.length], [false, 2]);
    assert.equal(take(end('a')), null);
    assert.equal(take(end('b'))?.frames, 2);
    assert.equal(strays.length, 3);
  });

  test('a repeat that nothing follows is the answer, as of its arrival', () => {
    const { take, ask, strays, chat } = conversation();
    ask();
    take(end('a'));
    ask();
    take(end('a'));
    assert.equal(chat.takeAside()?.responseMs, 1);
    assert.equal(chat.takeAside(), null);
    ask();
    take(end('a'));
    chat.end();
    assert.deepEqual(strays, ['it repeats the end of the last answer']);
  });

  test('a repeat that its chunks join up to is the answer at once', () => {
    const { take, ask, strays } = conversation();
    for (let turn = 0; turn < 2; turn++) {
      ask();
      take({ response_chunk: 'a' });
      assert.equal(take(end('a'))?.joinsUp, true);
    }
    assert.deepEqual(strays, []);
  });
});

test('every frame is a part of one answer, or a stray, and no answer ends twice', () => {
  const step = fc.oneof(
    fc.constant('ask' as const),
    fc.constant('aside' as const),
    fc.record({
      isBefore: fc.boolean(),
      text: fc.constantFrom('a', 'b'),
      isLast: fc.boolean(),
      id: fc.constantFrom(undefined, '1', '2', '3'),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { take, ask, strays, chat } = conversation();
      let frames = 0;
      let parts = 0;
      let asked = 0;
      let answered = 0;
      for (const each of steps) {
        if (each === 'ask') {
          if (chat.due === null) {
            ask();
            asked += 1;
          }
          continue;
        }
        const { due } = chat;
        const before = due?.frames ?? 0;
        let figures: ReturnType<typeof take>;
        if (each === 'aside') figures = chat.takeAside();
        else {
          frames += 1;
          const { isBefore, text, isLast, id } = each;
          const frame = { ...end(text, id) };
          if (!isLast) {
            frame.response_chunk = text;
            delete frame.complete_response;
          }
          figures = take(frame, isBefore);
        }
        parts += (due?.frames ?? 0) - before;
        if (figures !== null) {
          answered += 1;
          assert.equal(chat.due, null);
        }
      }
      assert.equal(frames, parts + strays.length + (chat.hasAside ? 1 : 0));
      assert.equal(asked, answered + (chat.due === null ? 0 : 1));
    }),
    { numRuns: 3000 },
  );
});
