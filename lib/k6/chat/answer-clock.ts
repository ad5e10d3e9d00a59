/** Whether the wall clock was set while an answer came: its times would be wrong by as much. */

/** Two clocks that are read one after the other may differ by so much. */
const TOLERANCE_MS = 50;

export class AnswerClock {
  /** When the question was sent, epoch ms. */
  readonly sentAt = Date.now();
  private readonly steadyAt: number | null;
  private latestAt = this.sentAt;
  /** A frame is stamped earlier than the one before it, or than the question. */
  private wentBack = false;

  /** @param steadyMs a clock that nobody sets, from any start; null where there is none. */
  constructor(private readonly steadyMs: () => number | null) {
    this.steadyAt = steadyMs();
  }

  /** A frame has arrived. @param at k6's stamp of it, epoch ms. */
  arrived(at: number): void {
    if (at < this.latestAt) this.wentBack = true;
    this.latestAt = at;
  }

  get stepped(): boolean {
    if (this.wentBack) return true;
    const steady = this.steadyMs();
    if (steady === null || this.steadyAt === null) return Date.now() < this.sentAt;
    return Math.abs(Date.now() - this.sentAt - (steady - this.steadyAt)) > TOLERANCE_MS;
  }
}
