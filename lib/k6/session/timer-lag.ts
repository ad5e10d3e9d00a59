/** How late timers fire: on a busy machine as late as frames are read, and the script cannot see that. */
import { instanceNow } from './execution.ts';
import { Timer } from './timer.ts';

/** Between two timers of a session; of all sessions of this instance together, 50 a second at most. */
const LEAST_MS = 100;
const FOR_EACH_SESSION_MS = 20;
/** So many timers at most that one late one stands for: what waits longer is late enough with them. */
const MOST_MISSED = 100;

export class TimerLag {
  private readonly timer = new Timer();

  /**
   * @param onLag told again and again, until `stop`, how many milliseconds late a timer was.
   * @param steadyMs a clock that nobody sets, from any start; null where there is none.
   */
  constructor(
    private readonly onLag: (ms: number) => void,
    private readonly steadyMs: () => number | null,
  ) {
    this.watch();
  }

  stop(): void {
    this.timer.stop();
  }

  private watch(from = this.read()): void {
    const wait = Math.max(LEAST_MS, instanceNow().vusActive * FOR_EACH_SESSION_MS);
    this.timer.start(wait, () => {
      const now = this.read();
      this.watch(now);
      const isSteady = from.steady !== null && now.steady !== null;
      this.tell((isSteady ? now.steady - from.steady : now.wall - from.wall) - wait, wait);
    });
  }

  /**
   * A process that stood still for two seconds has missed the timers of two seconds: each is told, as late
   * as it would have been. Otherwise one sample would stand for all frames of that time.
   */
  private tell(lateMs: number, everyMs: number): void {
    let late = lateMs;
    // Below 0 is the first one where the clock was set, and one that was not due yet.
    for (let missed = 0; late >= 0 && missed <= MOST_MISSED; missed++) {
      this.onLag(late);
      late -= everyMs;
    }
  }

  private read(): Reading {
    return { steady: this.steadyMs(), wall: Date.now() };
  }
}

interface Reading {
  readonly steady: number | null;
  readonly wall: number;
}
