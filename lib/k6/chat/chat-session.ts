/**
 * One chat over one WebSocket: ask a question, get its answer.
 *
 * All that happens goes through one queue, in the order in which it happened: frames, the close,
 * limits that passed. A frame's way: socket → arrival noted → queue → open → parse → answer. So a
 * last frame that is followed at once by a close still completes its answer.
 */
import { WebSocket } from 'k6/websockets';
import { ChatError, messageOf } from '../../base/errors.ts';
import { meaningOf, reasonOfClose, reasonOfConnectError } from '../../metrics/reasons.ts';
import { type AnswerFigures, AnswerInProgress } from '../../protocol/answer.ts';
import { type AnswerLimits, nextLimit } from '../../protocol/answer-limits.ts';
import type { Envelope } from '../../protocol/envelope.ts';
import {
  attributesText,
  type Grant,
  NORMAL_CLOSE,
  parseFrame,
  type QuestionMessage,
  questionText,
  type ServerFrame,
  SOCKET_PATH,
  tooLong,
} from '../../protocol/messages.ts';
import { Timer } from '../session/timer.ts';

export interface ChatOptions {
  /** `ws://…` or `wss://…`, without the path. */
  readonly wsUrl: string;
  readonly origin: string;
  readonly language: string;
  readonly timezone: string;
  readonly limits: AnswerLimits;
  /** The longest frame that is opened, sealed as it comes. */
  readonly maxFrameChars: number;
}

/** What a session tells while it runs. */
export interface ChatObserver {
  /** A frame was opened. @param index counted from 1 within its answer, 0 outside of any. */
  frame(frame: ServerFrame, index: number, latencyMs: number): void;
  /** A frame, or a part of it, could not be used; the session goes on. */
  brokenFrame(error: ChatError): void;
}

export interface Answer extends AnswerFigures {
  /** How late the script was for the last frame, in milliseconds. */
  readonly lagMs: number;
}

type Happening =
  | { readonly kind: 'frame'; readonly data: unknown; readonly at: number }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'limit' }
  | { readonly kind: 'asking'; go(): void }
  | { readonly kind: 'ended'; readonly error: Error };

interface PendingAnswer {
  readonly progress: AnswerInProgress;
  /** Arrival of the latest frame at the socket, opened or not. */
  lastFrameAt: number;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

type CloseEvent = { code?: number };
type ErrorEvent = { error?: string };
type MessageEvent = { data: unknown; timestamp: number };

export class ChatSession {
  private readonly queue: Happening[] = [];
  private draining = false;
  private pending: PendingAnswer | null = null;
  /** The JSON text of the latest session_attributes. */
  private attributes = '{}';
  /** Why no answer can come any more. */
  private over: Error | null = null;
  private socketClosed = false;
  private whenClosed: () => void = () => {};
  private whenOver: (error: Error) => void = () => {};
  private readonly limitTimer = new Timer();

  private constructor(
    private readonly socket: WebSocket,
    private readonly envelope: Envelope,
    private readonly grant: Grant,
    private readonly options: ChatOptions,
    private readonly observer: ChatObserver,
  ) {}

  /**
   * Opens the socket.
   * @throws ChatError of phase `connect`
   */
  static open(
    envelope: Envelope,
    grant: Grant,
    options: ChatOptions,
    observer: ChatObserver,
  ): Promise<ChatSession> {
    return new Promise((resolve, reject) => {
      const url = `${options.wsUrl}${SOCKET_PATH}?token=${encodeURIComponent(grant.token)}`;
      const socket = new WebSocket(url, null, {
        headers: { Origin: options.origin },
        // In place of the URL, which holds the token.
        tags: { name: 'chat-socket' },
      });
      const session = new ChatSession(socket, envelope, grant, options, observer);
      let errorText = '';
      socket.onopen = () => {
        socket.onmessage = (event) => session.received(event as unknown as MessageEvent);
        resolve(session);
      };
      socket.onerror = (event) => {
        errorText = (event as ErrorEvent | undefined)?.error ?? '';
      };
      // k6 gives the close event an argument that its types lack.
      socket.onclose = ((event?: CloseEvent) => {
        session.happened({ kind: 'closed', code: event?.code ?? 1006 });
        // Does nothing where the socket was open.
        reject(connectError(options.wsUrl, errorText));
      }) as () => void;
    });
  }

  /**
   * Asks one question and waits for its `complete_response`. One at a time.
   * @param sending called just before the question is sent; never where the session is over.
   * @throws ChatError of phase `stream`; Interrupted
   */
  async ask(question: string, course: string, sending: () => void): Promise<Answer> {
    // What has arrived by now is opened first: its session_attributes go out with the question.
    await new Promise<void>((go) => this.happened({ kind: 'asking', go }));
    const sealed = await this.envelope.seal(
      questionText(this.message(question, course), this.attributes),
    );
    if (this.over !== null) throw this.over;
    sending();
    return new Promise((resolve, reject) => {
      const sentAt = Date.now();
      this.pending = {
        progress: new AnswerInProgress(sentAt),
        lastFrameAt: sentAt,
        resolve,
        reject,
      };
      try {
        this.socket.send(sealed);
      } catch (error) {
        this.end(new ChatError('stream', 'closed_other', `send: ${messageOf(error)}`));
      }
      this.watchLimits();
    });
  }

