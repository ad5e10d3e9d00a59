/** Plays the frames of an answer at their time, with one timer at a time. */
import type { PlannedFrame } from './answer.ts';

/** Node fires a timer at once that is set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class AnswerStream {
  private readonly startedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private next = 0;
  private stopped = false;

  /**
   * @param timeScale what a planned millisecond lasts, in milliseconds
   * @param played called once after the last frame was sent; never after stop()
   */
  constructor(
    private readonly frames: readonly PlannedFrame[],
    private readonly timeScale: number,
    private readonly send: (frame: PlannedFrame) => Promise<void>,
    private readonly played: () => void,
  ) {}

  async play(): Promise<void> {
    while (!this.stopped) {
      const frame = this.frames[this.next];
      if (!frame) {
        this.stop();
        this.played();
        return;
      }
      // Against the start, not the last frame: a late timer does not delay the rest.
      const waitMs = this.startedAt + frame.dueMs * this.timeScale - performance.now();
      if (waitMs >= 1) {
        this.timer = setTimeout(
          () => void this.play(),
          Math.min(Math.ceil(waitMs), LONGEST_TIMER_MS),
        );
        return;
      }
      this.next += 1;
      await this.send(frame);
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
