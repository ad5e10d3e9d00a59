import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';
import {
  ARCHIVE,
  archiveOf,
  CHECKSUMS,
  checksums,
  type Release,
  serveRelease,
} from './release-server.ts';
import { filesIn, program, scratchFolder, toolsOnly, versionOnly, Written } from './scratch.ts';

const CACHED = [join('k6', `v${PINNED_K6}`, 'k6')];

interface Scene {
  readonly folder: string;
  readonly cache: string;
  readonly release: Release;
  readonly env: NodeJS.ProcessEnv;
}

/** A machine without k6 and Go, an empty cache and a good release. */
async function scene(t: TestContext): Promise<Scene> {
  const folder = await scratchFolder(t);
  const cache = join(folder, 'cache');
  const release = await serveRelease(t, folder);
  const env = {
    PATH: await toolsOnly(folder),
    CHAT_K6_CACHE: cache,
    CHAT_K6_RELEASES: release.url,
  };
  return { folder, cache, release, env };
}

test('a good release is kept in the cache; the second time nobody is asked', async (t) => {
  const { cache, release, env } = await scene(t);
  const expected = { path: join(cache, ...CACHED), version: PINNED_K6, source: 'cache' };
  const terminal = new Written();
  assert.deepEqual(await ensureK6({ env, terminal }), expected);
  assert.deepEqual(await filesIn(cache), CACHED);
  assert.deepEqual(release.asked, [`/v${PINNED_K6}/${CHECKSUMS}`, `/v${PINNED_K6}/${ARCHIVE}`]);
  assert.deepEqual(terminal.lines, [
    `k6: getting v${PINNED_K6} from ${release.url}`,
    `k6: v${PINNED_K6} is now in ${expected.path}`,
  ]);

  const again = new Written();
  assert.deepEqual(await ensureK6({ env, terminal: again }), expected);
  assert.equal(release.asked.length, 2);
  assert.equal(again.text, '');
});

test('a terminal sees how much of the archive is there', async (t) => {
  const { env } = await scene(t);
  const terminal = new Written(true);
  await ensureK6({ env, terminal });
  assert.ok(terminal.text.includes('k6: downloading, 0.0 MB of 0.0 MB (100 %)\r\u001b[K'));
});

test('a release that moved is followed', async (t) => {
  const { release, env } = await scene(t);
  release.answer('moved', (response) => response.end(release.archive));
  release.answer(ARCHIVE, (response) => {
    response.writeHead(302, { location: `/v${PINNED_K6}/moved` }).end();
  });
  assert.equal((await ensureK6({ env, terminal: new Written() })).source, 'cache');
});

test('two at once do not disturb each other', async (t) => {
  const { cache, env } = await scene(t);
  const both = [1, 2].map(() => ensureK6({ env, terminal: new Written() }));
  const [one, two] = await Promise.all(both);
  assert.deepEqual(one, two);
  assert.deepEqual(await filesIn(cache), CACHED);
});

