/** What is wrong on this side, or with a reply's head, and must not be taken for something else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { runAgainst, runShort } from './run-against.ts';
import { runChat, runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

describe('replies', { concurrency: 2 }, () => {
  const broken = (status: number, headers: Record<string, string>) =>
    runAgainst(
      { token: (_, response) => Boolean(response.writeHead(status, headers).end('x')) },
      { NUM_SESSIONS: '1' },
    );

  test('a redirect to nowhere', async () => {
    assert.deepEqual((await broken(302, { Location: 'http://[::1' })).errors, ['token/http_3xx 1']);
  });

  test('a body that does not unpack', async () => {
    const { errors } = await broken(200, { 'Content-Encoding': 'gzip' });
    assert.deepEqual(errors, ['token/bad_response 1']);
  });
});

describe('this side', { concurrency: 2 }, () => {
  test('an address that k6 blocks', async () => {
    await withChatbot({}, async ({ url, connections }) => {
      const { summary } = await runK6('chat', {
        settings: { ...target(url), NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '1' },
        flags: ['--blacklist-ip', '127.0.0.0/8'],
      });
      const errors = summary?.errors.map(({ phase, reason, count }) => [phase, reason, count]);
      assert.deepEqual(errors, [['token', 'blocked', 2]]);
      assert.equal(connections(), 0);
    });
  });

  test('a proxy that is not there', async () => {
    const { summary } = await runK6('chat', {
      // Go asks no proxy for a loopback address.
      settings: { ...target('https://nuc.test'), NUM_SESSIONS: '1' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    const errors = summary?.errors.map(({ phase, reason, count }) => [phase, reason, count]);
    assert.deepEqual(errors, [['token', 'proxy', 1]]);
  });

  for (const [phase, settings, env, method] of [
    ['token', { NUC_BASE_URL: 'http://nuc.test' }, 'HTTP_PROXY', 'POST'],
    ['token', { NUC_BASE_URL: 'https://nuc.test' }, 'HTTPS_PROXY', 'CONNECT'],
    ['connect', { NUC_WS_URL: 'ws://nuc.test' }, 'HTTP_PROXY', 'CONNECT'],
  ] as const) {
    test(`a proxy that wants credentials: ${Object.values(settings)}`, async () => {
      const asked: string[] = [];
      const proxy = createServer((socket) => {
        socket
          .on('error', () => {})
          .once('data', (head: Buffer) => {
            asked.push(head.toString().split(/[ :/]/)[0] ?? '');
            socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
          });
      });
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      const { port } = proxy.address() as AddressInfo;
      try {
        await withChatbot({}, async ({ url, requests }) => {
          const { summary } = await runK6('chat', {
            settings: { ...target(url), ...settings, NUM_SESSIONS: '1' },
            env: { [env]: `http://127.0.0.1:${port}` },
          });
          const errors = summary?.errors.map(({ phase, reason, count }) => [phase, reason, count]);
          assert.deepEqual(errors, [[phase, 'proxy', 1]]);
          assert.equal(requests.length, phase === 'token' ? 0 : 2);
        });
        assert.deepEqual(asked, [method]);
      } finally {
        proxy.close();
      }
    });
  }

  test('no file is left for a socket: the limit that was found is this machine’s', async () => {
    const run = await runChat(
      {},
      {
        PROFILE: 'connections',
        CONNECTIONS_LEVELS: '4,40',
        CONNECTIONS_HOLD: '2s',
        NUC_LOG: 'off',
      },
      { openFiles: 26 },
    );
    const { summary, stats } = run;
    assert.equal(run.code, 99);
    const own = summary.errors.filter(({ reason }) => reason === 'exhausted');
    const failed = own.reduce((sum, { count }) => sum + count, 0);
    assert.ok(failed > 0);
    assert.equal(summary.sessions.failed, failed);
    assert.equal(stats.sessions, 44 - failed);
    assert.equal(summary.trust.trusted, false);
    assert.match(summary.trust.why.join(), /ran out of files/);
  });

  test('a port where nothing listens is the service’s', async () => {
    const { errors } = await runShort({ ...target('http://127.0.0.1:1'), NUM_SESSIONS: '1' });
    assert.deepEqual(errors, ['token/refused 1']);
  });
});
