/** How late timers fire: on a busy machine as late as frames are read, and the script cannot see that. */
import { instanceNow } from './execution.ts';
import { Timer } from './timer.ts';

/** Between two timers of a session; of all sessions of this instance together, 100 a second at most. */
const LEAST_MS = 100;
const FOR_EACH_SESSION_MS = 10;

export class TimerLag {
  private readonly timer = new Timer();

  /** @param onLag told again and again, until `stop`, how many milliseconds late a timer was. */
  constructor(private readonly onLag: (ms: number) => void) {
    this.watch();
  }

  stop(): void {
    this.timer.stop();
  }

  private watch(): void {
    const wait = Math.max(LEAST_MS, instanceNow().vusActive * FOR_EACH_SESSION_MS);
    const due = Date.now() + wait;
    this.timer.start(wait, () => {
      const late = Date.now() - due;
      // Else the clock was set.
      if (late >= 0) this.onLag(late);
      this.watch();
    });
  }
}
