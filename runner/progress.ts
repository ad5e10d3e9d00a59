/** Shows how far something is: a terminal's line is rewritten, elsewhere there is one now and then. */

/** A stream that a person may be looking at. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  private shown = '';
  private lastLineAt: number;

  /** @param everyMs where nobody can rewrite a line: milliseconds from one line to the next, as of now. */
  constructor(
    private readonly terminal: Terminal,
    private readonly everyMs: () => number = () => 10_000,
    private readonly now: () => number = Date.now,
  ) {
    this.lastLineAt = now();
  }

  /** How far it is now. */
  update(text: string): void {
    if (this.terminal.isTTY) {
      this.clear();
      // A line that wraps could not be cleared. Some terminals say that they have 0 columns.
      this.shown = text.slice(0, (this.terminal.columns || 80) - 1);
      this.terminal.write(this.shown);
    } else if (this.now() - this.lastLineAt >= this.everyMs()) {
      this.lastLineAt = this.now();
      this.terminal.write(`${text}\n`);
    }
  }

  /** Takes the rewritten line away, so that something else can be printed, or for good. */
  clear(): void {
    if (this.shown !== '') this.terminal.write(CLEAR_LINE);
    this.shown = '';
  }
}
