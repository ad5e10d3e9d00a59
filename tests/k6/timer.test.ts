/** A timer never fires before its time, whatever k6 does with its own. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { ROOT, runK6 } from './run-k6.ts';

/** A timer whose time has come, but not its turn, is cleared: k6 then runs the next one at once. */
const SCRIPT = `
import { Timer } from '${join(ROOT, 'lib', 'k6', 'session', 'timer.ts')}';

const idle = (ms) => { for (const until = Date.now() + ms; Date.now() < until; ); };
const turn = () => crypto.subtle.digest('SHA-256', new Uint8Array(1));

export default async function () {
  const startedAt = Date.now();
  const say = (name) => () => console.log(name + ' after ' + (Date.now() - startedAt));
  const [near, far, last] = [new Timer(), new Timer(), new Timer()];
  near.start(20, say('near'));
  far.start(400, say('far'));
  last.start(700, say('last'));
  await turn();
  idle(40);
  near.stop();
  for (let count = 0; count < 20; count++) await turn();
  last.stop();
}
`;

test('k6 clears a timer that was due: the next one keeps its time', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'k6-timer-'));
  t.after(() => rm(folder, { recursive: true }));
  await build({
    stdin: { contents: SCRIPT, resolveDir: folder },
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'timer.js'),
  });
  const { code, lines, stderr } = await runK6('timer', { bundles: folder });
  assert.equal(code, 0, stderr);
  assert.equal(lines.length, 1, stderr);
  const [, after] = /^far after (\d+)$/.exec(lines[0] ?? '') ?? [];
  assert.ok(Number(after) >= 400, stderr);
});
