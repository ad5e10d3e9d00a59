/**
 * Whether the wall clock was set forward, told by timers where there is no steady clock to compare it
 * with. A timer measures its wait without the wall clock: after a step it seems late by as much. But a
 * busy machine is late too. So there are two chains of timers, half a wait apart: after a step both are
 * late alike, and once; after a hold-up the second is less late than the first, by that half.
 */

/** A timer's wait. */
export const WAIT_MS = 1000;
/** A smaller step cannot be told from a machine that is busy for a while. */
const LEAST_STEP_MS = 1000;
/** Where timers before and after it are later than this, the machine is too busy to tell a step. */
const QUIET_MS = 50;
/** Timers that are late for the same step differ by no more. */
const ALIKE_MS = 20;

export class ForwardStep {
  /** The lateness of the last timers, in turn of both chains. */
  private late: readonly number[] = [];

  /**
   * A timer of either chain has fired.
   * @param lateMs by the wall clock.
   * @returns whether the clock was set forward, two waits ago at the most.
   */
  fired(lateMs: number): boolean {
    this.late = [...this.late.slice(-4), lateMs];
    if (this.late.length < 5) return false;
    const [first = 0, second = 0] = this.late.slice(2);
    const quiet = [...this.late.slice(0, 2), lateMs];
    return (
      Math.min(first, second) >= LEAST_STEP_MS &&
      Math.abs(first - second) <= ALIKE_MS &&
      quiet.every((ms) => Math.abs(ms) <= QUIET_MS)
    );
  }
}