test('a file in the cache that is no k6 of that version is replaced', async (t) => {
  const { cache, release, env } = await scene(t);
  await program(cache, CACHED[0] ?? '', 'exit 1');
  await ensureK6({ env, terminal: new Written() });
  assert.equal(release.asked.length, 2);
  await program(cache, CACHED[0] ?? '', versionOnly('2.1.0'));
  await ensureK6({ env, terminal: new Written() });
  assert.equal(release.asked.length, 4);
});

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** What can be wrong with a release, and what is said about it. */
const FAILURES: Record<string, (scene: Scene) => RegExp | string | Promise<RegExp | string>> = {
  'no archive': ({ release }) => {
    release.answer(ARCHIVE, (response) => response.writeHead(404).end());
    return `${ARCHIVE}: HTTP 404`;
  },
  'a redirect that leads to no address': ({ release }) => {
    release.answer(ARCHIVE, (response) => {
      response.writeHead(302, { location: 'ftp://127.0.0.1/k6' }).end();
    });
    return `${new URL(release.url).origin}: HTTP 302: it leads to no address of http://`;
  },
  'an answer that changes the protocol': ({ release }) => {
    release.answer(ARCHIVE, (response) => {
      response.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end();
    });
    return `${ARCHIVE}: closed without an answer`;
  },
  'redirects without end': ({ release }) => {
    release.answer(ARCHIVE, (response) => {
      response.writeHead(302, { location: ARCHIVE }).end();
    });
    return `${ARCHIVE}: more than 10 redirects`;
  },
  'no checksums': ({ release }) => {
    release.answer(CHECKSUMS, (response) => response.writeHead(404).end());
    return `${CHECKSUMS}: HTTP 404`;
  },
  'no checksum of this archive': ({ release }) => {
    const text = checksums(release.archive, `${ARCHIVE}.sig`);
    release.answer(CHECKSUMS, (response) => response.end(text));
    return `${CHECKSUMS}: no checksum for ${ARCHIVE}`;
  },
  'wrong checksum': ({ release }) => {
    const other = Buffer.from('another archive');
    release.answer(CHECKSUMS, (response) => response.end(checksums(other)));
    const expected = `expected ${sha256(other)}, got ${sha256(release.archive)}`;
    return `${ARCHIVE}: wrong checksum: ${expected}`;
  },
  'cut short': ({ release: { archive, answer } }) => {
    answer(ARCHIVE, (response) => {
      response.setHeader('content-length', archive.length + 1000);
      response.write(archive, () => response.destroy());
    });
    const sizes = `got ${archive.length} of ${archive.length + 1000} bytes`;
    return `${ARCHIVE}: cut short: ${sizes}`;
  },
  'no answer': ({ release }) => {
    release.answer(ARCHIVE, () => {});
    return `${ARCHIVE}: no answer for 0.3 s`;
  },
  'an answer that stops': ({ release }) => {
    release.answer(ARCHIVE, (response) => void response.write('a beginning'));
    return `${ARCHIVE}: no answer for 0.3 s`;
  },
  'an archive that is none': ({ release }) => {
    release.replace(Buffer.from('no archive at all'));
    return /tar -xf failed: /;
  },
  'a k6 that does not run': async ({ release, folder }) => {
    release.replace(await archiveOf(folder, 'exit 1'));
    return `expected k6 v${PINNED_K6}, got a file that is no k6`;
  },
  'a k6 of another version': async ({ release, folder }) => {
    release.replace(await archiveOf(folder, versionOnly('2.1.0')));
    return `expected k6 v${PINNED_K6}, got 2.1.0`;
  },
  'nobody there': async ({ env }) => {
    env.CHAT_K6_RELEASES = 'http://127.0.0.1:1';
    return /checksums\.txt: (bad port|connect ECONNREFUSED)/;
  },
};

for (const [name, arrange] of Object.entries(FAILURES)) {
  test(`${name}: it is said, and nothing is left`, async (t) => {
    const stage = await scene(t);
    const said = await arrange(stage);
    const { env, cache } = stage;
    await assert.rejects(ensureK6({ env, terminal: new Written(), silenceMs: 300 }), (error) => {
      assert.ok(error instanceof Error);
      const [, download = ''] = error.message.split('\n');
      assert.match(download, /^ {2}download: /);
      if (typeof said === 'string') assert.ok(download.endsWith(said), download);
      else assert.match(download, said);
      return true;
    });
    assert.deepEqual(await filesIn(cache), []);
  });
}

test('an interrupted download leaves nothing', async (t) => {
  const { cache, release, env } = await scene(t);
  const interrupt = new AbortController();
  release.answer(ARCHIVE, (response) => {
    response.write('a beginning', () => interrupt.abort());
  });
  await assert.rejects(ensureK6({ env, terminal: new Written(), signal: interrupt.signal }), {
    message: 'interrupted',
    exitCode: 130,
  });
  assert.deepEqual(await filesIn(cache), []);
});
