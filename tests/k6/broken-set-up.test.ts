/** Services that cannot be reached, or break in set-up in ways that the simulator does not. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runAgainst, runShort } from './run-against.ts';
import { KEYS, runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';
import { NO_OPENSSL, selfSigned } from './self-signed.ts';

/** Nothing listens there; a port that was free a moment ago may be taken by another test. */
const DEAD = '127.0.0.1:1';

const secret = KEYS.NUC_SECRET_KEY;

describe('set-up', { concurrency: 2 }, () => {
  test('statuses of generate-token, one for each session', async () => {
    const statuses = [302, 307, 400, 404, 405, 418, 502, 503];
    const { errors, code, chatbot, summary } = await runAgainst(
      {
        token: (session, response) => {
          const location = { Location: '/nuc/v1/elsewhere' };
          response.writeHead(statuses[session - 1] ?? 500, location).end('no');
          return true;
        },
      },
      { NUM_SESSIONS: String(statuses.length) },
    );
    assert.equal(code, 99);
    assert.deepEqual(errors.sort(), [
      'token/http_3xx 2',
      'token/http_400 1',
      'token/http_404 1',
      'token/http_4xx 2',
      'token/http_5xx 2',
    ]);
    // A redirect is not followed: it would hand the credentials on.
    assert.deepEqual(new Set(chatbot.requests), new Set(['POST /nuc/v1/generate-token']));
    assert.equal(chatbot.requests.length, statuses.length);
    assert.equal(summary.sessions.failed, statuses.length);
  });

  test('a connection that is cut instead of an answer', async () => {
    const { errors, chatbot } = await runAgainst(
      {
        token: (session, response) => {
          if (session % 3 === 0) response.destroy();
          return session % 3 === 0;
        },
        create: (session, response) => {
          if (session % 3 === 1) response.destroy();
          return session % 3 === 1;
        },
        upgrade: (session, socket) => {
          if (session % 3 === 2) socket.destroy();
          return session % 3 === 2;
        },
      },
      { NUM_SESSIONS: '6' },
    );
    assert.deepEqual(errors, ['token/reset 2', 'create/reset 2', 'connect/reset 2']);
    assert.equal(chatbot.questions.length, 0);
  });

  test('nothing listens: the address is named, and what to do', async () => {
    const { errors, code, lines } = await runShort({
      ...target(`http://${DEAD}`),
      NUM_SESSIONS: '1',
    });
    assert.equal(code, 99);
    assert.deepEqual(errors, ['token/refused 1']);
    const line = lines.find((text) => text.includes('✗ token/refused: '));
    assert.ok(line?.includes(`http://${DEAD}/`), line);
    assert.match(line ?? '', /start the simulator \(npm run simulator\)/);
    assert.match(line ?? '', /set NUC_BASE_URL/);
  });

  test('nothing listens at NUC_WS_URL: the address is named', async () => {
    const { errors, lines } = await runAgainst(
      {},
      { NUC_WS_URL: `ws://${DEAD}`, NUM_SESSIONS: '1' },
    );
    assert.deepEqual(errors, ['connect/refused 1']);
    assert.ok(
      lines.some((line) => line.includes('✗ connect/refused: ') && line.includes(`ws://${DEAD}/`)),
    );
  });

  test('a host name that nobody knows', async () => {
    const http = await runShort({ ...target('http://nuc.invalid'), NUM_SESSIONS: '1' });
    assert.deepEqual(http.errors, ['token/dns 1']);
    const socket = await runAgainst({}, { NUC_WS_URL: 'ws://nuc.invalid', NUM_SESSIONS: '1' });
    assert.deepEqual(socket.errors, ['connect/dns 1']);
  });

  const skip = NO_OPENSSL;
  test('a certificate that nobody vouches for', { skip }, async () => {
    const tls = await selfSigned();
    const settings = { NUM_SESSIONS: '1' };
    const both = await runAgainst({ tls }, settings);
    assert.deepEqual(both.errors, ['token/tls 1']);
    assert.deepEqual(both.chatbot.requests, []);
    await withChatbot({ tls }, async ({ url, requests }) => {
      const socket = await runAgainst({}, { ...settings, NUC_WS_URL: url.replace('https', 'wss') });
      assert.deepEqual(socket.errors, ['connect/tls 1']);
      assert.deepEqual(requests, []);
    });
  });

  test('over TLS the whole set-up is timed, connecting included', { skip }, async (t) => {
    const tls = await selfSigned();
    const folder = await mkdtemp(join(tmpdir(), 'over-tls-'));
    t.after(() => rm(folder, { recursive: true }));
    const [authority, samples] = [join(folder, 'ca.pem'), join(folder, 'samples.json')];
    await writeFile(authority, tls.cert);
    await withChatbot({ tls }, async ({ url }) => {
      const { code, stderr } = await runK6('chat', {
        settings: { ...target(url), NUM_SESSIONS: '1', NUC_QUESTIONS_PER_COURSE: '1' },
        env: { SSL_CERT_FILE: authority },
        flags: ['--out', `json=${samples}`],
      });
      assert.equal(code, 0, stderr);
    });
    const points = (await readFile(samples, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'Point');
    const value = (metric: string, name?: string) =>
      points.find((each) => each.metric === metric && each.data.tags.name === name)?.data.value;
    for (const [ours, name] of [
      ['chat_token_time', 'generate-token'],
      ['chat_create_time', 'create-chat'],
    ] as const) {
      // k6's `blocked` holds connecting and the handshake.
      const whole = value('http_req_blocked', name) + value('http_req_duration', name);
      assert.ok(Math.abs(value(ours) - whole) < 1e-9, `${ours}: ${value(ours)} and ${whole} ms`);
    }
    const handshake = value('http_req_tls_handshaking', 'generate-token');
    assert.ok(handshake > 0);
    assert.ok(value('http_req_blocked', 'generate-token') >= handshake);
  });

  test('TLS asked of a service that has none', async () => {
    await withChatbot({}, async ({ url }) => {
      const http = await runShort({ ...target(url.replace('http', 'https')), NUM_SESSIONS: '1' });
      assert.deepEqual(http.errors, ['token/tls 1']);
      const settings = {
        ...target(url),
        NUC_WS_URL: url.replace('http', 'wss'),
        NUM_SESSIONS: '1',
      };
      assert.deepEqual((await runShort(settings)).errors, ['connect/tls 1']);
    });
  });

  test('a catch-all has k6’s own words in the log, and not what the service echoes', async () => {
    // In the first line, and in one that ought to be a header.
    const echoes = ['SSH-2.0 ', 'HTTP/1.1 200 OK\r\n'];
    const { errors, stderr, lines } = await runAgainst(
      {
        token: (session, response) => {
          setImmediate(() =>
            response.socket?.end(`${echoes[session - 1]}"${secret}" ${secret}\r\n`),
          );
          return true;
        },
      },
      { NUM_SESSIONS: '2' },
    );
    assert.deepEqual(errors, ['token/network 2']);
    const said = lines.filter((line) => line.includes('✗ token/network: ')).join();
    assert.match(said, /another network error \(.*malformed HTTP status code "…"/);
    assert.match(said, /another network error \(.*malformed MIME header.* "…"/);
    assert.doesNotMatch(stderr, new RegExp(secret));
  });

  test('a reply that is cut in its middle, and one that is no HTTP', async () => {
    const { errors } = await runAgainst(
      {
        token: (session, response) => {
          if (session === 1)
            response.writeHead(200, { 'Content-Length': '100' }).write('{"success"');
          setImmediate(() =>
            session === 1 ? response.destroy() : response.socket?.end('SSH-2.0\r\n'),
          );
          return true;
        },
      },
      { NUM_SESSIONS: '2' },
    );
    assert.deepEqual(errors, ['token/reset 1', 'token/network 1']);
  });
});
