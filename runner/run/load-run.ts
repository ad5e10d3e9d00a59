/** One load test from beginning to end: k6, the target, the results folder, the run, what it left. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDuration } from '../../lib/base/duration.ts';
import { messageOf } from '../../lib/base/errors.ts';
import { wrap } from '../../lib/render/columns.ts';
import { generatorText } from '../../lib/render/generator-text.ts';
import { stepsOf } from '../../lib/results/profile.ts';
import { interruptedError, RunnerError } from '../errors.ts';
import { ensureK6For, scriptOf } from '../k6-binary/engine.ts';
import { type Row, remarkLine, textRows } from '../rows.ts';
import { RunCounts } from './counts.ts';
import { endingOf, settleFiles } from './ending.ts';
import { inspectRun, MAX_TIME, type RunTimes } from './inspect.ts';
import { readK6Config } from './k6-config.ts';
import {
  describeStats,
  finalStats,
  sawTrouble,
  settingsForSimulator,
  startOwnSimulator,
} from './own-simulator.ts';
import {
  asksForK6Summary,
  isShared,
  keepsResults,
  LOG_FILE,
  type LoadRun,
  type ReadyRun,
  type RunEnd,
  shown,
} from './ready-run.ts';
import { refuseWhatCannotBeShared, refuseWhatLeavesNoResults } from './refusals.ts';
import { knownProfile, RunReport } from './report.ts';
import {
  makeNamedFolder,
  makeResultsFolder,
  removeEarlierInstances,
  removeEarlierResults,
} from './results-folder.ts';
import { checkRoom, thisMachine } from './room.ts';
import { k6Environment, runK6 } from './run-k6.ts';
import { secretsInForce } from './secrets.ts';
import { carryOutShared } from './shared-run.ts';
import { whyNoSummary, writeWithoutSummary } from './without-summary.ts';

const RESULTS = 'results';

/**
 * @returns the exit code: k6's, or 124 where the watchdog ended the run.
 * @throws RunnerError where it did not come to a run.
 */
export async function runLoad(run: LoadRun): Promise<number> {
  const { env, interrupts, err, k6Flags, engine = 'webcrypto' } = run;
  const script = join(run.root, scriptOf(engine));
  await access(script).catch((error) => {
    throw new RunnerError(`${shown(script)}: not there; build it first: npm run build`, 1, error);
  });
  const k6 = await ensureK6For(engine, run.root, {
    env,
    terminal: err,
    signal: interrupts.first,
  });
  const settings = { ...env, ...k6Flags.settings };
  const k6Config = await readK6Config(k6Flags, env);
  refuseWhatLeavesNoResults(k6Flags, { env, settings }, k6Config);
  if (isShared(run)) refuseWhatCannotBeShared(k6Flags, { env, settings }, k6Config);
  const ownSimulator = run.simulator && (await startOwnSimulator(run.simulator, settings));
  try {
    const secrets = await secretsInForce(settings, k6Flags);
    const ready = await prepare({ ...run, k6, script, ownSimulator, settings, secrets, k6Config });
    try {
      announce(ready);
      return await conclude(ready, await (isShared(ready) ? carryOutShared : carryOut)(ready));
    } finally {
      await ready.report?.close();
    }
  } finally {
    await ownSimulator?.close();
  }
}

/** Asks k6 whether it accepts the run, makes the results folder, and opens the live page. */
async function prepare(
  run: Omit<ReadyRun, 'k6Env' | 'times' | 'folder' | 'report'>,
): Promise<ReadyRun> {
  const { env, k6, ownSimulator, k6Flags, interrupts } = run;
  const ofScript = {
    ...k6Environment(ownSimulator ? settingsForSimulator(env, ownSimulator.url) : env, {
      engine: run.engine,
      instances: run.instances,
    }),
    PROFILE: run.profile,
    // The script reads the paths in its settings from here.
    PWD: process.cwd(),
  };
  // The script expects a folder that is named to be there already when k6 is asked. A folder of the
  // runner's own is made only where k6 refuses nothing.
  const { NUC_RESULTS_DIR } = run.settings;
  const chosen = NUC_RESULTS_DIR ? await makeNamedFolder(NUC_RESULTS_DIR) : undefined;
  const signal = interrupts.first;
  const asked = await inspectRun({ ...run, k6: k6.path, flags: k6Flags, env: ofScript, signal });
  await sayRoom(run, asked, { ...ofScript, ...k6Flags.settings });
  const times =
    run.maxTimeMs === undefined
      ? asked
      : { ...asked, limit: { ms: run.maxTimeMs, origin: MAX_TIME } };
  const folder =
    chosen ?? (await makeResultsFolder(join(run.root, RESULTS), run.profile, new Date()));
  if (signal.aborted) throw interruptedError();
  const earlier =
    chosen === undefined
      ? []
      : [...(await removeEarlierResults(folder)), ...(await removeEarlierInstances(folder))];
  if (earlier.length > 0) {
    run.err.write(
      remarkLine(`${shown(folder)}: an earlier run’s files are replaced: ${earlier.join(', ')}`),
    );
  }
  const report = run.noReport
    ? undefined
    : await RunReport.open(k6Flags, ofScript, run.k6Config, run.err);
  const k6Env = keepsResults(run.settings) ? { ...ofScript, NUC_RESULTS_DIR: folder } : ofScript;
  return { ...run, k6Env, times, folder, report };
}

