/**
 * How long a message takes to leave. `send` only queues it: on a busy machine k6 writes it later, and
 * the service would seem slower by as much.
 */
import type { WebSocket } from 'k6/websockets';
import { Timer } from '../session/timer.ts';

const FIRST_LOOK_MS = 1;
/** Of the time that has passed: what takes long is looked at less often. */
const NEXT_LOOK_SHARE = 0.1;
/** A service that does not read keeps a message waiting too: that is its own lateness. */
const GIVE_UP_MS = 5000;

export class SendWatch {
  private readonly timer = new Timer();
  private tell: (() => void) | null = null;

  /**
   * Just after `send`.
   * @param onSent told once, when the message is written or nobody waits for that any more: it took so
   *   many milliseconds, less the pause before the last look. Where that look was late, so may the writing
   *   have been.
   */
  start(socket: WebSocket, onSent: (ms: number) => void): void {
    this.stop();
    const from = Date.now();
    const lookAfter = (pauseMs: number) => {
      this.tell = () => onSent(Math.max(0, Date.now() - from - pauseMs));
      this.timer.start(pauseMs, () => {
        const ms = Date.now() - from;
        const isOver = socket.bufferedAmount === 0 || ms > GIVE_UP_MS;
        if (isOver) this.stop();
        else lookAfter(FIRST_LOOK_MS + Math.max(0, ms) * NEXT_LOOK_SHARE);
      });
    };
    lookAfter(FIRST_LOOK_MS);
  }

  stop(): void {
    this.timer.stop();
    this.tell?.();
    this.tell = null;
  }
}
