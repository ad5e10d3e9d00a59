/** The timer that ends a session from within, before k6 would cut it off from without. */
import { ChatError, Interrupted } from '../../base/errors.ts';
import { meaningOf } from '../../metrics/reasons.ts';
import { Timer } from './timer.ts';

export class SessionEnd {
  /** When the session ends at the latest, epoch ms. */
  readonly at: number;
  private readonly reason: Error;
  private readonly timer = new Timer();

  /**
   * @param deadline when the scenario's time is over, epoch ms.
   * @param timeoutMs the longest a session may take; 0: no limit but the deadline.
   */
  constructor(deadline: number, timeoutMs: number) {
    const timeout = timeoutMs > 0 ? Date.now() + timeoutMs : Number.POSITIVE_INFINITY;
    this.at = Math.min(deadline, timeout);
    this.reason =
      timeout < deadline
        ? new ChatError('stream', 'session_timeout', meaningOf('stream', 'session_timeout'))
        : new Interrupted();
  }

  /** Calls back with the reason when the time is up, in place of an earlier call's callback. */
  watch(end: (reason: Error) => void): void {
    this.timer.start(Math.max(1, this.at - Date.now()), () => end(this.reason));
  }

  /** What comes in time, or the reason. What comes too late is handed to `late`. */
  before<T>(work: Promise<T>, late: (result: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let over = false;
      this.watch((reason) => {
        over = true;
        reject(reason);
      });
      work.then((result) => (over ? late(result) : resolve(result)), reject);
    });
  }

  cancel(): void {
    this.timer.stop();
  }
}
