/**
 * The command `npm test`: makes sure of the programs that the tests use, and runs the tests. Suites
 * that need a program which is not to be had are skipped; with CI=true they fail.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../lib/base/errors.ts';
import { canBuild, goVersion, MINIMUM_GO } from '../../runner/k6-binary/build.ts';
import { ensureNativeK6 } from '../../runner/k6-binary/native.ts';
import { findInstaller, install } from './install.ts';
import { FOR_CONTAINERS, PROGRAMS, type Program } from './programs.ts';
import { suitesHere } from './suites.ts';

/** Files at once. They wait for a k6 or a server most of their time; Node by itself takes one on two CPUs. */
const CONCURRENCY = Math.max(2, availableParallelism() - 1);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { env } = process;

const missing = await ensurePrograms();
const { suites, without } = await suitesHere(ROOT, await testFiles(), missing);
for (const program of missing) {
  const count = [...without.values()].filter((lacks) => lacks.includes(program)).length;
  const outcome = env.CI === 'true' ? 'failed' : 'skipped';
  say(`no ${program.name}, suites ${outcome}: ${count}; ${program.advice}`);
}
if (suites.some((file) => file.startsWith(join('tests', 'native')))) await ensureNative();
process.exitCode = await runTests(suites, without);

/** @returns those that are not there, and were not to be had. */
async function ensurePrograms(): Promise<Program[]> {
  const before = await notFound(PROGRAMS);
  const wanted = [...before, ...(await notFound(FOR_CONTAINERS))];
  const installer = wanted.length > 0 ? await findInstaller(env) : null;
  if (installer === null) return before;
  const packages = wanted.map((program) => program.package).join(', ');
  say(`installing ${packages} for the tests; their services stay off`);
  for (const problem of await install(wanted, installer, env)) say(`not installed: ${problem}`);
  return notFound(before);
}

async function notFound<T extends Pick<Program, 'find'>>(programs: readonly T[]): Promise<T[]> {
  const found = await Promise.all(programs.map((program) => program.find(env)));
  return programs.filter((_, index) => found[index] === undefined);
}

/** The suites on the native engine run side by side: each would build the k6 that they share. */
async function ensureNative(): Promise<void> {
  const go = await goVersion(env);
  if (go === undefined || !canBuild(go)) {
    say(`no Go ${MINIMUM_GO} or later: the tests on the native engine are left out`);
    return;
  }
  await ensureNativeK6({ root: ROOT }).catch((error) => say(messageOf(error)));
}

/** Those that the command names, or all. */
async function testFiles(): Promise<string[]> {
  const named = process.argv.slice(2);
  if (named.length > 0) return named.map((file) => relative(ROOT, file));
  const rooms = await readdir(join(ROOT, 'tests'));
  const files = await Promise.all(
    rooms.map(async (room) =>
      (await readdir(join(ROOT, 'tests', room)).catch(() => [])).map((file) =>
        join('tests', room, file),
      ),
    ),
  );
  return files
    .flat()
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}

async function runTests(
  files: readonly string[],
  without: ReadonlyMap<string, readonly Program[]>,
): Promise<number> {
  const reasons = [...without].map(([file, lacks]) => [
    file,
    lacks.map(({ name, advice }) => `no ${name}: ${advice}`).join('; '),
  ]);
  const tests = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', '--test', `--test-concurrency=${CONCURRENCY}`],
      ...['--test-reporter', './tests/setup/reporter.mjs'],
      ...(reasons.length > 0 ? ['tests/setup/left-out.ts'] : []),
      ...files,
    ],
    {
      cwd: ROOT,
      env: { ...env, CHAT_LEFT_OUT: JSON.stringify(Object.fromEntries(reasons)) },
      stdio: 'inherit',
    },
  );
  const [exitCode] = await once(tests, 'close');
  return exitCode ?? 1;
}

function say(text: string): void {
  process.stderr.write(`tests: ${text}\n`);
}
