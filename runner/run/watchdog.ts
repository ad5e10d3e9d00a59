/** Sees to it that k6 ends: when the user wants it to, and when its time is up. */
import type { ChildProcess } from 'node:child_process';
import { formatDuration } from '../../lib/base/duration.ts';
import { MAX_TIME, type TimeLimit } from './inspect.ts';
import type { Interrupts } from './interrupts.ts';

/**
 * Whether k6 runs in a process group of its own. A terminal's Ctrl-C goes to every process of its
 * group, but k6 must get it once, from here: a second one kills it without a summary. Windows has
 * no such groups, and Ctrl-C reaches k6 there by itself.
 */
export const OWN_GROUP = process.platform !== 'win32';

// For the summary and the outputs of k6 once it was told to end.
const STOP_GRACE_MS = 30_000;
// Node's timers take no more: 24 days.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Watched {
  readonly limit: TimeLimit;
  readonly stopGraceMs?: number;
  readonly interrupts: Interrupts;
}

/** Ends k6, one process or several: gently at the first interrupt or the time limit, else by force. */
export class Watchdog {
  /** Those that this ended, and neither themselves nor the user's interrupt. */
  private readonly ended = new Set<ChildProcess>();
  private readonly limitTimer: NodeJS.Timeout;
  private graceTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly k6s: readonly ChildProcess[],
    private readonly run: Watched,
    private readonly say: (text: string) => void,
  ) {
    const { limit, interrupts } = run;
    this.limitTimer = setTimeout(this.onLimit, Math.min(limit.ms, LONGEST_TIMER_MS), limit);
    interrupts.first.addEventListener('abort', this.onFirst);
    interrupts.second.addEventListener('abort', this.onSecond);
    if (interrupts.first.aborted) this.onFirst();
  }

  /** Whether this ended it. */
  hasEnded(k6: ChildProcess): boolean {
    return this.ended.has(k6);
  }

  /** Whether they were told to end, by whomever. */
  get isStopping(): boolean {
    return this.graceTimer !== undefined;
  }

  close(): void {
    clearTimeout(this.limitTimer);
    clearTimeout(this.graceTimer);
    this.run.interrupts.first.removeEventListener('abort', this.onFirst);
    this.run.interrupts.second.removeEventListener('abort', this.onSecond);
  }

  /** Tells those that still run to end; in the time of grace they write their results. */
  stop(): void {
    if (this.isStopping) return;
    const { stopGraceMs = STOP_GRACE_MS } = this.run;
    if (OWN_GROUP) for (const k6 of this.running()) k6.kill('SIGINT');
    this.graceTimer = setTimeout(() => {
      const grace = formatDuration(stopGraceMs);
      this.say(`watchdog: k6 did not end within ${grace}: it is killed, without a summary`);
      for (const k6 of this.running()) {
        this.ended.add(k6);
        killGroup(k6);
      }
    }, stopGraceMs);
  }

  private running(): ChildProcess[] {
    return this.k6s.filter((k6) => k6.exitCode === null && k6.signalCode === null);
  }

  private readonly onFirst = () => {
    this.say('interrupted: k6 ends and writes its results; once more kills it');
    this.stop();
  };

  private readonly onSecond = () => {
    this.say('interrupted again: k6 is killed, without a summary');
    for (const k6 of this.k6s) killGroup(k6);
  };

  private readonly onLimit = (limit: TimeLimit) => {
    for (const k6 of this.running()) this.ended.add(k6);
    this.say(
      `watchdog: k6 still runs after ${formatDuration(limit.ms)} (${limit.origin}): told to end`,
    );
    // By k6's own limit nothing was left to do; by the user's there may have been.
    const mayBeBusy = limit.origin === MAX_TIME ? 'the run has more to do, or ' : '';
    this.say(
      `watchdog: ${mayBeBusy}a socket that the server never closes keeps k6 alive like that`,
    );
    this.stop();
  };
}

/** Ends a process that leads a group, and all of its group, at once. */
export function killGroup(k6: ChildProcess): void {
  if (k6.pid === undefined || k6.exitCode !== null || k6.signalCode !== null) return;
  try {
    if (OWN_GROUP) process.kill(-k6.pid, 'SIGKILL');
    else k6.kill('SIGKILL');
  } catch {
    // It ended between the question and the signal.
  }
}
