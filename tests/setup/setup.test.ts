import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILES = ['tests/base/random.test.ts', 'tests/stores/series.test.ts'];
/** Of the first file, which lacks nothing. */
const TESTS = (await readFile(`${ROOT}${FILES[0]}`, 'utf8')).match(/^ *test\(/gm)?.length;
const LACKS =
  'no InfluxDB 1: apt-get install influxdb, or set INFLUXDB_URL; ' +
  'no Prometheus: apt-get install prometheus, or put it on the PATH';

/** The command on a machine that has neither the programs nor the right to install them. */
async function npmTest(env: NodeJS.ProcessEnv) {
  const tests = spawn(process.execPath, ['--import', 'tsx', 'tests/setup/main.ts', ...FILES], {
    cwd: ROOT,
    env: { PATH: '', CHAT_INSTALL: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([
    text(tests.stdout),
    text(tests.stderr),
    once(tests, 'close'),
  ]);
  return { lines: out.trim().split('\n'), err: err.trim().split('\n'), code };
}

test('what a suite lacks skips it, with how to get it; the last line counts it', async () => {
  const { lines, err, code } = await npmTest({});
  assert.equal(code, 0);
  assert.equal(lines.at(-1), `${TESTS} passed, 0 failed, 1 skipped`);
  const skipped = lines.filter((line) => line.includes('series.test.ts'));
  assert.equal(skipped.length, 1);
  assert.ok(skipped[0]?.endsWith(`# ${LACKS}`), skipped[0]);
  assert.deepEqual(err.slice(0, 2), [
    'tests: no InfluxDB 1, suites skipped: 1; apt-get install influxdb, or set INFLUXDB_URL',
    'tests: no Prometheus, suites skipped: 1; apt-get install prometheus, or put it on the PATH',
  ]);
});

test('in CI it is a failure', async () => {
  const { lines, code } = await npmTest({ CI: 'true' });
  assert.equal(code, 1);
  assert.equal(lines.at(-1), `${TESTS} passed, 1 failed, 0 skipped`);
  assert.ok(lines.some((line) => line.includes(LACKS)));
});
