/** One process of k6 that runs a script: it is started, and what it says is kept and shown. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { messageOf } from '../../lib/base/errors.ts';
import type { Generator } from '../../lib/results/model.ts';
import { withoutSamples } from '../../report/samples/k6-output.ts';
import { RunnerError } from '../errors.ts';
import type { Terminal } from '../progress.ts';
import { RunLog, wholeLines, withoutDetails } from './log.ts';
import { MachineWatch } from './machine.ts';
import { guardAgainstOrphan } from './orphan-guard.ts';
import type { RunScreen } from './screen.ts';
import { SecretFilter } from './secrets.ts';
import { killGroup, OWN_GROUP } from './watchdog.ts';

export interface K6Call {
  /** The path of k6. */
  readonly k6: string;
  readonly script: string;
  /** Flags of `k6 run`. */
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Shows the lines of single frames too. */
  readonly verbose: boolean;
  /** What is neither shown nor kept. */
  readonly secrets: readonly string[];
  /** Takes the samples that the flags have k6 write to its stdout; without it, they stay there. */
  readonly takeSample?: ((line: string) => void) | undefined;
  /** k6's stdout, which holds the summary, goes to `out`; its log to `err`. */
  readonly out: Terminal;
  readonly err: Terminal;
}

export interface ProcessEnd {
  /** k6's; 128 and its number where a signal ended it. */
  readonly exitCode: number;
  /** Why the log file is not complete; undefined where it is. */
  readonly logProblem: string | undefined;
  /** Null where the system does not tell. */
  readonly generator: Generator | null;
}

/** What must not outlive the runner. One listener for all: Node warns of more than ten. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) killGroup(child);
});

export class K6Process {
  readonly child: ChildProcess;
  /** Fulfilled when it has ended and all that it said is kept; rejected where it does not start. */
  readonly ended: Promise<ProcessEnd>;
  private readonly log: RunLog;
  private readonly machine: MachineWatch;

  constructor(
    private readonly call: K6Call,
    private readonly screen: RunScreen,
  ) {
    const args = ['run', '--quiet', '--no-color', '--log-format', 'raw'];
    const child = spawn(call.k6, [...args, ...call.flags, call.script], {
      env: call.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: OWN_GROUP,
    });
    this.child = child;
    this.log = new RunLog(call.logFile);
    this.machine = new MachineWatch(child.pid);
    const exited = new Promise<number>((resolve, reject) => {
      child.once('error', (error) =>
        reject(new RunnerError(`${call.k6}: does not start: ${messageOf(error)}`, 1, error)),
      );
      child.once('exit', (code, signal) =>
        resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
      );
    });
    this.ended = this.followed(exited, child.stdout, child.stderr);
  }

  /** A remark of the runner's own, into the log alone. */
  note(text: string): void {
    void this.log.write(`runner: ${text}\n`);
  }

  /** What it has taken of its machine so far. */
  readonly reading = (): Generator | null => this.machine.reading();

  private async followed(
    exited: Promise<number>,
    stdout: Readable,
    stderr: Readable,
  ): Promise<ProcessEnd> {
    const { call, log, machine } = this;
    running.add(this.child);
    const endGuard = guardAgainstOrphan(this.child);
    let exitCode: number;
    let generator: Generator | null;
    try {
      const said = [this.copy(stdout, call.out), this.copy(stderr, call.err)];
      [exitCode] = await Promise.all([exited, ...said]);
    } finally {
      endGuard();
      generator = machine.end();
      running.delete(this.child);
      await log.close();
    }
    return { exitCode, logProblem: log.problem, generator };
  }

  private async copy(from: Readable, to: Terminal): Promise<void> {
    const { secrets, takeSample } = this.call;
    const filter = new SecretFilter(secrets);
    for await (const whole of wholeLines(from)) {
      const lines = takeSample ? withoutSamples(whole, takeSample) : whole;
      await this.keep(filter.pass(lines), to);
    }
    await this.keep(filter.end(), to);
  }

  private async keep(lines: string, to: Terminal): Promise<void> {
    if (lines === '') return;
    await this.log.write(lines);
    this.screen.read(lines);
    this.screen.print(to, this.call.verbose ? lines : withoutDetails(lines));
  }
}
