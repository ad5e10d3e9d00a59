/** Machines that share a test by k6's execution segments have all sessions between them, each once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runK6, target, withSimulator } from './run-k6.ts';

const HALVES = ['0:1/2', '1/2:1'].map((segment) => [
  '--execution-segment',
  segment,
  '--execution-segment-sequence',
  '0,1/2,1',
]);
const SHORT = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' };

function numbersOf(lines: readonly string[]): number[] {
  return lines
    .filter((line) => line.endsWith('] Starting session'))
    .map((line) => Number(/\[Session-(\d+)\]/.exec(line)?.[1]));
}

describe('execution segments', () => {
  for (const [what, settings, sessions] of [
    ['default', { PROFILE: 'default', NUM_SESSIONS: '7' }, 7],
    [
      'arrivals',
      { PROFILE: 'arrivals', ARRIVALS_PER_MINUTE: '150', ARRIVALS_DURATION: '3s' },
      // At 0, 0.4 … 2.8 s.
      8,
    ],
  ] as const) {
    test(`${what}: both together have every session, and no number twice`, async () => {
      await withSimulator({}, async (simulator) => {
        const given = {
          ...target(simulator.url),
          ...SHORT,
          ...settings,
          ARRIVALS_MAX_SESSIONS: '10',
        };
        const runs = await Promise.all(
          HALVES.map((flags) => runK6('chat', { settings: given, flags })),
        );
        const numbers = runs.map(({ lines }) => numbersOf(lines));
        for (const [index, { code, summary, stderr }] of runs.entries()) {
          assert.equal(code, 0, stderr);
          assert.equal(summary?.sessions.started, numbers[index]?.length);
          assert.ok(Math.abs((summary?.sessions.started ?? 0) - sessions / 2) < 1);
        }
        assert.deepEqual(
          numbers.flat().sort((a, b) => a - b),
          Array.from({ length: sessions }, (_, index) => index + 1),
        );
        const { tokens, questions, violations } = simulator.stats();
        assert.deepEqual([tokens, violations], [sessions, {}]);
        assert.ok(questions <= sessions);
      });
    });
  }
});
