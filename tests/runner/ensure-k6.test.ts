import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MINIMUM_GO } from '../../runner/k6-binary/build.ts';
import { cacheFolder } from '../../runner/k6-binary/cache.ts';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import { MINIMUM_K6, PINNED_K6 } from '../../runner/k6-binary/version.ts';
import { assertInterruptible, GO_THAT_WAITS } from './interrupted-build.ts';
import { filesIn, program, readText, scratchFolder, versionOnly, Written } from './scratch.ts';

// Nothing listens there, and fetch refuses to try.
const NOWHERE = 'http://127.0.0.1:1';

/** A machine that has these programs alone, an empty cache, and no network. */
async function machine(t: TestContext, programs: Record<string, string>) {
  const folder = await scratchFolder(t);
  const bin = join(folder, 'bin');
  for (const [name, body] of Object.entries(programs)) await program(bin, name, body);
  const cache = join(folder, 'cache');
  const env = { PATH: bin, CHAT_K6_CACHE: cache, CHAT_K6_RELEASES: NOWHERE };
  return { folder, bin, cache, env };
}

/** The body of a Go of that version: it builds by writing a file, and notes what it was told. */
function fakeGo(version: string, k6: string = versionOnly()): string {
  return `
    if [ "$1" = env ]; then echo "go${version}"; exit; fi
    while read -r line; do echo "$line" >> "$NOTES"; done < go.mod
    echo "$*; GOWORK=$GOWORK CGO_ENABLED=$CGO_ENABLED" >> "$NOTES"
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\n%s\\n' '${k6}' > "$2"
    /bin/chmod 755 "$2"`;
}

for (const version of [MINIMUM_K6, '2.10.0', '3.0.0']) {
  test(`v${version} on the PATH is used, without a word`, async (t) => {
    const { bin, cache, env } = await machine(t, { k6: versionOnly(version) });
    const terminal = new Written();
    const found = await ensureK6({ env: { ...env, PATH: `/nowhere${delimiter}${bin}` }, terminal });
    assert.deepEqual(found, { path: join(bin, 'k6'), version, source: 'PATH' });
    assert.equal(terminal.text, '');
    assert.deepEqual(await filesIn(cache), []);
  });
}

for (const [body, got] of [
  [versionOnly('2.1.9'), 'v2.1.9'],
  [versionOnly('1.7.0'), 'v1.7.0'],
  [versionOnly('2.2.0-rc1'), 'v2.2.0-rc1'],
  ['echo nonsense', 'no k6 that runs'],
  ['exit 3', 'no k6 that runs'],
] as const) {
  test(`${got} on the PATH (${body.slice(0, 8)}…) is not used, and this is said`, async (t) => {
    const { bin, cache, env } = await machine(t, { k6: body });
    await program(cache, join('k6', `v${PINNED_K6}`, 'k6'), versionOnly());
    const terminal = new Written();
    assert.equal((await ensureK6({ env, terminal })).source, 'cache');
    const path = join(bin, 'k6');
    assert.equal(
      terminal.text,
      `k6: ${path} is not used: expected v${MINIMUM_K6} or later, got ${got}\n`,
    );
  });
}

test('without a release, Go builds k6 in a module of its own; then it is in the cache', async (t) => {
  const { folder, cache, env } = await machine(t, { go: fakeGo(MINIMUM_GO) });
  const notes = join(folder, 'notes');
  const terminal = new Written();
  const k6 = await ensureK6({ env: { ...env, NOTES: notes }, terminal });
  assert.deepEqual(await filesIn(cache), [join('k6', `v${PINNED_K6}`, 'k6')]);
  assert.equal(k6.path, join(cache, 'k6', `v${PINNED_K6}`, 'k6'));
  const [first, , go, , require, ...rest] = (await readText(notes)).trim().split('\n');
  assert.deepEqual(
    [first, go, require],
    ['module local/k6-build', `go ${MINIMUM_GO}`, `require go.k6.io/k6/v2 v${PINNED_K6}`],
  );
  assert.match(
    rest.join('\n'),
    /^build -mod=mod -trimpath -ldflags=-s -w -o \S+ go\.k6\.io\/k6\/v2; GOWORK=off CGO_ENABLED=0$/,
  );
  assert.match(terminal.lines[1] ?? '', /^k6: download failed: .*checksums\.txt: /);
  assert.equal(terminal.lines[2], `k6: building v${PINNED_K6} from source with Go ${MINIMUM_GO}`);
});

