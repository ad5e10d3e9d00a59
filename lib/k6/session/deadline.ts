/** When a session has to end, from within: before k6 would cut it off from without. */
import { ChatError, Interrupted } from '../../base/errors.ts';
import { reasons } from '../reasons.ts';
import { Timer } from './timer.ts';

/** How often what is left of the scenario's time is read anew. */
const CHECK_MS = 10_000;
/** Between two looks at a clock that may be set, no more is believed to have passed. */
const MOST_MS = 1000;

/** A clock that nobody sets. */
export interface SteadyClock {
  /** Milliseconds from any start. */
  now(): number;
  /** What is left of the scenario's time, in milliseconds. */
  left(): number;
}

export class Deadline {
  private readonly timer = new Timer();
  private readonly listeners = new Set<(reason: Error) => void>();
  /** What was left when it was last looked at, and when that was. */
  private leftMs: number;
  private readAt = Date.now();
  /** What has passed since then as far as it is sure, and the clock's time when that was seen. */
  private seenMs = 0;
  private seenAt = 0;
  /** When it is looked at next, in milliseconds from then. */
  private waitMs = 0;
  private readonly reason: Error;
  private isOver = false;

  /**
   * @param left what is left of the scenario's time, in milliseconds.
   * @param timeoutMs the longest the session may take; 0: no limit but the scenario's.
   * @param steady where k6 has such a clock.
   */
  constructor(
    left: number,
    timeoutMs: number,
    private readonly steady: SteadyClock | null = null,
  ) {
    const isTimeout = timeoutMs > 0 && timeoutMs < left;
    this.leftMs = isTimeout ? timeoutMs : left;
    this.reason = isTimeout
      ? new ChatError('stream', 'session_timeout', reasons().meaningOf('stream', 'session_timeout'))
      : new Interrupted();
    this.watch();
  }

  /** Milliseconds that are left: by the clock, but never more than when it was last looked at. */
  left(): number {
    if (this.isOver) return 0;
    return this.leftMs - Math.min(Math.max(0, Date.now() - this.readAt), this.leftMs, CHECK_MS);
  }

  /** Calls back with the reason when the time is over: at once where it is. @returns what undoes it. */
  onOver(listener: (reason: Error) => void): () => void {
    if (this.isOver) listener(this.reason);
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * What comes in time.
   * @param onLate is given what comes too late.
   * @throws the reason where the time is over first.
   */
  race<T>(work: Promise<T>, onLate: (result: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const undo = this.onOver((reason) => {
        isLate = true;
        reject(reason);
      });
      work.then((result) => (isLate ? onLate(result) : resolve(result)), reject).finally(undo);
    });
  }

  /** Waits for so many milliseconds, or until the time is over. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = new Timer();
      const undo = this.onOver(() => {
        timer.stop();
        resolve();
      });
      if (this.isOver) return;
      timer.start(ms, () => {
        undo();
        resolve();
      });
    });
  }

  /**
   * k6's timers queue behind the frames that it has read, so that a flood would keep the time from being
   * over: whoever takes the frames of one asks here now and then, and the timers of ClockWatch do.
   */
  look(): void {
    const { seenAt, steady } = this;
    this.seenAt = (steady ?? Date).now();
    const passed = this.seenAt - seenAt;
    this.seenMs += steady ? passed : Math.min(Math.max(0, passed), MOST_MS);
    if (this.seenMs < this.waitMs) return;
    this.timer.stop();
    this.check();
  }

  /** The session is over: nobody is called any more. */
  cancel(): void {
    this.timer.stop();
    this.waitMs = Number.POSITIVE_INFINITY;
    this.listeners.clear();
  }

  private watch(): void {
    this.waitMs = Math.max(1, Math.min(this.leftMs, CHECK_MS));
    this.readAt = Date.now();
    this.seenMs = 0;
    this.seenAt = (this.steady ?? Date).now();
    this.timer.start(this.waitMs, () => this.check());
  }

  private check(): void {
    this.leftMs = Math.min(this.leftMs - this.waitMs, this.steady?.left() ?? this.leftMs);
    if (this.leftMs > 0) this.watch();
    else this.pass();
  }

  private pass(): void {
    this.isOver = true;
    const listeners = [...this.listeners];
    this.cancel();
    for (const listener of listeners) listener(this.reason);
  }
}
