/** Runs k6 on one script, and sees to it that it ends. */
import { PROMETHEUS_OUTPUT } from '../../grafana/prometheus-output.ts';
import type { Generator } from '../../lib/results/model.ts';
import { EXIT_TIME_LIMIT } from '../errors.ts';
import type { Engine } from '../k6-binary/engine.ts';
import { coresHere } from './cores.ts';
import type { RunCounts } from './counts.ts';
import type { TimeLimit } from './inspect.ts';
import type { Interrupts } from './interrupts.ts';
import { type K6Call, K6Process, type ProcessEnd } from './k6-process.ts';
import { goMemoryLimit, memoryHere } from './memory.ts';
import { RunScreen } from './screen.ts';
import { Watchdog } from './watchdog.ts';

export interface K6Run extends K6Call {
  /** How far the run is, for the terminal. */
  readonly counts: RunCounts;
  readonly limit: TimeLimit;
  /** Milliseconds for k6 to end once it was told to. */
  readonly stopGraceMs?: number;
  readonly interrupts: Interrupts;
  /** Is handed what tells, at any time, what k6 has taken of its machine so far. */
  readonly watched?: ((reading: () => Generator | null) => void) | undefined;
}

/** What runs, and where. */
interface Machine {
  readonly engine?: Engine | undefined;
  /** For all instances together. */
  readonly memoryBytes?: number;
  /** Processes of k6 that share it. */
  readonly instances?: number | undefined;
}

/**
 * The environment that k6 gets: the user's, and where it does not say otherwise
 * - GOGC=200 for the stock engine: the garbage collector runs less often. With 500 sessions at the recorded
 *   pace, 400 takes 5 % less CPU and 700 MB more, 100 takes 7 % more CPU and 100 MB less. native makes little
 *   garbage, and gets 100: 200 takes 150 MB more and no less CPU (bench/README.md);
 * - GOMEMLIMIT, three quarters of the memory here: near it the collector runs as often as it must, so
 *   that many sessions are not killed for memory. Who sets GOGC has chosen;
 * - where several processes share the machine, each gets its part of the memory, and of the cores: but
 *   two at the least, since one that collects garbage on its only core reads no socket meanwhile;
 * - no look-up of extensions at a build service, no usage report: a load test talks to its target;
 * - what the dashboards need of k6's Prometheus output, where that is asked for.
 */
export function k6Environment(
  env: NodeJS.ProcessEnv,
  { engine = 'webcrypto', memoryBytes = memoryHere(), instances = 1 }: Machine = {},
): NodeJS.ProcessEnv {
  return {
    GOGC: engine === 'native' ? '100' : '200',
    ...(env.GOGC ? {} : { GOMEMLIMIT: goMemoryLimit(memoryBytes / instances) }),
    ...(instances === 1 ? {} : { GOMAXPROCS: String(coresOfEach(instances)) }),
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
    ...PROMETHEUS_OUTPUT,
    ...env,
  };
}

function coresOfEach(instances: number): number {
  return Math.max(2, Math.ceil(coresHere() / instances));
}

/**
 * @returns its exit code is EXIT_TIME_LIMIT where the watchdog had to end k6.
 * @throws RunnerError where k6 cannot be started.
 */
export async function runK6(run: K6Run): Promise<ProcessEnd> {
  const screen = new RunScreen(run.err, run.counts);
  const k6 = new K6Process(run, screen);
  const watchdog = new Watchdog([k6.child], run, (text) => {
    k6.note(text);
    screen.print(run.err, `runner: ${text}\n`);
  });
  run.watched?.(k6.reading);
  try {
    const ended = await k6.ended;
    return watchdog.hasEnded(k6.child) ? { ...ended, exitCode: EXIT_TIME_LIMIT } : ended;
  } finally {
    watchdog.close();
    screen.close();
  }
}
