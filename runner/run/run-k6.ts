/** Runs k6 on one script, keeps what it says, and sees to it that it ends. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { PROMETHEUS_OUTPUT } from '../../grafana/prometheus-output.ts';
import { messageOf } from '../../lib/base/errors.ts';
import type { Generator } from '../../lib/results/model.ts';
import { withoutSamples } from '../../report/samples/k6-output.ts';
import { EXIT_TIME_LIMIT, RunnerError } from '../errors.ts';
import type { Terminal } from '../progress.ts';
import type { RunCounts } from './counts.ts';
import type { TimeLimit } from './inspect.ts';
import type { Interrupts } from './interrupts.ts';
import { RunLog, wholeLines, withoutDetails } from './log.ts';
import { MachineWatch } from './machine.ts';
import { goMemoryLimit, memoryHere } from './memory.ts';
import { guardAgainstOrphan } from './orphan-guard.ts';
import { RunScreen } from './screen.ts';
import { SecretFilter } from './secrets.ts';
import { killGroup, OWN_GROUP, Watchdog } from './watchdog.ts';

export interface K6Run {
  /** The path of k6. */
  readonly k6: string;
  readonly script: string;
  /** Flags of `k6 run`. */
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Shows the lines of single frames too. */
  readonly verbose: boolean;
  /** How far the run is, for the terminal. */
  readonly counts: RunCounts;
  /** What is neither shown nor kept. */
  readonly secrets: readonly string[];
  readonly limit: TimeLimit;
  /** Milliseconds for k6 to end once it was told to. */
  readonly stopGraceMs?: number;
  readonly interrupts: Interrupts;
  /** Takes the samples that the flags have k6 write to its stdout; without it, they stay there. */
  readonly takeSample?: ((line: string) => void) | undefined;
  /** Is handed what tells, at any time, what k6 has taken of its machine so far. */
  readonly watched?: ((reading: () => Generator | null) => void) | undefined;
  /** k6's stdout, which holds the summary, goes to `out`; its log to `err`. */
  readonly out: Terminal;
  readonly err: Terminal;
}

/**
 * The environment that k6 gets: the user's, and where it does not say otherwise
 * - GOGC=400: the garbage collector runs less often, for 1.5 to 1.8 times less CPU and more memory;
 * - GOMEMLIMIT, three quarters of the memory here: near it the collector runs as often as it must, so
 *   that many sessions are not killed for memory. Who sets GOGC has chosen;
 * - no look-up of extensions at a build service, no usage report: a load test talks to its target;
 * - what the dashboards need of k6's Prometheus output, where that is asked for.
 */
export function k6Environment(
  env: NodeJS.ProcessEnv,
  memoryBytes = memoryHere(),
): NodeJS.ProcessEnv {
  return {
    GOGC: '400',
    ...(env.GOGC ? {} : { GOMEMLIMIT: goMemoryLimit(memoryBytes) }),
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
    ...PROMETHEUS_OUTPUT,
    ...env,
  };
}

export interface K6Ended {
  /** k6's; EXIT_TIME_LIMIT where the watchdog had to end it. */
  readonly exitCode: number;
  /** Why the log file is not complete; undefined where it is. */
  readonly logProblem: string | undefined;
  /** Null where the system does not tell. */
  readonly generator: Generator | null;
}

/** @throws RunnerError where k6 cannot be started. */
export async function runK6(run: K6Run): Promise<K6Ended> {
  const args = ['run', '--quiet', '--no-color', '--log-format', 'raw', ...run.flags, run.script];
  const k6 = spawn(run.k6, args, {
    env: run.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: OWN_GROUP,
  });
  const exited = new Promise<number>((resolve, reject) => {
    k6.once('error', (error) =>
      reject(new RunnerError(`${run.k6}: does not start: ${messageOf(error)}`, 1, error)),
    );
    k6.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
    );
  });
  const killAtExit = () => killGroup(k6);
  process.once('exit', killAtExit);
  const endGuard = guardAgainstOrphan(k6);

  const log = new RunLog(run.logFile);
  const screen = new RunScreen(run.err, run.counts);
  const say = (text: string) => {
    void log.write(`runner: ${text}\n`);
    screen.print(run.err, `runner: ${text}\n`);
  };
  const keep = async (lines: string, to: Terminal) => {
    if (lines === '') return;
    await log.write(lines);
    screen.read(lines);
    screen.print(to, run.verbose ? lines : withoutDetails(lines));
  };
  const copy = async (from: Readable, to: Terminal) => {
    const filter = new SecretFilter(run.secrets);
    for await (const whole of wholeLines(from)) {
      const lines = run.takeSample ? withoutSamples(whole, run.takeSample) : whole;
      await keep(filter.pass(lines), to);
    }
    await keep(filter.end(), to);
  };
  const watchdog = new Watchdog(k6, run, say);
  const machine = new MachineWatch(k6.pid);
  run.watched?.(() => machine.reading());
  let generator: Generator | null = null;
  let exitCode: number;
  try {
    [exitCode] = await Promise.all([exited, copy(k6.stdout, run.out), copy(k6.stderr, run.err)]);
    if (watchdog.endedK6) exitCode = EXIT_TIME_LIMIT;
  } finally {
    generator = machine.end();
    watchdog.close();
    screen.close();
    process.off('exit', killAtExit);
    endGuard();
    await log.close();
  }
  return { exitCode, logProblem: log.problem, generator };
}
