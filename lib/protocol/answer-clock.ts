/** Whether the wall clock was set while an answer came: its times would be wrong by as much. */

/** The two clocks may differ by so much. */
const TOLERANCE_MS = 50;

/** Both clocks, read one after the other: the steady one between two looks at the wall's. */
interface Reading {
  readonly steady: number | null;
  readonly from: number;
  readonly to: number;
}

export class AnswerClock {
  private readonly atQuestion: Reading;
  private latestAt = Number.NEGATIVE_INFINITY;
  private isSet = false;

  /** @param steadyMs a clock that nobody sets, from any start; null where there is none. */
  constructor(private readonly steadyMs: () => number | null) {
    this.atQuestion = this.read();
  }

  /** When the question was sent, epoch ms. */
  get sentAt(): number {
    return this.atQuestion.to;
  }

  /** A frame has arrived, whosever it is. @param at k6's stamp of it, epoch ms. */
  arrived(at: number): void {
    if (at < this.latestAt) this.isSet = true;
    this.latestAt = at;
  }

  /**
   * A frame turned out to be the answer's. One that k6 had read before the question may reach the script
   * after it, but is no answer's.
   */
  isPart(at: number): void {
    if (at < this.sentAt) this.isSet = true;
  }

  /** Something else has told that the clock was set, about now. */
  wasSet(): void {
    this.isSet = true;
  }

  get stepped(): boolean {
    if (this.isSet) return true;
    const before = this.atQuestion;
    const now = this.read();
    if (before.steady === null || now.steady === null) return now.to < before.to;
    const steady = now.steady - before.steady;
    // Between two looks, a busy machine may let any time pass.
    const least = now.from - before.to - TOLERANCE_MS;
    const most = now.to - before.from + TOLERANCE_MS;
    return steady < least || steady > most;
  }

  private read(): Reading {
    const from = Date.now();
    const steady = this.steadyMs();
    return { steady, from, to: steady === null ? from : Date.now() };
  }
}
