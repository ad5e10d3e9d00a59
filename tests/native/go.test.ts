/** The Go module's own tests, as a part of this project's. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BUILD_ENV } from '../../runner/k6-binary/build.ts';
import { lackOfGo } from './on-native-engine.ts';

const MODULE = fileURLToPath(new URL('../../native/', import.meta.url));

/** @returns what Go said, where it failed; '' where all is well. */
async function problemOf(...command: string[]): Promise<string> {
  const go = spawn('go', command, {
    cwd: MODULE,
    // What the runner's build compiled serves here too.
    env: { ...process.env, ...BUILD_ENV },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A first build takes minutes: the tests beside it measure times.
  if (go.pid !== undefined) setPriority(go.pid, constants.priority.PRIORITY_LOW);
  let said = '';
  for (const stream of [go.stdout, go.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [exitCode] = await once(go, 'close');
  return exitCode === 0 ? '' : said;
}

test('go vet and go test accept the native module', async (t) => {
  const lack = await lackOfGo();
  if (lack !== '') {
    assert.notEqual(process.env.CI, 'true', lack);
    t.skip(lack);
    return;
  }
  assert.equal(await problemOf('vet', './...'), '');
  assert.equal(await problemOf('test', './...'), '');
});
