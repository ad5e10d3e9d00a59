/** Several processes of k6 that share one load: started paused, let go together, ended together. */

import { messageOf } from '../../lib/base/errors.ts';
import type { Generator } from '../../lib/results/model.ts';
import { EXIT_THRESHOLDS, EXIT_TIME_LIMIT } from '../errors.ts';
import type { Terminal } from '../progress.ts';
import type { EndingThreshold } from './end-at-limit.ts';
import { type K6Call, K6Process, type ProcessEnd } from './k6-process.ts';
import { freeAddresses, letGo } from './let-go.ts';
import type { K6Run } from './run-k6.ts';
import { RunScreen } from './screen.ts';
import { Watchdog } from './watchdog.ts';

export interface InstanceCall extends K6Call {
  /** `instance-1` */
  readonly name: string;
}

export type Together = Pick<
  K6Run,
  'counts' | 'limit' | 'stopGraceMs' | 'interrupts' | 'watched'
> & {
  readonly err: Terminal;
  /** Tells which threshold ends the run of all, so long after its start; null: none does. */
  readonly crossed: (runningMs: number) => EndingThreshold | null;
};

/** How often k6 itself judges the thresholds that end a run. */
const JUDGE_MS = 2_000;

export interface EndedTogether {
  /** How each of them ended: with EXIT_TIME_LIMIT where the watchdog had to end it. */
  readonly ends: readonly ProcessEnd[];
  /** What all of them were told to end for, before their time; null where nothing was crossed. */
  readonly crossed: EndingThreshold | null;
  /** The exit code of the one that broke off, for which the others were told to end; null: none did. */
  readonly brokeOff: number | null;
}

/**
 * @param calls their flags have them share the load; what lets them go is added.
 * @throws RunnerError where k6 cannot be started.
 */
export async function runInstances(
  calls: readonly InstanceCall[],
  together: Together,
): Promise<EndedTogether> {
  const addresses = await freeAddresses(calls.length);
  const screen = new RunScreen(together.err, together.counts);
  const k6s = calls.map((call, index) => {
    const flags = ['--paused', '--address', addresses[index] ?? '', ...call.flags];
    return new K6Process({ ...call, flags }, screen);
  });
  const say = (text: string) => {
    for (const k6 of k6s) k6.note(text);
    screen.print(together.err, `runner: ${text}\n`);
  };
  const watchdog = new Watchdog(
    k6s.map(({ child }) => child),
    together,
    say,
  );
  together.watched?.(() => sumOf(k6s.map((k6) => k6.reading())));
  let hasEnded = false;
  let brokeOff: number | null = null;
  const follow = async (k6: K6Process, { name }: InstanceCall): Promise<ProcessEnd> => {
    const ended = await k6.ended.finally(() => {
      hasEnded = true;
    });
    if (watchdog.hasEnded(k6.child)) return { ...ended, exitCode: EXIT_TIME_LIMIT };
    if (!endedByItself(ended.exitCode) && !watchdog.isStopping) {
      say(`${name}: k6 ended with exit code ${ended.exitCode}: the others are told to end`);
      brokeOff = ended.exitCode;
      watchdog.stop();
    }
    return ended;
  };
  const following = k6s.map((k6, index) => follow(k6, calls[index] as InstanceCall));
  let crossed: EndingThreshold | null = null;
  let judging: NodeJS.Timeout | undefined;
  const judge = (startedAt: number) => {
    if (watchdog.isStopping) return;
    crossed ??= together.crossed(performance.now() - startedAt);
    if (crossed === null) return;
    say(
      `${crossed.metric}: ${crossed.threshold} was crossed over all instances: they are told to end`,
    );
    watchdog.stop();
  };
  try {
    const all = Promise.all(following);
    const start = letGo(addresses, () => hasEnded || watchdog.isStopping)
      .then((isLetGo) => {
        if (isLetGo) judging = setInterval(judge, JUDGE_MS, performance.now());
      })
      .catch((error) => {
        if (hasEnded || watchdog.isStopping) return;
        say(`${messageOf(error)}; all are told to end`);
        watchdog.stop();
      });
    const [ends] = await Promise.all([all, start]);
    return { ends, crossed, brokeOff };
  } catch (error) {
    // One that does not start: no other is to go on without it.
    watchdog.stop();
    await Promise.allSettled(following);
    throw error;
  } finally {
    clearInterval(judging);
    watchdog.close();
    screen.close();
  }
}

/** Its part of the load is done, whether its thresholds held or not. */
export function endedByItself(exitCode: number): boolean {
  return exitCode === 0 || exitCode === EXIT_THRESHOLDS;
}

/** What processes of one machine took of it together; null where one is not known. */
export function sumOf(generators: readonly (Generator | null)[]): Generator | null {
  const known = generators.filter((generator) => generator !== null);
  const [first] = known;
  if (first === undefined || known.length < generators.length) return null;
  const sum = (of: (one: Generator) => number) => known.reduce((all, one) => all + of(one), 0);
  const most = (of: (one: Generator) => number | null) => {
    const values = known.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : Math.max(...values);
  };
  return {
    cpuSeconds: sum((one) => one.cpuSeconds),
    cores: first.cores,
    coresUsed: sum((one) => one.coresUsed),
    peakMemoryBytes: sum((one) => one.peakMemoryBytes),
    // Each saw the whole machine.
    waitingShare: most((one) => one.waitingShare),
    stolenShare: most((one) => one.stolenShare),
  };
}
