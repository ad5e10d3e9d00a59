/** How late timers fire: on a busy machine as late as frames are read, and the script cannot see that. */
import { instanceNow } from './execution.ts';
import { Timer } from './timer.ts';

/** Between two timers of a session; of all sessions of this instance together, 100 a second at most. */
const LEAST_MS = 100;
const FOR_EACH_SESSION_MS = 10;
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

  private watch(): void {
    const wait = Math.max(LEAST_MS, instanceNow().vusActive * FOR_EACH_SESSION_MS);
    const from = this.read();
    this.timer.start(wait, () => {
      this.tell(passedMs(from, this.read()) - wait, wait);
      this.watch();
    });
  }

  /**
   * A process that stood still for two seconds has missed the timers of two seconds: each is told, as late
   * as it would have been. Otherwise one sample would stand for all frames of that time.
   */
  private tell(lateMs: number, everyMs: number): void {
    for (let missed = 0; missed <= MOST_MISSED; missed++) {
      const late = lateMs - missed * everyMs;
      // Of the first one: the clock was set.
      if (late < 0) return;
      this.onLag(late);
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

function passedMs(from: Reading, to: Reading): number {
  if (from.steady === null || to.steady === null) return to.wall - from.wall;
  return to.steady - from.steady;
}
