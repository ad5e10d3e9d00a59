/** Whether an answer took longer than it may. */
import type { AnswerLimits, Limit, LimitReason } from '../../protocol/answer-limits.ts';
import { Timer } from '../session/timer.ts';

/** Where the clock does not tell how long nothing came, it is looked at again after this time. */
const DOUBT_MS = 1000;

export class AnswerLimit {
  private readonly firstText = new Timer();
  private readonly stall = new Timer();
  private readonly response = new Timer();
  private passed: Limit[] = [];
  /** Frames that have reached the socket, and when the last one did: counted with each, so without a call. */
  arrivals = 0;
  lastArrivalAt = 0;

  /** @param onPassed a limit has passed; a frame that came in time may wait to be opened. */
  constructor(
    private readonly limits: AnswerLimits,
    private readonly onPassed: () => void,
  ) {}

  /** A question was sent, epoch ms. */
  start(sentAt: number): void {
    const { firstChunkMs, responseMs, stallMs } = this.limits;
    this.lastArrivalAt = sentAt;
    this.watch(this.firstText, 'first_chunk_timeout', sentAt, firstChunkMs);
    this.watch(this.response, 'response_timeout', sentAt, responseMs);
    if (stallMs > 0) this.watchStall(stallMs);
  }

  /** The answer has its first text. */
  hasText(): void {
    this.firstText.stop();
    this.passed = this.passed.filter(({ reason }) => reason !== 'first_chunk_timeout');
    this.isPassed = this.passed.length > 0;
  }

  /** Whether some limit has passed. */
  isPassed = false;

  /** The limit that had passed when a frame arrived; without one, any that has passed by now. */
  passedBefore(at = Number.POSITIVE_INFINITY): Limit | null {
    return this.passed.find((limit) => limit.at < at) ?? null;
  }

  stop(): void {
    this.firstText.stop();
    this.stall.stop();
    this.response.stop();
    this.passed = [];
    this.isPassed = false;
  }

  private watch(timer: Timer, reason: LimitReason, from: number, ms: number): void {
    if (ms > 0) timer.start(ms, () => this.pass({ reason, at: from + ms }));
  }

  // One timer, set anew when it fires: a frame costs none of its own.
  private watchStall(ms: number): void {
    const { arrivals } = this;
    const { stallMs } = this.limits;
    this.stall.start(ms, () => {
      const at = this.lastArrivalAt + stallMs;
      if (this.arrivals === arrivals) return this.pass({ reason: 'stall', at });
      const left = at - Date.now();
      const isTold = left > 0 && left <= stallMs;
      this.watchStall(isTold ? left : Math.min(stallMs, DOUBT_MS));
    });
  }

  private pass(limit: Limit): void {
    this.passed.push(limit);
    this.isPassed = true;
    this.onPassed();
  }
}