/** Says where this machine is too small for the plan. @throws RunnerError where it cannot be done. */
async function sayRoom(
  { engine = 'webcrypto', instances = 1, simulator, err }: LoadRun,
  { maxVus, usesAllVus }: RunTimes,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const profile = knownProfile(env)?.profile;
  // One that stops at its limit may never come to its last level.
  const mayStop = profile?.asks?.kind === 'climb' && !profile.asks.goesOn;
  const load = {
    ...{ sessions: maxVus, isReached: usesAllVus && !mayStop, engine, instances },
    stepsOf: profile === undefined ? 'answers' : stepsOf(profile),
    ownSimulator: simulator !== undefined,
  } as const;
  for (const text of checkRoom(load, await thisMachine())) err.write(remarkLine(text));
}

/** Says what is about to be done. */
function announce(ready: ReadyRun): void {
  const { k6, engine = 'webcrypto', script, profile, times, folder, report, err, ...run } = ready;
  const { limit } = times;
  const rows: Row[] = [
    ['k6', `v${k6.version}, ${k6.path}`],
    ['engine', engine],
    ['script', shown(script)],
    ['profile', profile],
    ['target', describeTarget(run)],
    ['time limit', `${formatDuration(limit.ms)}: ${limit.origin}`],
    ['results', shown(folder)],
  ];
  const { GOGC, GOMEMLIMIT } = run.k6Env;
  // Who set one of them knows it.
  if (!run.env.GOGC && !run.env.GOMEMLIMIT) {
    rows.push(['memory', `GOGC=${GOGC}, GOMEMLIMIT=${GOMEMLIMIT}`]);
  }
  if (isShared(ready)) rows.splice(2, 0, ['instances', String(ready.instances)]);
  if (report) rows.push(['live', report.url]);
  err.write(textRows(rows));
}

/** Runs k6 once. @returns what it came to. */
async function carryOut(run: ReadyRun): Promise<RunEnd> {
  const { folder, report, times, profile, interrupts } = run;
  const logFile = join(folder, LOG_FILE);
  const startedAt = new Date();
  const {
    exitCode: ofK6,
    logProblem,
    generator,
  } = await runK6({
    ...run,
    k6: run.k6.path,
    env: run.k6Env,
    flags: [...run.k6Flags.args, ...(report?.flags ?? [])],
    takeSample: report?.takeSample,
    watched: report?.watched,
    counts: new RunCounts(
      times.plannedMs ?? report?.plannedMs ?? null,
      report?.samples,
      report?.stepsOf,
    ),
    limit: times.limit,
    logFile,
  });
  const left = keepsResults(run.settings) ? await settleFiles(folder, ofK6, generator) : null;
  const problems = [...(left?.problems ?? [])];
  if (logProblem !== undefined) problems.push(`${LOG_FILE}: ${logProblem}`);
  const ended = {
    ...{ profile, startedAt, limit: times.limit, exitCode: ofK6, problems: [...problems] },
    interrupted: interrupts.first.aborted,
    k6Summary: asksForK6Summary(run.settings),
  };
  const note = (error: unknown) => void problems.push(messageOf(error));
  if (left?.summary === null) await writeWithoutSummary(folder, ended).catch(note);
  const reportFile = await report?.write(folder, whyNoSummary(ended)).catch(note);
  const wasKilled =
    left?.summary === null && problems.length === 0 && isKilled(ofK6) && !ended.interrupted;
  return {
    exitCode: ofK6,
    summary: left?.summary,
    killed: wasKilled ? whyNoSummary(ended) : null,
    problems,
    generator,
    kept: [
      ['log', shown(logFile)],
      ['results', shown(folder)],
    ],
    reportFile: reportFile ?? undefined,
  };
}

/** Says what the run came to, and where it is kept. @returns the exit code. */
async function conclude(run: ReadyRun, ended: RunEnd): Promise<number> {
  const { out, err, folder } = run;
  const { summary, problems, generator, reportFile } = ended;
  const { exitCode, remark } = endingOf(
    ended.exitCode,
    { summary, problems },
    run.settings.NUC_LIMIT_EXIT_CODE === '0',
  );
  if (ended.killed !== null) err.write(`${wrap(`runner: ${ended.killed}`).join('\n')}\n`);
  if (remark !== null) err.write(remarkLine(`${remark}: ${exitCode}`));
  if (problems.length > 0) {
    err.write(remarkLine(`${shown(folder)}: not complete: ${problems.join('; ')}`));
  }
  if (generator !== null) {
    out.write(`${wrap(`Load generator: ${generatorText(generator)}`).join('\n')}\n`);
  }
  if (run.ownSimulator) {
    const stats = await finalStats(run.ownSimulator);
    if (problems.length > 0 || sawTrouble(stats, summary ?? null))
      out.write(`\n${describeStats(stats)}`);
  }
  const kept: Row[] = [...ended.kept];
  if (reportFile) kept.push(['report', shown(reportFile)]);
  out.write(`\n${textRows(kept)}`);
  return exitCode;
}

/** By a signal, as a shell tells it: k6 itself had no time to say so. */
function isKilled(exitCode: number): boolean {
  return exitCode > 128;
}

function describeTarget({
  ownSimulator,
  simulator,
  settings,
}: Pick<ReadyRun, 'ownSimulator' | 'simulator' | 'settings'>): string {
  if (ownSimulator) {
    const { speed = 1 } = simulator ?? {};
    const pace = speed === 1 ? 'at the recorded pace' : `${speed} times the recorded pace`;
    return `${ownSimulator.url}, a simulator ${pace}`;
  }
  try {
    // Without user and query, which may hold a secret.
    const { origin, pathname } = new URL(settings.NUC_BASE_URL ?? '');
    return origin + (pathname === '/' ? '' : pathname);
  } catch {
    return 'NUC_BASE_URL, which is not a URL';
  }
}
