import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { FAULTS } from '../../simulator/faults.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { ChatClient, jsonOf, post, tokenRequest } from './chat-client.ts';

/** The command as it is run; killed at the end of the test, should that not have ended it. */
function simulator(context: TestContext, ...flags: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulator/main.ts', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => child.kill('SIGKILL'));
  return child;
}

/** Everything that the process writes, and the code that it ends with. */
async function endOf(process: ChildProcess): Promise<{ out: string; err: string; code: number }> {
  assert.ok(process.stdout && process.stderr);
  const [out, err, [code]] = await Promise.all([
    text(process.stdout),
    text(process.stderr),
    once(process, 'exit'),
  ]);
  return { out, err, code };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`it prints one line, serves, and ends with 0 on ${signal}`, async (context) => {
    const process = simulator(
      context,
      '--port',
      '0',
      '--speed',
      '1000',
      '--fault',
      'token-429:1/2',
    );
    const end = endOf(process);
    const [line] = await once(process.stdout as NodeJS.EventEmitter, 'data');
    const url = /^simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line))?.[1];
    assert.ok(url, String(line));

    const client = await ChatClient.open(url);
    const heard = await client.ask();
    assert.ok(heard.complete);
    assert.equal((await post(url, '/nuc/v1/generate-token', tokenRequest())).status, 429);
    const stats = await jsonOf(await fetch(`${url}/stats`));
    assert.equal(stats.frames, heard.frames.length);
    assert.deepEqual(stats.violations, {});

    process.kill(signal);
    assert.equal((await client.closed)[0], 1001);
    assert.deepEqual(await end, { out: String(line), err: '', code: 0 });
  });
}

test('a port in use: one line that says so, exit code 2', async (context) => {
  const other = await startSimulator({ port: 0 });
  try {
    const port = new URL(other.url).port;
    const { out, err, code } = await endOf(simulator(context, '--port', port));
    assert.deepEqual({ out, code }, { out: '', code: 2 });
    assert.match(err, new RegExp(`^simulator: port ${port} is in use: [^\\n]+\\n$`));
  } finally {
    await other.close();
  }
});

test('a bad flag: one line that names it, exit code 2', async (context) => {
  const cases: [flags: string[], names: RegExp][] = [
    [['--sped', '2'], /--sped/],
    [['--port', 'http'], /port: expected a number, got "http"/],
    [['--fault', 'gremlins:1/2'], /gremlins:1\/2/],
  ];
  await Promise.all(
    cases.map(async ([flags, names]) => {
      const { out, err, code } = await endOf(simulator(context, '--port', '0', ...flags));
      assert.deepEqual({ out, code }, { out: '', code: 2 });
      assert.match(err, names);
      assert.match(err, /^simulator: [^\n]+\n$/);
    }),
  );
});

test('--help fits 100 columns and lists every fault with its purpose', async (context) => {
  const { out, err, code } = await endOf(simulator(context, '--help'));
  assert.deepEqual({ err, code }, { err: '', code: 0 });
  for (const [name, purpose] of Object.entries(FAULTS)) {
    assert.ok(
      out.split('\n').some((line) => line.trim().startsWith(name) && line.endsWith(purpose)),
    );
  }
  assert.ok(out.split('\n').every((line) => line.length <= 100));
});
