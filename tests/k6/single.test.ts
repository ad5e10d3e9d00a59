/** One message with everything shown: `k6 run dist/single.js`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BUILT_IN_QUESTIONS } from '../../lib/settings/questions.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { HostileServer } from './hostile-server.ts';
import { KEYS, runK6, target, withSimulator } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

const STAMP = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] \[Session-1\] /;

async function single(options: SimulatorOptions, settings: Record<string, string> = {}) {
  return withSimulator(options, async (simulator) => {
    const result = await runK6('single', { settings: { ...target(simulator.url), ...settings } });
    // Without the time and the session, which are on every line of the log.
    const texts = result.lines.map((line) => line.replace(STAMP, ''));
    return { ...result, texts, stats: simulator.stats(), url: simulator.url };
  });
}

describe('single.js', { concurrency: 2 }, () => {
  test('the calls, each frame, the whole answer', async () => {
    const { code, texts, stdout, stats, url, lines } = await single({});
    assert.equal(code, 0);
    assert.match(lines[0] ?? '', STAMP);
    const [talking, token, create, open, question] = texts;
    assert.equal(talking, `Talking to ${url}`);
    assert.match(token ?? '', /^generate-token: \d+\.\d\dms$/);
    assert.match(create ?? '', /^create-chat: \d+\.\d\dms$/);
    assert.match(open ?? '', /^Socket open, \d+\.\d\dms after the start$/);
    assert.equal(question, `Question sent: ${BUILT_IN_QUESTIONS.MED1060?.[0]}`);
    const chunks = texts.filter((text) => text.startsWith('[CHUNK '));
    assert.equal(chunks.length, stats.frames);
    const last = texts[5 + stats.frames] ?? '';
    assert.match(
      last,
      new RegExp(`^✓ complete_response received \\(chunk ${stats.frames}\\)! \\[Total Latency: `),
    );
    assert.match(texts[6 + stats.frames] ?? '', /^First chunk after \d+\.\d\dms\. The answer:$/);
    assert.equal(texts.at(-1), 'Session complete');
    assert.equal(stats.questions, 1);
    assert.deepEqual(stats.violations, {});
    assert.equal(stdout.trim(), '');
  });

  test('the answer is shown whole, as it was sent', async () => {
    const answer = 'Sí: el corazón 🫀\n\ntiene «cuatro» cámaras.\t100 %';
    await withChatbot(
      { question: (_, { send }) => send({ complete_response: answer }) },
      async ({ url, questions }) => {
        const settings = {
          ...target(url),
          NUC_MESSAGE: '¿Qué es el corazón? 🫀',
          NUC_COURSE: 'ANY-1',
        };
        const { code, stderr } = await runK6('single', { settings });
        assert.equal(code, 0);
        const lines = answer.split('\n').map((line) => `│ ${line}\n`);
        assert.ok(stderr.includes(`The answer:\n\n${lines.join('')}`), stderr);
        assert.equal(questions[0]?.user_message, '¿Qué es el corazón? 🫀');
        assert.equal(questions[0]?.course_id, 'ANY-1');
      },
    );
  });

  test('NUC_MESSAGE with several lines: one question for each, over one socket', async () => {
    const settings = { NUC_MESSAGE: 'First?\n\n  \nSecond?', NUC_COURSE: 'BUMA1000' };
    const { code, texts, stats } = await single({}, settings);
    assert.equal(code, 0);
    assert.deepEqual(
      texts.filter((text) => text.startsWith('Question sent: ')),
      ['Question sent: First?', 'Question sent: Second?'],
    );
    assert.equal(texts.filter((text) => text.startsWith('✓ complete_response received')).length, 2);
    assert.deepEqual([stats.questions, stats.responses, stats.sessions], [2, 2, 1]);
    assert.deepEqual(stats.violations, {});
  });

  test('NUC_COURSE: its own first question', async () => {
    const { code, texts } = await single({}, { NUC_COURSE: 'BUMA1000' });
    assert.equal(code, 0);
    assert.ok(texts.includes(`Question sent: ${BUILT_IN_QUESTIONS.BUMA1000?.[0]}`));
  });

  const failures: [
    what: string,
    options: SimulatorOptions,
    settings: Record<string, string>,
    text: RegExp,
  ][] = [
    [
      'a token that is refused',
      { faults: ['token-401'] },
      {},
      /token\/http_401: POST http:.* HTTP 401: /,
    ],
    [
      'a handshake that is refused',
      { faults: ['handshake-503'] },
      {},
      /connect\/handshake: ws:\/\/127[\s\S]*\nThe upgrade was refused with status 503\n/,
    ],
    [
      'a socket that is cut',
      { faults: ['close-1006'] },
      {},
      /stream\/closed_1006: socket closed \(1006\)/,
    ],
    [
      'an answer that stalls',
      { faults: ['stall'] },
      { NUC_STALL_TIMEOUT: '1s' },
      /stream\/stall: no frame for /,
    ],
    ['an answer without text', { faults: ['empty-answer'] }, {}, /the answer has no text/],
    [
      'an answer that its chunks do not make, under NUC_STRICT=1',
      { faults: ['wrong-text'] },
      { NUC_STRICT: '1' },
      /the chunks do not join up to the complete_response/i,
    ],
  ];
  for (const [what, options, settings, text] of failures) {
    test(`${what}: said, and exit code 110`, async () => {
      const { code, stderr, stats } = await single(options, settings);
      assert.equal(code, 110, stderr);
      assert.match(stderr, text);
      assert.ok(!stderr.includes('s3cret') && !stderr.includes('token='));
      assert.deepEqual(stats.violations, {});
    });
  }

  test('what is wrong with a frame is shown, and the answer goes on', async () => {
    const { code, texts } = await single({ faults: ['bad-envelope', 'not-json', 'not-object'] });
    assert.equal(code, 0);
    assert.deepEqual(
      texts.filter((text) => text.startsWith('! ')),
      [
        '! decrypt/envelope: envelope: base64: the ciphertext is not standard base64',
        '! protocol/not_json: frame: expected JSON, got other text',
        '! protocol/not_object: frame: expected an object, got a list',
      ],
    );
  });

  test('a second reply that echoes the keys is not printed', async () => {
    const server = await HostileServer.start(new Map([[1, { echoes: 'token' }]]));
    try {
      const settings = { ...target(server.url), NUC_USER_ID: '1' };
      const { code, stdout, stderr } = await runK6('single', { settings });
      assert.equal(code, 0, stderr);
      assert.deepEqual(server.seen.get(1), { tokens: 1, creates: 1, upgrades: 1, questions: 1 });
      for (const key of Object.values(KEYS)) assert.ok(!(stdout + stderr).includes(key), key);
    } finally {
      await server.close();
    }
  });

  test('nothing listens: the address is named, and what to do', async () => {
    // A port that was free a moment ago may be taken by another test.
    const url = 'http://127.0.0.1:1';
    const { code, stderr } = await runK6('single', { settings: target(url) });
    assert.equal(code, 110);
    assert.ok(stderr.includes(`token/refused: POST ${url}/`), stderr);
    assert.match(stderr, /start the simulator \(npm run simulator\) or set NUC_BASE_URL/);
  });
});
