/**
 * The questions and answers of a session on k6's own WebSocket: what becomes of its frames.
 *
 * A frame's way: socket → arrival noted → queue → open → parse → the answer that it belongs to. The
 * close goes through the same queue, so that a last frame which is followed at once by a close still
 * completes its answer. The end of the session, and limits, wait for none but the few frames that could
 * have been opened before.
 *
 * This file is evaluated with a session's first question or frame: a socket that is only held does
 * without it (build.mjs, `require`).
 */
import type { WebSocket } from 'k6/websockets';
import { ChatError, messageOf } from '../../base/errors.ts';
import type { AnswerFigures, AnswerInProgress } from '../../protocol/answer.ts';
import { AnswerClock } from '../../protocol/answer-clock.ts';
import type { LimitReason } from '../../protocol/answer-limits.ts';
import { Conversation, strayError } from '../../protocol/conversation.ts';
import { type Cipher, Envelope, type EnvelopeFormat } from '../../protocol/envelope.ts';
import { attributesText, type Grant, parseFrame, tooLong } from '../../protocol/messages.ts';
import { ClockWatch } from '../session/clock-watch.ts';
import { Timer } from '../session/timer.ts';
import { AnswerLimit } from './answer-limit.ts';
import type { Answer, ChatObserver, ChatOptions } from './chat-session.ts';
import { EventQueue, type Taker } from './event-queue.ts';
import { untilReading } from './first-reading.ts';
import { questionMessage } from './question.ts';
import { SendWatch } from './send-watch.ts';

/** Frames are told of in steps: so many, or what came within so many milliseconds. One costs as two frames. */
const STEP_FRAMES = 16;
const STEP_MS = 5000;
/**
 * So long, and for such a part of the time since the question, a frame may wait to be opened with others:
 * less than the time after which an answer counts as overdue (session-record.ts). The longest so far does
 * not wait: the first one has the first text, and the last one holds all of it. Where a service is
 * otherwise, the script hears of it a little later; the times are those of the arrival.
 */
const LONGEST_WAIT_MS = 900;
const WAIT_SHARE = 0.25;
/** How often the lateness of an answer that goes on is told. */
const LAG_MS = 1000;

/** With every so many frames it is seen whether the session's time is over, as no timer may come to fire. */
const LOOK_FRAMES = 256;

const SET_AFTER = 'this machine’s clock was set: the last answer’s times may be wrong';

interface Arrival {
  readonly data: unknown;
  /** When k6 read the frame from the socket, epoch ms. */
  readonly at: number;
}

interface PendingAnswer {
  readonly clock: AnswerClock;
  readonly sentAt: number;
  hasText: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** What a session gives to its answers. */
export interface OpenSocket {
  readonly socket: WebSocket;
  readonly cipher: Cipher;
  readonly format: EnvelopeFormat;
  readonly grant: Grant;
  readonly options: ChatOptions;
  readonly observer: ChatObserver;
  /** An answer took longer than it may. */
  onLimit(reason: LimitReason): void;
  /** No question can be sent any more. */
  onUnsendable(error: ChatError): void;
}

export class SocketAnswers implements Taker<Arrival, string> {
  private readonly envelope: Envelope;
  private readonly options: ChatOptions;
  private readonly observer: ChatObserver;
  private readonly events: EventQueue<Arrival, string>;
  /** Of the frames that the socket gave (limit.arrivals), those that were taken; those before the question. */
  private taken = 0;
  private before = 0;
  /** The longest frame since the question, in characters. */
  private longest = 0;

  private readonly conversation: Conversation;
  private pending: PendingAnswer | null = null;
  private readonly limit: AnswerLimit;
  private readonly timer = new Timer();
  private readonly sendWatch = new SendWatch();
  /** The JSON text of the latest session_attributes. */
  private attributes = '{}';
  /** Frames of the answer that were not told of, and when some were last. */
  private untold = 0;
  private toldAt = 0;
  /** When the script's lateness was last told, by the clock. */
  private lagToldAt = 0;

  private readonly clockWatch: ClockWatch;
  private isNew = true;
  /** Why no answer can come any more. */
  private over: Error | null = null;

