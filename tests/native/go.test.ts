/** The Go module's own checks and tests, as a part of this project's. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BUILD_ENV } from '../../runner/k6-binary/build.ts';
import { lackOfGo } from './on-native-engine.ts';

const MODULE = fileURLToPath(new URL('../../native/', import.meta.url));
const FUZZ_TIME = '5s';

interface Ended {
  readonly exitCode: number | null;
  /** On both streams. */
  readonly said: string;
}

async function run(program: string, ...command: string[]): Promise<Ended> {
  const child = spawn(program, command, {
    cwd: MODULE,
    // What the runner's build compiled serves here too; the race detector needs C.
    env: {
      ...process.env,
      ...BUILD_ENV,
      ...(command.includes('-race') ? { CGO_ENABLED: '1' } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A first build takes minutes: the tests beside it measure times.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, said };
}

async function go(...command: string[]): Promise<Ended> {
  const ended = await run('go', ...command);
  assert.equal(ended.exitCode, 0, ended.said);
  return ended;
}

/** A test that is skipped without Go; with CI=true that is a failure. */
function goTest(name: string, body: () => Promise<void>): void {
  test(name, async (t: TestContext) => {
    const lack = await lackOfGo();
    if (lack === '') return body();
    assert.notEqual(process.env.CI, 'true', lack);
    t.skip(lack);
  });
}

goTest('the Go files are formatted, and go vet and staticcheck find nothing', async () => {
  assert.deepEqual(await run('gofmt', '-l', '.'), { exitCode: 0, said: '' });
  await go('vet', './...');
  await go('tool', '-modfile=tools.mod', 'staticcheck', './...');
});

goTest('the Go tests pass, under the race detector', async () => {
  // It needs a C compiler.
  const { said } = await go('env', 'CC');
  const compiles = await run(said.trim(), '--version').then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
  if (process.env.CI === 'true') assert.ok(compiles, 'no C compiler, which go test -race needs');
  await go('test', ...(compiles ? ['-race'] : []), './...');
});

for (const [target, folder] of [
  ['FuzzOpen', './envelope'],
  ['FuzzSealOpen', './envelope'],
  ['FuzzParse', './frame'],
] as const) {
  goTest(`${target}: nothing is found in ${FUZZ_TIME}`, async () => {
    const flags = ['-run', '^$', '-fuzz', `^${target}$`, '-fuzztime', FUZZ_TIME];
    const { said } = await go('test', ...flags, folder);
    // Not one that was named wrongly, and so ran nothing.
    assert.match(said, /execs: [1-9]/);
  });
}
