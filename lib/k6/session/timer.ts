/**
 * A timer that neither fires early nor hangs.
 *
 * k6 2.2 runs whatever timer is next, however far away it is, where one is cleared whose time had come
 * but whose turn had not. So the clock is asked whether the time is over. But the clock may be set: what
 * it says is believed only as far as it cannot put a timer off, or forward, by more than a second or a
 * part of the wait.
 */

/** A wait is cut into parts of at most this length, each of which k6 measures without the clock. */
const LONGEST_PART_MS = 10_000;
/** k6 may be so late for a timer; a clock that is further ahead was set. */
const LATEST_MS = 1000;

export class Timer {
  private id = 0;

  /** Calls back once, after so many milliseconds; in place of an earlier start's callback. */
  start(ms: number, callback: () => void): void {
    this.stop();
    const part = Math.min(ms, LONGEST_PART_MS);
    const from = Date.now();
    this.id = setTimeout(() => {
      const left = ms - passed(Date.now() - from, part);
      if (left > 0) this.start(left, callback);
      else callback();
    }, part);
  }

  stop(): void {
    clearTimeout(this.id);
  }
}

/** @param elapsed by the clock, where k6 fired a timer of `part` milliseconds. */
function passed(elapsed: number, part: number): number {
  return elapsed < 0 || elapsed > part + LATEST_MS ? part : elapsed;
}
