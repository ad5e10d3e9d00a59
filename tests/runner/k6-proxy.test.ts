/** The download of k6 by a real proxy: what goes through it, and what is said where it is the trouble. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';
import { NO_OPENSSL, selfSigned } from '../k6/self-signed.ts';
import { type Release, serveRelease } from './release-server.ts';
import { runner } from './runner-process.ts';
import { filesIn, scratchFolder, toolsOnly } from './scratch.ts';

const CACHED = [join('k6', `v${PINNED_K6}`, 'k6')];
const NO_PROXIES = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    [name, ''],
    [name.toLowerCase(), ''],
  ]),
);

interface TestProxy {
  /** Without a scheme. */
  readonly host: string;
  /** Where tunnels were asked for, in order. */
  readonly tunnels: readonly string[];
}

/** A proxy that opens tunnels, for who brings these words where any are asked for. */
async function serveProxy(t: TestContext, userAndPassword?: string): Promise<TestProxy> {
  const tunnels: string[] = [];
  const expected = `Basic ${Buffer.from(userAndPassword ?? '').toString('base64')}`;
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    tunnels.push(request.url ?? '');
    if (userAndPassword !== undefined && request.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const end of [target, socket]) end.on('error', () => target.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}

interface Scene {
  readonly release: Release;
  /** @returns what `npm run k6` said and its exit code, on a machine without k6 and Go. */
  download(proxies: NodeJS.ProcessEnv): Promise<{ err: string; code: number | null }>;
  readonly cached: () => Promise<string[]>;
}

async function scene(t: TestContext): Promise<Scene> {
  const folder = await scratchFolder(t);
  const cache = join(folder, 'cache');
  const release = await serveRelease(t, folder);
  const PATH = await toolsOnly(folder);
  const machine = { ...NO_PROXIES, PATH, CHAT_K6_CACHE: cache, CHAT_K6_RELEASES: release.url };
  return {
    release,
    download: (proxies) => runner(t, ['k6'], { ...machine, ...proxies }).ended,
    cached: () => filesIn(cache),
  };
}

for (const variable of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) {
  test(`${variable}: the download goes through the proxy, its password too`, async (t) => {
    const { release, download, cached } = await scene(t);
    const proxy = await serveProxy(t, 'me:p@ss word');
    const { code, err } = await download({
      [variable]: `http://me:p%40ss%20word@${proxy.host}`,
    });
    assert.deepEqual([code, await cached()], [0, CACHED], err);
    assert.equal(release.asked.length, 2);
    assert.ok(proxy.tunnels.length >= 1);
    assert.deepEqual([...new Set(proxy.tunnels)], [new URL(release.url).host]);
    assert.doesNotMatch(err, /p@ss|p%40ss/);
  });
}

test('a proxy without a scheme is one of http', async (t) => {
  const { download, cached } = await scene(t);
  const proxy = await serveProxy(t);
  const { code } = await download({ HTTP_PROXY: proxy.host });
  assert.deepEqual([code, await cached()], [0, CACHED]);
  assert.ok(proxy.tunnels.length >= 1);
});

test('NO_PROXY: the proxy is not asked', async (t) => {
  const proxy = await serveProxy(t);
  for (const spared of ['*', '127.0.0.1', 'a.test, .0.0.1', 'a.test,127.0.0.1:']) {
    const { release, download, cached } = await scene(t);
    const noProxy = spared.endsWith(':') ? spared + new URL(release.url).port : spared;
    const { code } = await download({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: noProxy });
    assert.deepEqual([code, await cached()], [0, CACHED], spared);
  }
  assert.deepEqual(proxy.tunnels, []);
});

test('a proxy that is the trouble is named with its variable, without its password', async (t) => {
  const { release, download, cached } = await scene(t);
  const refusing = await serveProxy(t, 'me:right');
  const cases: [proxies: NodeJS.ProcessEnv, said: string][] = [
    [
      { HTTP_PROXY: `http://me:of-proxy@${refusing.host}` },
      `HTTP 407: wrong user or password, or none, by the proxy http://${refusing.host} of HTTP_PROXY`,
    ],
    [
      { http_proxy: 'http://me:of-proxy@127.0.0.1:9' },
      'connect ECONNREFUSED 127.0.0.1:9, by the proxy http://127.0.0.1:9 of http_proxy',
    ],
    [
      { ALL_PROXY: 'socks5://me:of-proxy@127.0.0.1:9' },
      'ALL_PROXY: expected a proxy of http:// or https://; set another, or put k6 on the PATH',
    ],
    [
      { HTTP_PROXY: 'http://me:of-proxy@[' },
      'HTTP_PROXY: expected the address of a proxy, such as http://host:3128',
    ],
    [
      { HTTP_PROXY: 'http://me:100%of-proxy@127.0.0.1:9' },
      'HTTP_PROXY: expected a % of its user or password as %25, as an address has it',
    ],
  ];
  for (const [proxies, said] of cases) {
    const { code, err } = await download(proxies);
    assert.equal(code, 1);
    assert.ok(
      err
        .split('\n')
        .some((line) => line.startsWith('k6: download failed: ') && line.endsWith(said)),
      err,
    );
    assert.doesNotMatch(err, /of-proxy/);
    assert.deepEqual(await cached(), []);
  }
  assert.equal(release.asked.length, 0);
});

test('a proxy that closes, refuses, answers nothing or is none is asked once', async (t) => {
  const answers: [answer: string, said: RegExp][] = [
    ['', /Proxy connection ended before receiving CONNECT response/],
    ['HTTP/1.1 200 OK\r\n\r\n', /socket hang up/],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', /HTTP 502, by/],
    [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      /HTTP 101, by/,
    ],
    ['HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n', /HTTP 302, by/],
    // Of an answer in the address' place, nothing is taken.
    ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx', /HTTP 100, by/],
    ['HTTP/1.1 200 OK\r\nBasic bWU6b2YtcHJveHk=\r\n\r\n', /the answer is no HTTP, by/],
    ['SSH-2.0-none\r\n\r\n', /the answer is no HTTP, by/],
  ];
  for (const [answer, said] of answers) {
    const { release, download, cached } = await scene(t);
    let connections = 0;
    const proxy = createTcpServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    t.after(() => proxy.close());
    const host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { code, err } = await download({ HTTP_PROXY: `me:of-proxy@${host}` });
    assert.equal(code, 1);
    assert.match(err, said);
    assert.doesNotMatch(err, /of-proxy|bWU6b2Y/);
    assert.ok(err.includes(`, by the proxy http://${host} of HTTP_PROXY\n`), err);
    assert.deepEqual([connections, release.asked.length, await cached()], [1, 0, []]);
  }
});

test('a redirect from the proxied host to one that NO_PROXY names goes there directly', async (t) => {
  const { release, download, cached } = await scene(t);
  const other = createServer((request, response) => {
    response.writeHead(302, { location: release.url + request.url }).end();
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => {
    other.closeAllConnections();
    other.close();
  });
  const host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const proxy = await serveProxy(t);
  const { code } = await download({
    CHAT_K6_RELEASES: `http://${host}`,
    HTTP_PROXY: `http://${proxy.host}`,
    NO_PROXY: new URL(release.url).host,
  });
  assert.deepEqual([code, await cached()], [0, CACHED]);
  assert.deepEqual([...new Set(proxy.tunnels)], [host]);
  assert.equal(release.asked.length, 2);
});

test('HTTPS_PROXY: behind the proxy the certificate is checked', {
  skip: NO_OPENSSL,
}, async (t) => {
  const { release, download, cached } = await scene(t);
  const tls = await selfSigned();
  const authority = join(await scratchFolder(t), 'ca.pem');
  await writeFile(authority, tls.cert);
  const secure = createTlsServer(tls, (socket) => {
    const plain = connect(Number(new URL(release.url).port), '127.0.0.1');
    socket.pipe(plain).pipe(socket);
    for (const end of [socket, plain]) end.on('error', () => end.destroy());
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  t.after(() => secure.close());
  const host = `127.0.0.1:${(secure.address() as AddressInfo).port}`;
  const proxy = await serveProxy(t, 'me:right');
  const by = (user: string) => ({
    CHAT_K6_RELEASES: `https://${host}`,
    HTTPS_PROXY: `http://${user}@${proxy.host}`,
    HTTP_PROXY: 'http://127.0.0.1:9',
  });
  const wrong = await download(by('me:wrong'));
  assert.match(wrong.err, /HTTP 407: wrong user or password, or none, by the proxy/);
  const unknown = await download(by('me:right'));
  assert.match(unknown.err, /self-signed certificate, by the proxy/);
  assert.equal(release.asked.length, 0);
  const { code, err } = await download({ ...by('me:right'), NODE_EXTRA_CA_CERTS: authority });
  assert.deepEqual([code, await cached()], [0, CACHED], err);
  assert.deepEqual([...new Set(proxy.tunnels)], [host]);
  assert.equal(release.asked.length, 2);
});