  constructor(private readonly session: OpenSocket) {
    this.options = session.options;
    this.observer = session.observer;
    this.clockWatch = new ClockWatch(() => this.onClockStep(), this.options.look);
    const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    this.envelope = new Envelope(session.cipher, randomBytes, session.format);
    this.conversation = new Conversation((reason) => this.observer.onStray(strayError(reason)));
    this.limit = new AnswerLimit(this.options.limits, () => this.events.takeNow());
    this.events = new EventQueue(this);
  }

  async ask(question: string, course: string, onSending: () => void): Promise<Answer> {
    if (this.isNew) {
      this.isNew = false;
      await untilReading();
      if (this.over === null && this.options.steadyMs() === null) this.clockWatch.start();
    }
    // What has arrived by now is opened first: its session_attributes go out with the question.
    await new Promise<void>((resolve) => this.events.afterAll(resolve));
    const { grant, socket } = this.session;
    const message = questionMessage(grant, this.options, question, course, this.attributes);
    const sealed = await this.envelope.seal(message);
    if (this.over !== null) throw this.over;
    onSending();
    return new Promise((resolve, reject) => {
      const clock = new AnswerClock(this.options.steadyMs);
      const { sentAt } = clock;
      this.pending = { clock, sentAt, hasText: false, resolve, reject };
      this.before = this.limit.arrivals;
      this.longest = 0;
      this.toldAt = sentAt;
      this.conversation.ask(sentAt);
      this.limit.start(sentAt);
      try {
        socket.send(sealed);
        this.sendWatch.start(socket, (ms) => this.observer.onSent(ms));
      } catch (error) {
        this.session.onUnsendable(
          new ChatError('stream', 'closed_other', `send: ${messageOf(error)}`),
        );
      }
    });
  }

  /** The session is over: an answer that is under way is rejected with this error. */
  end(error: Error): void {
    // Frames that wait for others had come in time, and the answer's last may be among them.
    if (this.over === null && this.events.isWaiting) this.events.afterAll(() => this.endNow(error));
    else this.endNow(error);
  }

  private endNow(error: Error): void {
    this.over ??= error;
    this.clockWatch.stop();
    const { pending } = this;
    // What the script has not come to: it is late for that by so much at the least.
    const lateMs = this.events.waitedMs() - LONGEST_WAIT_MS;
    if (pending !== null && lateMs > 0) this.observer.onLag(lateMs);
    this.conversation.end();
    this.stopWaiting();
    this.sendWatch.stop();
    pending?.reject(this.over);
    this.events.clear();
  }

  /** The socket has read a frame. What need not be known at once is left to `open`, for several at once. */
  onMessage(data: unknown, at: number): void {
    const { limit, pending } = this;
    limit.arrivals += 1;
    limit.lastArrivalAt = at;
    if (limit.arrivals % LOOK_FRAMES === 0) this.options.look();
    const waitMs = pending !== null && this.mayWait(data) ? (at - pending.sentAt) * WAIT_SHARE : 0;
    this.events.add({ data, at }, waitMs < LONGEST_WAIT_MS ? waitMs : LONGEST_WAIT_MS);
  }

  private mayWait(data: unknown): boolean {
    if (typeof data !== 'string' || this.observer.wantsFrames) return false;
    // A run that is stopped loses what was not told of: no more of it than without a wait.
    if (this.untold + this.limit.arrivals - this.taken >= STEP_FRAMES) return false;
    // Key and IV are as long as chance has it, by some 20 characters: now and then one is opened that could
    // have waited, or a last one waits that is hardly longer than those before it.
    if (data.length <= this.longest) return true;
    this.longest = data.length;
    return false;
  }

  /** The socket is closed. @param onTaken called when all frames were taken that came before it. */
  onClose(onTaken: () => void): void {
    this.events.afterAll(() => {
      this.takeAside();
      onTaken();
    });
  }

  open({ data, at }: Arrival): Promise<string> | null {
    this.taken += 1;
    this.pending?.clock.arrived(at);
    if (this.limit.isPassed && this.limit.passedBefore(at) !== null) this.endAtLimit();
    if (this.over !== null) return null;
    if (typeof data !== 'string') {
      throw new ChatError('protocol', 'not_text', 'frame: expected text, got binary data');
    }
    const { maxFrameChars } = this.options;
    if (data.length > maxFrameChars) {
      throw new ChatError('protocol', 'too_big', tooLong('frame', data.length, maxFrameChars));
    }
    return this.envelope.open(data);
  }

