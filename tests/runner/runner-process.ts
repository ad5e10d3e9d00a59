/** The runner as a process of its own, and what its output tells of the simulator. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const SMALL = { NUM_SESSIONS: '2', COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '3' };

/** The environment without what a developer's shell may say about runs. */
export function environment(settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(NUC_|K6_|npm_|PROFILE$|COURSES$|NUM_SESSIONS$)/.test(name),
  );
  // Nothing is asked of the machine's speed here.
  return { ...Object.fromEntries(kept), NUC_MAX_CLIENT_LAG: '1h', ...settings };
}

interface Runner {
  readonly process: ChildProcess;
  readonly err: () => string;
  readonly ended: Promise<{ out: string; err: string; code: number | null }>;
}

/** The runner as npm starts it. It goes with the test. */
export function runner(
  t: TestContext,
  args: readonly string[],
  settings: NodeJS.ProcessEnv = {},
): Runner {
  const child = spawn(process.execPath, ['--import', 'tsx', 'runner/main.ts', ...args], {
    cwd: ROOT,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    err += piece;
  });
  const ended = Promise.all([text(child.stdout), once(child, 'close')]).then(([out, [code]]) => ({
    out,
    err,
    code,
  }));
  return { process: child, err: () => err, ended };
}

/** A count in what the simulator saw. */
export function seen(out: string, name: string): number {
  const figure = new RegExp(`^ {2}${name} +([\\d,]+)$`, 'm').exec(out)?.[1];
  return Number(figure?.replaceAll(',', ''));
}

/** The simulator's counts are shown where a socket was left open, or a side counted other questions. */
export function assertNothingIsOff(out: string): void {
  assert.doesNotMatch(out, /Seen by the simulator/);
}
