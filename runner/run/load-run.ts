/** One load test from beginning to end: k6, the target, the results folder, the run, what it left. */
import { access, mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { formatDuration } from '../../lib/base/duration.ts';
import { messageOf } from '../../lib/base/errors.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { interruptedError, RunnerError } from '../errors.ts';
import { ensureK6 } from '../k6-binary/ensure-k6.ts';
import type { Terminal } from '../progress.ts';
import { textRows } from '../rows.ts';
import { exitCodeOf } from './exit-code.ts';
import { inspectRun, type TimeLimit } from './inspect.ts';
import type { Interrupts } from './interrupts.ts';
import { settingOf } from './k6-flags.ts';
import {
  describeStats,
  finalStats,
  settingsForSimulator,
  startOwnSimulator,
} from './own-simulator.ts';
import { RunReport } from './report.ts';
import { makeResultsFolder, removeEarlierResults } from './results-folder.ts';
import { k6Environment, runK6 } from './run-k6.ts';
import { whyNoSummary, writeWithoutSummary } from './without-summary.ts';

const SCRIPT = join('dist', 'chat.js');
const RESULTS = 'results';
const LOG_FILE = 'k6.log';

export interface LoadRun {
  /** The project's folder: of `dist` and `results`. */
  readonly root: string;
  /** A profile's name, or the path of a file with options. */
  readonly profile: string;
  /** Further flags of `k6 run`. */
  readonly flags: readonly string[];
  /** The user's environment: settings, and what ensureK6 reads. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts a simulator and runs against it; undefined: against NUC_BASE_URL. */
  readonly simulator: SimulatorOptions | undefined;
  /** Shows the lines of single frames too. */
  readonly verbose: boolean;
  /** Neither a report nor a live page. */
  readonly noReport?: boolean;
  /** Milliseconds after which the run is ended; undefined: what k6 works out, see inspect.ts. */
  readonly maxTimeMs: number | undefined;
  readonly stopGraceMs?: number;
  readonly interrupts: Interrupts;
  /** The result goes to `out`, the log and remarks to `err`. */
  readonly out: Terminal;
  readonly err: Terminal;
}

/**
 * @returns the exit code: k6's, or 124 where the watchdog ended the run.
 * @throws RunnerError where it did not come to a run.
 */
export async function runLoad(run: LoadRun): Promise<number> {
  const { env, interrupts, err } = run;
  const script = join(run.root, SCRIPT);
  await access(script).catch(() => {
    throw new RunnerError(`${shown(script)}: not there; build it first: npm run build`);
  });
  const k6 = await ensureK6({ env, terminal: err, signal: interrupts.first });
  const simulator = run.simulator && (await startOwnSimulator(run.simulator));
  let report: RunReport | undefined;
  try {
    const settings = {
      ...k6Environment(simulator ? settingsForSimulator(env, simulator.url) : env),
      PROFILE: run.profile,
      // The script reads the paths in its settings from here.
      PWD: process.cwd(),
    };
    // The script expects a folder that is named to be there already when k6 is asked.
    const chosen = await chosenFolder(run);
    const limit = await limitOf(run, k6.path, script, settings);
    const folder =
      chosen ?? (await makeResultsFolder(join(run.root, RESULTS), run.profile, new Date()));
    if (interrupts.first.aborted) throw interruptedError();
    if (chosen !== undefined) await removeEarlierResults(folder);
    report = run.noReport ? undefined : await RunReport.open(run.flags, settings, err);
    err.write(
      textRows([
        ['k6', `v${k6.version}, ${k6.path}`],
        ['script', shown(script)],
        ['profile', run.profile],
        ['target', describeTarget(run, simulator)],
        ['time limit', `${formatDuration(limit.ms)}: ${limit.origin}`],
        ['results', shown(folder)],
        ...(report ? [['live', report.url] as const] : []),
      ]),
    );
    const logFile = join(folder, LOG_FILE);
    const startedAt = new Date();
    const k6Env = keepsResults(run) ? { ...settings, NUC_RESULTS_DIR: folder } : settings;
    const ofK6 = await runK6({
      ...run,
      flags: [...run.flags, ...(report?.flags ?? [])],
      takeSample: report?.takeSample,
      k6: k6.path,
      script,
      env: k6Env,
      logFile,
      limit,
    });
    const exitCode = await exitCodeOf(folder, ofK6);
    if (exitCode !== ofK6) {
      err.write('runner: a threshold without a sample has not held, though k6 let it pass: 99\n');
    }
    const k6Summary = asksForK6Summary(run);
    const interrupted = interrupts.first.aborted;
    const ended = { profile: run.profile, exitCode, limit, interrupted, startedAt, k6Summary };
    if (keepsResults(run)) await writeWithoutSummary(folder, ended);
    const reportFile = await report?.write(folder, whyNoSummary(ended));
    if (simulator) run.out.write(`\n${describeStats(await finalStats(simulator))}`);
    run.out.write(
      `\n${textRows([
        ['log', shown(logFile)],
        ['results', shown(folder)],
        ...(reportFile ? [['report', shown(reportFile)] as const] : []),
      ])}`,
    );
    return exitCode;
  } finally {
    await report?.close();
    await simulator?.close();
  }
}

/** The script does not write results where k6's own summary is asked for. */
function keepsResults(run: LoadRun): boolean {
  return !asksForK6Summary(run) || settingOf('NUC_RESULTS_DIR', run.flags, run.env) !== '';
}

function asksForK6Summary({ flags, env }: LoadRun): boolean {
  return settingOf('NUC_SUMMARY', flags, env) === 'k6';
}

/** The folder that the user names, made where it is missing; undefined: none is named. */
async function chosenFolder(run: LoadRun): Promise<string | undefined> {
  const chosen = settingOf('NUC_RESULTS_DIR', run.flags, run.env);
  if (chosen === '') return undefined;
  const folder = resolve(chosen);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem =
      code === 'EEXIST' || code === 'ENOTDIR' ? 'it, or a part of it, is a file' : messageOf(error);
    throw new RunnerError(`NUC_RESULTS_DIR: ${chosen}: ${problem}; name a folder`);
  }
  return folder;
}

/** Asks k6 in any case: what it refuses is said before there is a folder for results. */
async function limitOf(
  { flags, interrupts, maxTimeMs }: LoadRun,
  k6: string,
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<TimeLimit> {
  const limit = await inspectRun({ k6, script, flags, env, signal: interrupts.first });
  return maxTimeMs === undefined ? limit : { ms: maxTimeMs, origin: '--max-time' };
}

function describeTarget(run: LoadRun, simulator: Simulator | undefined): string {
  if (simulator) {
    const { speed = 1 } = run.simulator ?? {};
    const pace = speed === 1 ? 'at the recorded pace' : `${speed} times the recorded pace`;
    return `${simulator.url}, a simulator ${pace}`;
  }
  try {
    // Without user and query, which may hold a secret.
    const { origin, pathname } = new URL(settingOf('NUC_BASE_URL', run.flags, run.env));
    return origin + (pathname === '/' ? '' : pathname);
  } catch {
    return 'NUC_BASE_URL, which is not a URL';
  }
}

/** The path as a person in this folder would write it. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
