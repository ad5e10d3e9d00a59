/**
 * Everything that the simulator can do wrong, seen from k6: each fault has one reason, is counted
 * exactly, and is no other session's business. The third of three sessions has the fault; each asks
 * two questions.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answersOf } from '../../lib/results/answers.ts';
import type { FaultName } from '../../simulator/faults.ts';
import { runAgainst } from './run-against.ts';
import { IS_NATIVE, runChat } from './run-k6.ts';

const TWO_QUESTIONS = { NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' };
/** Answers take 21 to 60 ms: ten times that is no pause of a busy machine, but a fault. */
const LIMIT = '2s';

type Run = Awaited<ReturnType<typeof runChat>>;

function errorsOf({ summary }: Run): string[] {
  return summary.errors.map(({ phase, reason, count }) => `${phase}/${reason} ${count}`);
}

function linesOf(run: Run, text: string): number {
  return run.lines.filter((line) => line.includes(text)).length;
}

/**
 * What holds whatever the fault: the client stays polite, and nothing is counted twice or lost.
 * @param failed sessions, of the three.
 * @param bad answers that came, but were not good.
 */
function isAccountedFor({ summary, stats }: Run, failed: number, bad = 0): void {
  assert.deepEqual(stats.violations, {});
  assert.equal(stats.connections, 0);
  const { sessions, overall } = summary;
  assert.deepEqual(sessions, { started: 3, completed: 3 - failed, failed, interrupted: 0 });
  assert.equal(overall.sent, stats.questions);
  assert.equal(overall.sent, overall.received + overall.failed - bad);
  const answers = answersOf(overall);
  assert.equal(answers.bad, bad);
  assert.equal(answers.good + answers.bad + answers.none, stats.questions);
  assert.equal(overall.interrupted, 0);
}

/** The session with the fault ends before it could ask. */
const IN_SET_UP: [fault: FaultName, error: string, status?: number][] = [
  ['token-401', 'token/http_401'],
  ['token-403', 'token/http_403'],
  ['token-429', 'token/http_429'],
  ['token-500', 'token/http_5xx'],
  ['token-not-json', 'token/bad_response'],
  ['token-refused-success', 'token/bad_response'],
  ['create-401', 'create/http_401'],
  ['create-500', 'create/http_5xx'],
  ['create-not-json', 'create/bad_response'],
  ['handshake-401', 'connect/handshake', 401],
  ['handshake-403', 'connect/handshake', 403],
  ['handshake-502', 'connect/handshake', 502],
  ['handshake-503', 'connect/handshake', 503],
  ['handshake-504', 'connect/handshake', 504],
];

/** The session with the fault ends in its first answer. */
const IN_AN_ANSWER: [fault: FaultName, error: string, settings?: Record<string, string>][] = [
  ['no-first-chunk', 'stream/first_chunk_timeout', { NUC_FIRST_CHUNK_TIMEOUT: LIMIT }],
  ['no-first-chunk', 'stream/response_timeout', { NUC_RESPONSE_TIMEOUT: LIMIT }],
  ['stall', 'stream/stall', { NUC_STALL_TIMEOUT: LIMIT, NUC_FIRST_CHUNK_TIMEOUT: LIMIT }],
  [
    'stall',
    'stream/response_timeout',
    { NUC_RESPONSE_TIMEOUT: LIMIT, NUC_FIRST_CHUNK_TIMEOUT: '1s' },
  ],
  ['stall', 'stream/session_timeout', { NUC_SESSION_TIMEOUT: LIMIT }],
  ['close-1000', 'stream/closed_1000'],
  ['close-1001', 'stream/closed_1001'],
  ['close-1006', 'stream/closed_1006'],
  ['close-1011', 'stream/closed_1011'],
];

/** One frame of each answer is counted, and the session goes on. */
const IN_A_FRAME: [fault: FaultName, error: string, line: string][] = [
  [
    'bad-envelope',
    'decrypt/envelope',
    '! decrypt: envelope: base64: the ciphertext is not standard base64',
  ],
  ['not-json', 'protocol/not_json', '! protocol: frame: expected JSON, got other text'],
  ['not-object', 'protocol/not_object', '! protocol: frame: expected an object, got a list'],
];

