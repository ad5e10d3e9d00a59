/** One real run of k6, started as a user starts it, and everything that it said and wrote. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../../lib/results/model.ts';
import { startSimulator } from '../../simulator/simulator.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** For the watchdog: no run here takes half of that. */
const LIMIT = '90s';

export interface ChatRun {
  readonly exitCode: number | null;
  /** What runner and k6 wrote to the terminal. */
  readonly said: string;
  /** Of the run's files. */
  readonly folder: string;
  readonly summary: Summary;
  /** Epoch ms, with all samples between them. */
  readonly from: number;
  readonly to: number;
}

/**
 * Runs `npm run load -- PROFILE …`, as far as npm has no part in it.
 * @param env the settings; a user's own are not seen.
 * @param flags of k6, given the folder of the run's files.
 */
export async function runChat(
  t: TestContext,
  profile: string,
  env: Readonly<Record<string, string>>,
  flags: (folder: string) => readonly string[],
): Promise<ChatRun> {
  const folder = await scratchFolder(t);
  const from = Date.now();
  const runner = ['--import', 'tsx', join('runner', 'main.ts'), 'load', profile];
  const child = spawn(process.execPath, [...runner, '--max-time', LIMIT, ...flags(folder)], {
    cwd: ROOT,
    env: {
      ...ownEnvironment(),
      K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
      NUC_LOG: 'sessions',
      NUC_RESULTS_DIR: folder,
      // Nothing is asked of the machine's speed here.
      NUC_MAX_CLIENT_LAG: '1h',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exited,
  ]);
  const said = `${out}\n${err}`;
  const summary = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => {
    throw new Error(`the run wrote no summary; it said:\n${said}`);
  });
  return { exitCode, said, folder, summary: JSON.parse(summary), from, to: Date.now() };
}

/** What a default run asks. */
export const QUESTIONS = 120;

/**
 * A default run with the run_id `exact` against a simulator of its own; it passed, and the simulator
 * answered each question.
 * @returns the run, and how many frames the simulator sent.
 */
export async function defaultRun(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  flags: (folder: string) => readonly string[],
): Promise<{ run: ChatRun; frames: number }> {
  const simulator = await startSimulator({ port: 0, speed: 500 });
  t.after(() => simulator.close());
  const settings = { ...target(simulator.url), NUC_RUN_ID: 'exact', NUC_ENVIRONMENT: 'test' };
  const run = await runChat(t, 'default', { ...settings, ...env }, flags);
  const { frames, responses } = simulator.stats();
  assert.equal(run.exitCode, 0, run.said);
  assert.equal(responses, QUESTIONS);
  return { run, frames };
}

/** A folder that the test leaves nothing of. */
export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nuc-k6-run-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Without settings that the person who runs the tests may have. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(NUC|K6|RAMP|SPIKE|SOAK|ARRIVALS|BREAKPOINT|CONNECTIONS)_|^(NUM_SESSIONS|COURSES|PROFILE)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** What leads a run to that service, with keys that it does not look at. */
export function target(url: string): Record<string, string> {
  return { NUC_BASE_URL: url, NUC_ACCESS_KEY: 'test', NUC_SECRET_KEY: 'test' };
}

export const PROMETHEUS_OUT = ['--out', 'experimental-prometheus-rw'];
