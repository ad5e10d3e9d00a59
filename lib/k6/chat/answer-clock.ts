/** Whether the wall clock was set while an answer came: its times would be wrong by as much. */

/** Two clocks that are read one after the other may differ by so much. */
const TOLERANCE_MS = 50;

export class AnswerClock {
  /** When the question was sent, epoch ms. */
  readonly sentAt = Date.now();
  private readonly steadyAt: number | null;
  private latestAt = this.sentAt;
  private wentBack = false;

  /** @param steadyMs a clock that nobody sets, from any start; null where there is none. */
  constructor(private readonly steadyMs: () => number | null) {
    this.steadyAt = steadyMs();
  }

  /** A frame has arrived. @param at k6's stamp of it, epoch ms. */
  arrived(at: number): void {
    if (at >= this.latestAt) this.latestAt = at;
    // One from before the question is stamped earlier too, but the clock has gone on since then.
    else if (this.latestAt > this.sentAt || Date.now() < this.sentAt) this.wentBack = true;
  }

  /** Whether a frame came before the question, by a clock that was not set back. */
  isBefore(at: number): boolean {
    return at < this.sentAt && !this.wentBack;
  }

  get stepped(): boolean {
    if (this.wentBack) return true;
    const steady = this.steadyMs();
    if (steady === null || this.steadyAt === null) return Date.now() < this.sentAt;
    return Math.abs(Date.now() - this.sentAt - (steady - this.steadyAt)) > TOLERANCE_MS;
  }
}
