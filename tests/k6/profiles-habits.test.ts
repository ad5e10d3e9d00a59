/** How people chat: pauses, and an order of questions that a seed repeats; seen from the service. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sessionRandom, shuffledPlaces } from '../../lib/base/random.ts';
import { BUILT_IN_QUESTIONS } from '../../lib/settings/questions.ts';
import { usersOf } from './profile-run.ts';
import { runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

const QUIET = { NUC_LOG: 'off' };

/** Session → what it asked, in order; the user's number is the session's own. */
async function asked(settings: Record<string, string>): Promise<Map<number, string[]>> {
  return withChatbot({}, async (chatbot) => {
    const result = await runK6('chat', {
      settings: { ...target(chatbot.url), ...QUIET, ...settings },
    });
    assert.equal(result.code, 0, result.stderr);
    const bySession = new Map<number, string[]>();
    for (const { session, course_id, user_message } of chatbot.questions) {
      const number = usersOf(chatbot)[session - 1]?.user_id ?? 0;
      const list = bySession.get(number) ?? [];
      list.push(`${course_id}: ${user_message}`);
      bySession.set(number, list);
    }
    return new Map([...bySession].sort(([a], [b]) => a - b));
  });
}

const BOOK = Object.entries(BUILT_IN_QUESTIONS).flatMap(([course, questions]) =>
  questions.slice(0, 6).map((text) => `${course}: ${text}`),
);
const THREE = { NUM_SESSIONS: '3', NUC_QUESTIONS_PER_COURSE: '6' };

describe('NUC_QUESTION_ORDER', { concurrency: 2 }, () => {
  test('sequential, the default: every session asks course after course, whatever the seed', async () => {
    for (const settings of [THREE, { ...THREE, NUC_QUESTION_ORDER: 'sequential', NUC_SEED: '7' }]) {
      const sessions = await asked(settings);
      assert.deepEqual([...sessions.keys()], [1, 2, 3]);
      for (const list of sessions.values()) assert.deepEqual(list, BOOK);
    }
  });

  test('shuffled: a seed repeats each session’s order; other sessions and seeds have others', async () => {
    const shuffle = { ...THREE, NUC_QUESTION_ORDER: 'shuffled' };
    const first = await asked({ ...shuffle, NUC_SEED: '7' });
    const again = await asked({ ...shuffle, NUC_SEED: '7', NUC_THINK_TIME: '1ms-20ms' });
    const other = await asked({ ...shuffle, NUC_SEED: '8' });
    assert.deepEqual([...first.keys()], [1, 2, 3]);
    assert.deepEqual(again, first);
    const orders = [...first.values(), ...other.values()];
    for (const list of orders) assert.deepEqual([...list].sort(), [...BOOK].sort());
    assert.equal(new Set([...orders, BOOK].map((list) => list.join())).size, 7);
    for (const [session, list] of first) {
      const nextPlace = shuffledPlaces(BOOK.length, sessionRandom(7, session));
      assert.deepEqual(
        list,
        BOOK.map(() => BOOK[nextPlace()]),
      );
    }
  });
});

describe('NUC_THINK_TIME', { concurrency: 2 }, () => {
  for (const [thinkTime, fromMs, toMs] of [
    ['300ms', 300, 300],
    ['100ms-900ms', 100, 900],
  ] as const) {
    test(`${thinkTime}: the service sees that pause between its answer and the next question`, async () => {
      const answeredAt = new Map<number, number>();
      const pauses = new Map<number, number[]>();
      const script: Script = {
        async question({ session, turn }, { send }) {
          const before = answeredAt.get(session);
          if (before !== undefined) {
            pauses.set(session, [...(pauses.get(session) ?? []), performance.now() - before]);
          }
          // Taken before: the frame may be there before `send` is done.
          answeredAt.set(session, performance.now());
          await send({ complete_response: 'Sí.', turn });
        },
      };
      await withChatbot(script, async (chatbot) => {
        const think = { NUC_THINK_TIME: thinkTime, NUC_SEED: '5', COURSES: 'MED1060' };
        const settings = { ...target(chatbot.url), ...QUIET, ...think };
        const { code, stderr } = await runK6('chat', {
          settings: { ...settings, NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '6' },
        });
        assert.equal(code, 0, stderr);
        assert.equal(pauses.size, 2);
        for (const [session, seen] of pauses) {
          // The pauses are drawn from the session's own numbers.
          const random = sessionRandom(5, usersOf(chatbot)[session - 1]?.user_id ?? 0);
          const drawn = seen.map(() => fromMs + random() * (toMs - fromMs));
          assert.equal(seen.length, 5);
          const late = seen.map((pause, index) => pause - (drawn[index] ?? 0));
          // k6 counts in whole milliseconds.
          for (const ms of late) assert.ok(ms > -2, `${ms} ms late`);
          const median = late.sort((a, b) => a - b)[2] ?? Number.NaN;
          assert.ok(median < 250, `${late.map(Math.round).join(' ')} ms late`);
          assert.ok(Math.min(...drawn) >= fromMs && Math.max(...drawn) <= toMs);
        }
      });
    });
  }
});