// k6 mostly waits, for the simulator or for a limit: a few at once do not disturb each other. Three of
// them wait for a minute in stock k6, in which the others are run.
describe('faults', { concurrency: 4 }, () => {
  test('token-hang, handshake-hang: k6 gives up after its 60 s', async () => {
    const run = await runChat({ faults: ['token-hang:1/2', 'handshake-hang:1/3'] }, TWO_QUESTIONS);
    assert.equal(run.code, 99);
    assert.deepEqual(errorsOf(run), ['token/timeout 1', 'connect/handshake_timeout 1']);
    assert.equal(run.summary.overall.received, 2);
    isAccountedFor(run, 2);
  });

  test('handshake-hang: a session ends at its own limit; stock k6 after its 60 s, which is said', async () => {
    const startedAt = Date.now();
    const settings = { ...TWO_QUESTIONS, NUC_SESSION_TIMEOUT: LIMIT };
    const run = await runChat({ faults: ['handshake-hang'] }, settings);
    const tookMs = Date.now() - startedAt;
    assert.deepEqual(errorsOf(run), ['connect/handshake_timeout 3']);
    assert.equal(linesOf(run, '! the handshake hangs; k6 gives'), IS_NATIVE ? 0 : 3);
    assert.ok(tookMs < (IS_NATIVE ? 20_000 : 70_000), `${tookMs} ms`);
    isAccountedFor(run, 3);
  });

  test('headers of a 101 that drip: as a handshake that hangs', async () => {
    const startedAt = Date.now();
    const drips: NodeJS.Timeout[] = [];
    const { errors, summary, lines, chatbot } = await runAgainst(
      {
        upgrade: (session, socket) => {
          if (session !== 2) return false;
          socket.on('error', () => {});
          socket.write('HTTP/1.1 101 Switching Protocols\r\nX-Drip: ');
          drips.push(setInterval(() => socket.write('x'), 100));
          return true;
        },
      },
      { NUM_SESSIONS: '3', NUC_SESSION_TIMEOUT: LIMIT },
    ).finally(() => drips.forEach(clearInterval));
    const tookMs = Date.now() - startedAt;
    assert.deepEqual(errors, ['connect/handshake_timeout 1']);
    assert.deepEqual(summary.sessions, { started: 3, completed: 2, failed: 1, interrupted: 0 });
    assert.equal(chatbot.questions.length, 2);
    const said = lines.filter((line) => line.includes('! the handshake hangs; k6 gives'));
    assert.equal(said.length, IS_NATIVE ? 0 : 1);
    assert.ok(tookMs < (IS_NATIVE ? 20_000 : 70_000), `${tookMs} ms`);
  });

  for (const [fault, error, status] of IN_SET_UP) {
    test(`${fault} → ${error}`, async () => {
      const run = await runChat({ faults: [`${fault}:1/3`] }, TWO_QUESTIONS);
      assert.equal(run.code, 99);
      assert.deepEqual(errorsOf(run), [`${error} 1`]);
      assert.deepEqual(
        run.summary.handshakesRefused,
        status === undefined ? [] : [{ status, count: 1 }],
      );
      assert.equal(run.summary.overall.sent, 4);
      assert.equal(run.summary.overall.received, 4);
      assert.equal(run.summary.overall.failed, 0);
      assert.equal(run.summary.frames.received, run.stats.frames);
      assert.equal(linesOf(run, `✗ ${error}: `), 1);
      assert.equal(linesOf(run, 'Session failed - Sent: 0, Received: 0'), 1);
      assert.equal(linesOf(run, 'Session complete - Sent: 2, Received: 2'), 2);
      isAccountedFor(run, 1);
    });
  }

  for (const [fault, error, settings] of IN_AN_ANSWER) {
    test(`${fault} → ${error}`, async () => {
      const run = await runChat({ faults: [`${fault}:1/3`] }, { ...TWO_QUESTIONS, ...settings });
      assert.equal(run.code, 99);
      assert.deepEqual(errorsOf(run), [`${error} 1`]);
      assert.equal(run.summary.overall.sent, 5);
      assert.equal(run.summary.overall.received, 4);
      assert.equal(run.summary.overall.failed, 1);
      assert.equal(run.summary.overall.response?.count, 4);
      // What TCP held when it was cut is lost; else every frame that was sent is counted.
      if (fault === 'close-1006') assert.ok(run.summary.frames.received <= run.stats.frames);
      else assert.equal(run.summary.frames.received, run.stats.frames);
      assert.equal(linesOf(run, `✗ ${error}: `), 1);
      assert.equal(linesOf(run, 'Session failed - Sent: 1, Received: 0'), 1);
      assert.equal(linesOf(run, 'Session complete - Sent: 2, Received: 2'), 2);
      isAccountedFor(run, 1);
    });
  }

  for (const [fault, error, line] of IN_A_FRAME) {
    test(`${fault} → ${error}, and the session goes on`, async () => {
      const run = await runChat({ faults: [`${fault}:1/3`] }, TWO_QUESTIONS);
      assert.equal(run.code, 0);
      assert.deepEqual(errorsOf(run), [`${error} 2`]);
      assert.equal(run.summary.overall.received, 6);
      assert.equal(run.summary.overall.failed, 0);
      assert.equal(run.stats.broken_frames, 2);
      assert.equal(run.summary.frames.received, run.stats.frames);
      assert.equal(linesOf(run, line), 2);
      isAccountedFor(run, 0);
    });
  }

  test('empty-answer: the answer came, and is a failure; the session goes on', async () => {
    const run = await runChat({ faults: ['empty-answer:1/3'] }, TWO_QUESTIONS);
    assert.equal(run.code, 99);
    assert.deepEqual(errorsOf(run), ['protocol/empty_answer 2']);
    assert.equal(run.summary.overall.received, 6);
    assert.equal(run.summary.overall.failed, 2);
    assert.equal(linesOf(run, '! protocol: complete_response has no text'), 2);
    isAccountedFor(run, 0, 2);
  });

  for (const strict of [false, true]) {
    test(`wrong-text is ${strict ? 'a failure where NUC_STRICT=1' : 'a warning'}`, async () => {
      const settings = { ...TWO_QUESTIONS, ...(strict ? { NUC_STRICT: '1' } : {}) };
      const run = await runChat({ faults: ['wrong-text:1/3'] }, settings);
      assert.equal(run.code, strict ? 99 : 0);
      assert.deepEqual(errorsOf(run), ['protocol/wrong_text 2']);
      assert.equal(run.summary.overall.received, 6);
      assert.equal(run.summary.overall.failed, strict ? 2 : 0);
      const line = '! protocol: the chunks do not join up to the complete_response';
      assert.equal(linesOf(run, line), 2);
      isAccountedFor(run, 0, strict ? 2 : 0);
    });
  }

  test('slow: nothing is wrong with an answer that takes its time', async () => {
    const run = await runChat({ faults: ['slow:1/3'] }, TWO_QUESTIONS);
    assert.equal(run.code, 0);
    assert.deepEqual(errorsOf(run), []);
    isAccountedFor(run, 0);
  });

  test('a service that is full: sessions above its limit fail, the others do not notice', async () => {
    const settings = { ...TWO_QUESTIONS, NUM_SESSIONS: '5' };
    // At the recorded pace divided by 20, no socket is closed before the last has asked for its own.
    const run = await runChat({ maxConnections: 2, speed: 20 }, settings);
    assert.equal(run.code, 99);
    assert.deepEqual(errorsOf(run), ['connect/handshake 3']);
    assert.deepEqual(run.summary.handshakesRefused, [{ status: 503, count: 3 }]);
    assert.deepEqual(run.summary.sessions, { started: 5, completed: 2, failed: 3, interrupted: 0 });
    assert.equal(run.stats.peak_connections, 2);
    assert.equal(run.summary.overall.received, 4);
    assert.deepEqual(run.stats.violations, {});
  });
});
