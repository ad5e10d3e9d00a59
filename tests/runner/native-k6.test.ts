/** `--engine native`: k6 with the project's extension, built by Go once for its sources. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MINIMUM_GO } from '../../runner/k6-binary/build.ts';
import { ensureNativeK6 } from '../../runner/k6-binary/native.ts';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';
import { assertInterruptible, GO_THAT_WAITS } from './interrupted-build.ts';
import { filesIn, program, readText, scratchFolder, versionOnly, Written } from './scratch.ts';

/** Notes each build with its folder, and builds by writing a file. */
const BUILDS = `
  if [ "$1" = env ]; then echo go${MINIMUM_GO}; exit; fi
  echo "$PWD: $*; GOWORK=$GOWORK CGO_ENABLED=$CGO_ENABLED" >> "$NOTES"
  while [ "$1" != -o ]; do shift; done
  printf '#!/bin/sh\\n%s\\n' '${versionOnly()}' > "$2"
  /bin/chmod 755 "$2"`;

/** A project with a module native/, a machine with this Go alone, and an empty cache. */
async function scene(t: TestContext, go?: string) {
  const root = await scratchFolder(t);
  const bin = join(root, 'bin');
  if (go !== undefined) await program(bin, 'go', go);
  await program(join(root, 'native'), 'register.go', 'package native');
  await program(join(root, 'native'), 'go.mod', 'module native');
  const cache = join(root, 'cache');
  const notes = join(root, 'notes');
  const terminal = new Written();
  const env = { PATH: bin, CHAT_K6_CACHE: cache, NOTES: notes };
  const ensure = (signal?: AbortSignal) =>
    ensureNativeK6({ root, env, terminal, ...(signal && { signal }) });
  return { root, cache, terminal, ensure, notes };
}

test('it is built once from these sources, and again where one of them changed', async (t) => {
  const { root, cache, terminal, ensure, notes } = await scene(t, BUILDS);
  const builds = async () => (await readText(notes)).trim().split('\n');
  const first = await ensure();
  assert.match(first.path, new RegExp(`/k6-native/v${PINNED_K6}-[0-9a-f]{16}/k6$`));
  assert.equal(first.version, PINNED_K6);
  assert.deepEqual(terminal.lines, [
    `k6: building v${PINNED_K6} with native/, by Go ${MINIMUM_GO}`,
    `k6: v${PINNED_K6} with native/ is now in ${first.path}`,
  ]);
  const [build = ''] = await builds();
  assert.ok(build.startsWith(`${join(root, 'native')}: build -mod=readonly -trimpath`), build);
  assert.match(build, / -o \S+ \.\/cmd\/k6; GOWORK=off CGO_ENABLED=0$/);

  assert.deepEqual(await ensure(), first);
  await writeFile(join(root, 'native', 'register_test.go'), 'package native');
  await writeFile(join(root, 'native', 'README.md'), 'words');
  assert.deepEqual(await ensure(), first);
  assert.equal((await builds()).length, 1);

  await writeFile(join(root, 'native', 'register.go'), 'package native // changed');
  const second = await ensure();
  assert.notEqual(second.path, first.path);
  assert.equal((await builds()).length, 2);
  const expected = [first.path, second.path].map((path) => path.slice(cache.length + 1));
  assert.deepEqual(await filesIn(cache), expected.sort());
});

for (const [name, go, found] of [
  ['no Go', undefined, 'none'],
  ['a Go that is too old', 'echo go1.24.9', '1.24.9'],
] as const) {
  test(`${name}: one line that names the ways`, async (t) => {
    const { cache, ensure, terminal } = await scene(t, go);
    await assert.rejects(ensure(), {
      exitCode: 1,
      message:
        `--engine native: needs Go ${MINIMUM_GO} or later to build k6 with native/, found ${found}: ` +
        'install it (https://go.dev/dl/), or build it elsewhere and run dist/native/chat.js with it ' +
        '(native/README.md), or leave the flag out',
    });
    assert.equal(terminal.text, '');
    assert.deepEqual(await filesIn(cache), []);
  });
}

test('a build that fails leaves nothing, and ends with the last that Go said', async (t) => {
  const fails = `if [ "$1" = env ]; then echo go1.26.1; exit; fi; echo "no such module" >&2; exit 1`;
  const { cache, ensure } = await scene(t, fails);
  await assert.rejects(ensure(), {
    message: '--engine native: go build ./cmd/k6 in native/: no such module',
  });
  assert.deepEqual(await filesIn(cache), []);
});

test('an interrupted build is ended with SIGINT and leaves nothing', async (t) => {
  const { cache, ensure, notes } = await scene(t, GO_THAT_WAITS);
  await assertInterruptible(ensure, notes, cache);
});