  private readonly onBadField = (error: ChatError) => this.observer.onUnusable(error);

  /** @throws ChatError where it is no frame. */
  use({ at }: Arrival, text: string, dueAt: number): void {
    // The session may have ended meanwhile.
    if (this.over !== null) return;
    const frame = parseFrame(text, this.onBadField);
    const { session_attributes } = frame;
    if (session_attributes !== undefined) {
      this.attributes = attributesText(session_attributes, text) ?? this.attributes;
    }
    const { due, hasAside } = this.conversation;
    const before = due?.frames ?? 0;
    const figures = this.conversation.take(frame, text, at, this.taken <= this.before);
    const isPart = due !== null && due.frames > before;
    if (this.observer.wantsFrames) {
      const latencyMs = isPart ? at - due.sentAt : 0;
      this.observer.onFrame(isPart ? due.frames : 0, Object.keys(frame), latencyMs);
    }
    const isFirstText = isPart && this.usePart(due, at);
    if (figures !== null) this.answered(figures, Date.now() - dueAt);
    // A step of frames was told just now: not each frame asks for the time.
    else if (isPart && (isFirstText || this.untold === 0)) this.tellLag(dueAt, isFirstText);
    else if (!isPart && !hasAside && this.conversation.hasAside) {
      this.timer.start(this.options.repeatWaitMs, () =>
        this.events.afterAll(() => this.takeAside()),
      );
    }
  }

  /** The answer that is due has got one more frame. @returns whether it brought the first text. */
  private usePart(due: AnswerInProgress, at: number): boolean {
    const { pending } = this;
    this.untold += 1;
    if (this.untold === STEP_FRAMES || at - this.toldAt >= STEP_MS) this.tellFrames(at);
    pending?.clock.isPart(at);
    if (pending === null || pending.hasText || due.firstChunkAt === null) return false;
    pending.hasText = true;
    this.limit.hasText();
    this.observer.onFirstText(pending.clock.stepped ? null : due.firstChunkAt - due.sentAt);
    return true;
  }

  /** How late the script is for a frame of an answer that goes on: at its first text, then now and then. */
  private tellLag(dueAt: number, isFirstText: boolean): void {
    const now = Date.now();
    if (!isFirstText && now - this.lagToldAt < LAG_MS) return;
    this.lagToldAt = now;
    // Where the clock was set, the lateness is as unusable as the answer's times.
    if (this.pending?.clock.stepped === false) this.observer.onLag(Math.max(0, now - dueAt));
  }

  /** Nothing came after a repeat that was set aside: it is the answer. */
  private takeAside(): void {
    const { due } = this.conversation;
    const figures = this.conversation.takeAside();
    if (due === null || figures === null) return;
    this.usePart(due, due.sentAt + figures.responseMs);
    // The script was waiting, not late.
    this.answered(figures, 0);
  }

  private answered(figures: AnswerFigures, lagMs: number): void {
    const { pending } = this;
    this.stopWaiting();
    // Date.now() has whole milliseconds, the arrival has fractions.
    pending?.resolve({
      ...figures,
      lagMs: Math.max(0, lagMs),
      clockStepped: pending.clock.stepped,
    });
  }

  // Told some time after it: an answer that has ended meanwhile has its times already.
  private onClockStep(): void {
    if (this.pending !== null) this.pending.clock.wasSet();
    else this.observer.onUnusable(new ChatError('stream', 'clock_step', SET_AFTER));
  }

  private stopWaiting(): void {
    this.pending = null;
    this.limit.stop();
    this.timer.stop();
    this.tellFrames(0);
  }

  private tellFrames(at: number): void {
    if (this.untold > 0) this.observer.onFrames(this.untold);
    this.untold = 0;
    this.toldAt = at;
  }

  fail(error: unknown): void {
    if (this.over !== null) return;
    this.observer.onUnusable(
      error instanceof ChatError ? error : new ChatError('decrypt', 'envelope', messageOf(error)),
    );
  }

  /** A limit may have passed: all frames were taken that came before it did. */
  onEmpty(): void {
    if (this.limit.isPassed) this.endAtLimit();
  }

  private endAtLimit(): void {
    const limit = this.limit.passedBefore();
    if (limit === null) return;
    this.takeAside();
    // The repeat was the answer, in time.
    if (this.pending === null) return;
    this.session.onLimit(limit.reason);
  }
}
