/** What deploy/Dockerfile takes of the project: its stages are built by operator-suite.ts, where containers run. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '../k6/run-k6.ts';
import { filesIn, scratchFolder } from '../runner/scratch.ts';

const run = promisify(execFile);

test('what .dockerignore leaves builds the bundles, and merges', async (t) => {
  const folder = await scratchFolder(t);
  const lines = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n');
  const taken = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  assert.ok(lines.includes('*') && taken.length > 5);
  for (const path of taken) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(ROOT, path), join(folder, path), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await run(process.execPath, ['build.mjs'], { cwd: folder });
  const bundles = (await filesIn(join(folder, 'dist'))).filter((file) => file.endsWith('.js'));
  assert.ok(bundles.length >= 6, bundles.join(' '));
  for (const file of bundles) {
    const [there, here] = [join(folder, 'dist', file), join(ROOT, 'dist', file)];
    assert.equal(await readFile(there, 'utf8'), await readFile(here, 'utf8'), file);
  }
  const args = ['--import', 'tsx', 'runner/main.ts', 'merge', '--help'];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  assert.match(stdout, /npm run merge/);
});

test('every base is pinned, and the files that it copies from the project are there', async () => {
  const dockerfile = await readFile(join(ROOT, 'deploy', 'Dockerfile'), 'utf8');
  const bases = [...dockerfile.matchAll(/^ARG (\w+_IMAGE)=(.*)$/gm)];
  assert.ok(
    bases.every(([, , image = '']) => /^[\w/]+:\d+\.\d+\.\d+[\w.-]*(@sha256:\w{64})?$/.test(image)),
  );
  const known = ['scratch', ...bases.map(([, name]) => `\${${name}}`)];
  for (const [, from = '', name = ''] of dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)) {
    assert.ok(known.includes(from), `${name}: from ${from}`);
    known.push(name);
  }
  const here = await readdir(ROOT);
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' ').map((file) => file.split('/')[0] as string),
  );
  assert.ok(copied.includes('native') && copied.includes('package-lock.json'));
  for (const name of copied) assert.ok(name === '.' || here.includes(name), name);
});
