/** How far a run is, in one line: counted from its samples, or else from the lines of its log. */
import { formatDuration } from '../../lib/base/duration.ts';
import type { StepsOf } from '../../lib/results/model.ts';
import type { KeptMetric, Samples } from '../../report/samples/samples.ts';

const OUTCOMES = ['complete', 'failed', 'interrupted'] as const;

export class RunCounts {
  private logged = { started: 0, ended: 0, answers: 0 };

  /**
   * @param plannedMs how long the run lasts where nobody ends it early; null: until its work is done.
   * @param samples of the run, filled by the caller; undefined: k6 does not give them to the runner.
   * @param stepsOf what the run is about: one of sockets has no answers to count.
   */
  constructor(
    private readonly plannedMs: number | null,
    private readonly samples: Samples | undefined,
    private readonly stepsOf: StepsOf = 'answers',
  ) {}

  /** Takes whole lines of k6's log. */
  read(lines: string): void {
    if (this.samples !== undefined) return;
    this.logged.started += count(lines, '] Starting session\n');
    this.logged.answers += count(lines, '] ✓ complete_response received');
    for (const outcome of OUTCOMES) {
      this.logged.ended += count(lines, `] Session ${outcome} - `);
    }
  }

  /** Such as `1m5s of 3m: 12 sessions open, 57 answers, 0 errors`. */
  text(elapsedMs: number): string {
    const elapsed = formatDuration(Math.floor(elapsedMs / 1_000) * 1_000);
    const planned = this.plannedMs === null ? '' : ` of ${formatDuration(this.plannedMs)}`;
    return `${elapsed}${planned}: ${this.counts()}`;
  }

  private counts(): string {
    if (this.samples !== undefined) {
      // A session is one iteration of the script.
      const open = this.number('chat_sessions_started') - this.number('iterations');
      const errors = plural(this.number('chat_errors'), 'error');
      if (this.stepsOf === 'sockets') return `${plural(open, 'session')} open, ${errors}`;
      const answers = this.number('chat_response_success');
      return counted(open, answers, errors);
    }
    const { started, ended, answers } = this.logged;
    if (started === 0) return 'without samples, and with this log, nothing can be counted';
    return counted(started - ended, answers, 'by the log');
  }

  private number(metric: KeptMetric): number {
    const groups = this.samples?.of(metric) ?? [];
    return groups.reduce((sum, { values }) => sum + values.length, 0);
  }
}

function counted(open: number, answers: number, rest: string): string {
  return `${plural(open, 'session')} open, ${plural(answers, 'answer')}, ${rest}`;
}

function plural(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
