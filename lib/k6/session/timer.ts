/**
 * A timer that does not fire early. k6 2.2 runs whatever timer is next, however far away it is,
 * where one is cleared whose time had come but whose turn had not: seen with the timers of an SLO
 * and the end of a session hours later.
 */
export class Timer {
  private id = 0;

  /** Calls back once, after so many milliseconds; in place of an earlier start's callback. */
  start(ms: number, callback: () => void): void {
    this.stop();
    const at = Date.now() + ms;
    const fire = () => {
      const left = at - Date.now();
      if (left > 0) this.id = setTimeout(fire, left);
      else callback();
    };
    this.id = setTimeout(fire, ms);
  }

  stop(): void {
    clearTimeout(this.id);
  }
}