test('a build that fails leaves nothing, and ends with the last that Go said', async (t) => {
  const go = `
    if [ "$1" = env ]; then echo go1.26.1; exit; fi
    echo one >&2; echo "go: no such module" >&2; exit 1`;
  const { cache, env } = await machine(t, { go });
  await assert.rejects(ensureK6({ env, terminal: new Written() }), (error: Error) => {
    const [, , build] = error.message.split('\n');
    assert.equal(build, `  build: go build go.k6.io/k6/v2@v${PINNED_K6}: go: no such module`);
    return true;
  });
  assert.deepEqual(await filesIn(cache), []);
});

test('a build of something else is not kept', async (t) => {
  const { folder, cache, env } = await machine(t, { go: fakeGo('1.30.0', 'exit 1') });
  await assert.rejects(
    ensureK6({ env: { ...env, NOTES: join(folder, 'notes') }, terminal: new Written() }),
    (error: Error) =>
      error.message.includes(`\n  build: expected k6 v${PINNED_K6}, got a file that is no k6\n`),
  );
  assert.deepEqual(await filesIn(cache), []);
});

test('an interrupted build is ended with SIGINT and leaves nothing', async (t) => {
  const { folder, cache, env } = await machine(t, { go: GO_THAT_WAITS });
  const notes = join(folder, 'notes');
  const ensure = (signal: AbortSignal) =>
    ensureK6({ env: { ...env, NOTES: notes }, terminal: new Written(), signal });
  await assertInterruptible(ensure, notes, cache);
});

for (const [name, programs, found] of [
  ['no Go', {}, 'found none'],
  ['a Go that is too old', { go: fakeGo('1.24.9') }, 'found 1.24.9'],
] as const) {
  test(`no k6, no network, ${name}: one message with all ways to get k6`, async (t) => {
    const { cache, env } = await machine(t, programs);
    await assert.rejects(ensureK6({ env, terminal: new Written() }), (error: Error) => {
      const [first, download, build, ...ways] = error.message.split('\n');
      assert.equal(first, `no k6 v${MINIMUM_K6} or later, and none could be got:`);
      assert.match(download ?? '', /^ {2}download: http:\/\/127\.0\.0\.1:1\/v\S+checksums\.txt: /);
      assert.equal(build, `  build: needs Go ${MINIMUM_GO} or later, ${found}`);
      const text = ways.join('\n');
      for (const way of ['package manager', 'https://github.com/grafana/k6/releases', 'PATH']) {
        assert.ok(text.includes(way), `${way} in ${text}`);
      }
      assert.ok(text.includes(`Go ${MINIMUM_GO} or later`));
      for (const line of [first, ...ways]) assert.ok((line?.length ?? 0) <= 100, line);
      return true;
    });
    assert.deepEqual(await filesIn(cache), []);
  });
}

test('the cache is where the environment says, outside the work tree', () => {
  assert.equal(cacheFolder({ CHAT_K6_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a');
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/b' }), join('/b', 'nuc-k6'));
  assert.ok(cacheFolder({}).startsWith(homedir()));
  assert.ok(cacheFolder({}).endsWith('nuc-k6'));
});

test('k6.exe says its name on Windows', async (t) => {
  const body = versionOnly().replace('k6 v', 'k6.exe v');
  const { bin, env } = await machine(t, { k6: body });
  const found = await ensureK6({ env, terminal: new Written() });
  assert.deepEqual(found, { path: join(bin, 'k6'), version: PINNED_K6, source: 'PATH' });
});

for (const variable of ['K6_LOG_OUTPUT', 'GOMEMLIMIT']) {
  test(`a wrong ${variable} does not make k6 none: it is not seen when asked its version`, async (t) => {
    const body = `[ -n "$${variable}" ] && exit 1; ${versionOnly()}`;
    const { bin, env } = await machine(t, { k6: body });
    const before = process.env[variable];
    process.env[variable] = 'nonsense';
    t.after(() => {
      if (before === undefined) delete process.env[variable];
      else process.env[variable] = before;
    });
    const found = await ensureK6({ env, terminal: new Written() });
    assert.equal(found.path, join(bin, 'k6'));
  });
}

test('what a runner that was killed left of an installation goes with the next one', async (t) => {
  const { cache, env } = await machine(t, { go: fakeGo(MINIMUM_GO) });
  const [old, young] = ['.new-old', '.new-young'].map((name) => join(cache, 'k6', name));
  for (const folder of [old, young]) await program(folder ?? '', 'k6', '');
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(old ?? '', longAgo, longAgo);
  const notes = join(cache, 'notes');
  await ensureK6({ env: { ...env, NOTES: notes }, terminal: new Written() });
  assert.deepEqual(
    (await filesIn(cache)).filter((file) => file.includes('.new-')),
    [join('k6', '.new-young', 'k6')],
  );
});