  /** Waits until the session is over. @throws always: the reason, a ChatError or what `end` gave. */
  idle(): Promise<never> {
    return new Promise((_, reject) => {
      this.whenOver = reject;
      if (this.over !== null) reject(this.over);
    });
  }

  /** Ends the session now: an answer that is under way is rejected with this error. */
  end(error: Error): void {
    this.happened({ kind: 'ended', error });
  }

  /** Closes normally, and waits until the socket is closed. */
  async close(): Promise<void> {
    this.limitTimer.stop();
    if (this.socketClosed) return;
    const closed = new Promise<void>((resolve) => {
      this.whenClosed = resolve;
    });
    this.socket.close(NORMAL_CLOSE);
    await closed;
  }

  private message(question: string, course: string): Omit<QuestionMessage, 'session_attributes'> {
    return {
      session_id: this.grant.session_id,
      connection_id: this.grant.connection_id,
      client_code: this.grant.client_code,
      request_id: crypto.randomUUID(),
      conversation_id: crypto.randomUUID(),
      request_to_generate_greeting_message: 0,
      language_code: this.options.language,
      user_message: question,
      user_message_date_and_time: new Date().toISOString().slice(0, 19).replace('T', ' '),
      user_timezone: this.options.timezone,
      course_id: course,
    };
  }

  private received(event: MessageEvent): void {
    const { pending } = this;
    if (pending !== null && event.timestamp > pending.lastFrameAt) {
      pending.lastFrameAt = event.timestamp;
    }
    this.happened({ kind: 'frame', data: event.data, at: event.timestamp });
  }

  private happened(what: Happening): void {
    this.queue.push(what);
    if (!this.draining) this.drain();
  }

  // One loop at a time keeps the order; opening frames side by side would lose it.
  private async drain(): Promise<void> {
    this.draining = true;
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      if (next.kind === 'frame') await this.takeFrame(next.data, next.at);
      else if (next.kind === 'closed') this.takeClose(next.code);
      else if (next.kind === 'limit') this.takeLimit();
      else if (next.kind === 'asking') next.go();
      else this.fail(next.error);
    }
    this.draining = false;
  }

  private readonly badField = (error: ChatError) => this.observer.brokenFrame(error);

  private async takeFrame(data: unknown, at: number): Promise<void> {
    // The session ended itself; what still comes while its socket closes belongs to nobody.
    if (this.over !== null) return;
    let frame: ServerFrame;
    try {
      if (typeof data !== 'string') {
        throw new ChatError('protocol', 'not_text', 'frame: expected text, got binary data');
      }
      const { maxFrameChars } = this.options;
      if (data.length > maxFrameChars) {
        throw new ChatError('protocol', 'too_big', tooLong('frame', data.length, maxFrameChars));
      }
      const text = await this.envelope.open(data);
      frame = parseFrame(text, this.badField);
      this.attributes = attributesText(frame, text) ?? this.attributes;
    } catch (error) {
      this.observer.brokenFrame(
        error instanceof ChatError ? error : new ChatError('decrypt', 'envelope', messageOf(error)),
      );
      return;
    }
    const { pending } = this;
    // One that had arrived before the question is not of its answer.
    if (pending === null || at < pending.progress.sentAt) {
      this.observer.frame(frame, 0, 0);
      return;
    }
    const figures = pending.progress.add(frame, at);
    this.observer.frame(frame, pending.progress.frames, at - pending.progress.sentAt);
    if (figures === null) return;
    this.pending = null;
    this.limitTimer.stop();
    // Date.now() has whole milliseconds, the arrival has fractions.
    pending.resolve({ ...figures, lagMs: Math.max(0, Date.now() - at) });
  }

  private takeClose(code: number): void {
    this.socketClosed = true;
    const reason = reasonOfClose(code);
    this.fail(
      new ChatError('stream', reason, `socket closed (${code}): ${meaningOf('stream', reason)}`),
    );
    this.whenClosed();
  }

  private takeLimit(): void {
    const limit = this.limitOfPending();
    if (limit === null) return;
    if (limit.at > Date.now()) this.watchLimits();
    else this.fail(new ChatError('stream', limit.reason, meaningOf('stream', limit.reason)));
  }

  private fail(error: Error): void {
    this.over ??= error;
    const { pending } = this;
    this.pending = null;
    this.limitTimer.stop();
    pending?.reject(this.over);
    this.whenOver(this.over);
  }

  // One timer for all limits, set anew when it fires: a frame costs no timer of its own.
  private watchLimits(): void {
    this.limitTimer.stop();
    const limit = this.limitOfPending();
    if (limit === null) return;
    const wait = Math.max(1, limit.at - Date.now());
    this.limitTimer.start(wait, () => this.happened({ kind: 'limit' }));
  }

  private limitOfPending() {
    if (this.pending === null) return null;
    const { progress, lastFrameAt } = this.pending;
    return nextLimit(this.options.limits, {
      sentAt: progress.sentAt,
      lastFrameAt,
      hasText: progress.firstChunkAt !== null,
    });
  }
}

function connectError(wsUrl: string, text: string): ChatError {
  const reason = reasonOfConnectError(text);
  return new ChatError(
    'connect',
    reason,
    `${wsUrl}${SOCKET_PATH}: ${meaningOf('connect', reason)}`,
  );
}
