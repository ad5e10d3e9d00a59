/** The terminal during a run: the log, and below it a line that says how far the run is. */
import { Progress, type Terminal } from '../progress.ts';
import type { RunCounts } from './counts.ts';

// Where the line cannot be rewritten, as in a CI job's log: a short run has some, a long one not thousands.
const FIRST_MS = 60_000;
const OFTEN_MS = 10_000;
const SELDOM_MS = 60_000;
const TICK_MS = 1_000;

export class RunScreen {
  private readonly startedAt = Date.now();
  private readonly line: Progress;
  private readonly ticker: NodeJS.Timeout;

  constructor(
    terminal: Terminal,
    private readonly counts: RunCounts,
  ) {
    this.line = new Progress(terminal, () =>
      Date.now() - this.startedAt <= FIRST_MS ? OFTEN_MS : SELDOM_MS,
    );
    this.ticker = setInterval(() => this.show(), TICK_MS);
  }

  /** Counts whole lines of k6's log, shown or not. */
  read(lines: string): void {
    this.counts.read(lines);
  }

  print(to: Terminal, text: string): void {
    if (text === '') return;
    this.line.clear();
    to.write(text);
  }

  close(): void {
    clearInterval(this.ticker);
    this.line.clear();
  }

  private show(): void {
    this.line.update(`runner: ${this.counts.text(Date.now() - this.startedAt)}`);
  }
}
