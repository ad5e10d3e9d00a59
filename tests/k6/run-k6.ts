/** The real k6 on the bundles in dist/, as the tests of this folder run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../../lib/results/model.ts';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import { ensureNativeK6 } from '../../runner/k6-binary/native.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** No run here takes longer by far: k6 waits for a handshake for 60 s, and that is tested. */
const TIME_LIMIT_MS = 120_000;

export interface K6Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stderr that are not empty. */
  readonly lines: readonly string[];
  /** Where the run wrote its summary.json; its text, and what is in it. */
  readonly summary: Summary | undefined;
  readonly summaryText: string;
}

export interface K6Run {
  /** Settings, as `-e NAME=value`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The environment of the process, beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of `k6 run`. */
  readonly flags?: readonly string[];
  /** Where k6 is started. */
  readonly folder?: string;
  /** Whether the run is given a folder for its results, of which the summary is read. */
  readonly keepsSummary?: boolean;
  /** The folder of the bundles, in place of dist/. */
  readonly bundles?: string;
  /** How many files k6 may have open; its sockets are among them. */
  readonly openFiles?: number;
  /** When k6 is killed, should it not have ended. */
  readonly limitMs?: number;
  /** Called with the process when it runs. */
  readonly started?: (k6: ChildProcess) => void;
}

/**
 * Which engine the bundles have that are run here: the same tests are for both. Set by the files of
 * tests/native before they import those tests.
 */
export const IS_NATIVE = process.env.CHAT_TEST_ENGINE === 'native';
/** The bundles of that engine. */
export const DIST = join(ROOT, ...(IS_NATIVE ? ['dist', 'native'] : ['dist']));

let found: Promise<string> | undefined;

/** The path of k6. */
export function k6Path(): Promise<string> {
  found ??= (IS_NATIVE ? ensureNativeK6({ root: ROOT }) : ensureK6()).then(({ path }) => path);
  return found;
}

/**
 * Runs one bundle by its name, or an archive by its path, to its end. Nothing of this process's
 * environment reaches it but PATH.
 */
export async function runK6(script: string, run: K6Run = {}): Promise<K6Result> {
  const { bundles = DIST, keepsSummary = true } = run;
  const home = await mkdtemp(join(tmpdir(), 'k6-test-'));
  try {
    const results = join(home, 'results');
    await mkdir(results);
    const settings = { ...(keepsSummary ? { NUC_RESULTS_DIR: results } : {}), ...run.settings };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const folder = run.folder ?? home;
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      K6_NO_USAGE_REPORT: 'true',
      // Most tests ask nothing of the machine's speed; the others set it anew.
      NUC_MAX_CLIENT_LAG: '1h',
      ...run.env,
    };
    const call = [
      await k6Path(),
      'run',
      '--quiet',
      '--no-color',
      '--log-format',
      'raw',
      ...flags,
      ...(run.flags ?? []),
      script.endsWith('.tar') ? script : join(bundles, `${script}.js`),
    ];
    // A shell only where it is needed: dash drops variables whose names are odd.
    const [program = '', ...args] =
      run.openFiles === undefined
        ? call
        : ['sh', '-c', `ulimit -n ${run.openFiles}; exec "$@"`, 'sh', ...call];
    const k6 = spawn(program, args, {
      cwd: folder,
      // PWD as a shell sets it: paths in settings are read from there.
      env: { PWD: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    run.started?.(k6);
    const watchdog = setTimeout(() => k6.kill('SIGKILL'), run.limitMs ?? TIME_LIMIT_MS);
    const [stdout, stderr] = await Promise.all([
      textOf(k6.stdout),
      textOf(k6.stderr),
      once(k6, 'close'),
    ]);
    clearTimeout(watchdog);
    const summaryText = await readFile(join(results, 'summary.json'), 'utf8').catch(() => '');
    return {
      code: k6.exitCode,
      stdout,
      stderr,
      lines: stderr.split('\n').filter((line) => line !== ''),
      summary: summaryText === '' ? undefined : JSON.parse(summaryText),
      summaryText,
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return text;
}

/** Credentials that show where they must not. */
export const KEYS = { NUC_ACCESS_KEY: 's3cret-access', NUC_SECRET_KEY: 's3cret-secret' };

/** What a run needs to talk to a simulator that does not have the default address. */
export function target(url: string): Record<string, string> {
  return { NUC_BASE_URL: url, ...KEYS };
}

/** So fast that an answer takes 21 to 60 ms. */
const FAST = 1000;

/** Starts a simulator for `use`, and stops it. */
export async function withSimulator<T>(
  options: SimulatorOptions,
  use: (simulator: Simulator) => Promise<T>,
): Promise<T> {
  const simulator = await startSimulator({ port: 0, speed: FAST, ...options });
  try {
    return await use(simulator);
  } finally {
    await simulator.close();
  }
}

/** A run of chat.js against a simulator of its own, with what each side counted. */
export async function runChat(
  simulated: SimulatorOptions,
  settings: Readonly<Record<string, string>> = {},
  run: K6Run = {},
) {
  return withSimulator(simulated, async (simulator) => {
    const result = await runK6('chat', {
      ...run,
      settings: { ...target(simulator.url), ...settings },
    });
    if (result.summary === undefined) throw new Error(`no summary: ${result.stderr}`);
    // A closed socket is taken off the count when its closing is through, a moment after k6 ended.
    for (let wait = 0; wait < 1000 && simulator.stats().connections > 0; wait++) await tick();
    return { ...result, summary: result.summary, stats: simulator.stats(), url: simulator.url };
  });
}

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
