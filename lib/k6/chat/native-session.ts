/**
 * The chat session on k6/x/nuc, an extension of k6 (native/): the engine of dist/native. Go reads,
 * opens and judges the frames; this file hears of what came of them, in its order.
 */
import { type ChatAnswer, ChatSocket, type ChatSocketListener, Envelope } from 'k6/x/nuc';
import { ChatError, messageOf } from '../../base/errors.ts';
import type { LimitReason } from '../../protocol/answer-limits.ts';
import { strayError } from '../../protocol/conversation.ts';
import type { EnvelopeFormat } from '../../protocol/envelope.ts';
import type { Grant } from '../../protocol/messages.ts';
import type { Answer, ChatEngine, ChatObserver, ChatOptions, ChatSession } from './chat-session.ts';
import { untilReading } from './first-reading.ts';
import { questionMessage } from './question.ts';
import { socketParams, socketUrl } from './socket-address.ts';
import { closeError, connectError, limitError } from './socket-errors.ts';
import { SocketSession } from './socket-session.ts';

/** As long as k6's own WebSocket waits for an upgrade. */
const HANDSHAKE_TIMEOUT_MS = 60_000;
/** The end of the session comes first, and is what is told. */
const BEHIND_SESSION_MS = 100;
/** How often the lateness of an answer that goes on is told. */
const LAG_MS = 5000;

export const ENGINE_NAME = 'native';

export function createEngine(format: EnvelopeFormat): ChatEngine {
  const envelope = new Envelope(format.separator, format.morph);
  return {
    open: (grant, options, observer) =>
      new Promise((resolve, reject) => {
        const session = new NativeSession(envelope, grant, options, observer, resolve, reject);
        session.open();
      }),
  };
}

interface PendingAnswer {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

class NativeSession extends SocketSession implements ChatSession, ChatSocketListener {
  private socket: ChatSocket | null = null;
  private pending: PendingAnswer | null = null;
  /** When the script's lateness was last told, by the clock. */
  private lagToldAt = 0;
  private isNew = true;

  constructor(
    private readonly envelope: Envelope,
    private readonly grant: Grant,
    private readonly options: ChatOptions,
    private readonly observer: ChatObserver,
    private readonly opened: (session: ChatSession) => void,
    private readonly refused: (error: ChatError) => void,
  ) {
    super();
  }

  open(): void {
    const { grant, options } = this;
    const { firstChunkMs, stallMs, responseMs } = options.limits;
    const socketOptions = {
      ...socketParams(options),
      ...{ firstChunkMs, stallMs, responseMs },
      handshakeTimeoutMs: Math.min(HANDSHAKE_TIMEOUT_MS, options.handshakeMs + BEHIND_SESSION_MS),
      repeatWaitMs: options.repeatWaitMs,
      maxChars: options.maxFrameChars,
      eachFrame: this.observer.wantsFrames,
    };
    this.socket = new ChatSocket(this.envelope, socketUrl(grant, options), socketOptions, this);
  }

  async ask(question: string, course: string, onSending: () => void): Promise<Answer> {
    if (this.isNew) {
      this.isNew = false;
      await untilReading();
    }
    if (this.over !== null) throw this.over;
    onSending();
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.lagToldAt = Date.now();
      const { grant, options, socket } = this;
      const attributes = socket?.attributes ?? '{}';
      try {
        socket?.ask(questionMessage(grant, options, question, course, attributes));
      } catch (error) {
        this.end(new ChatError('stream', 'closed_other', `send: ${messageOf(error)}`));
      }
    });
  }

  end(error: Error): void {
    if (this.over !== null) return;
    // What is known by now is told of first: it still counts.
    this.socket?.end();
    this.finish(error);
  }

  onOpen(): void {
    this.opened(this);
  }

  onRefused(text: string, status: number): void {
    this.refused(connectError(this.options.wsUrl, text, status));
    this.isClosed = true;
    this.tellClosed();
  }

  onSent(ms: number): void {
    this.observer.onSent(ms);
  }

  onFirstText(ms: number, lagMs: number): void {
    this.observer.onFirstText(ms);
    this.tellLag(lagMs);
  }

  onFrames(count: number, lagMs: number): void {
    this.observer.onFrames(count);
    if (Date.now() - this.lagToldAt >= LAG_MS) this.tellLag(lagMs);
  }

  onFrame(index: number, keys: readonly string[], ms: number): void {
    this.observer.onFrame(index, keys, ms);
  }

  onUnusable(phase: 'decrypt' | 'protocol', reason: string, text: string, count: number): void {
    this.observer.onUnusable(new ChatError(phase, reason, text), count);
  }

  onStray(why: string, count: number): void {
    this.observer.onStray(strayError(why), count);
  }

  onAnswer(answer: ChatAnswer): void {
    const { pending } = this;
    this.pending = null;
    // Its times are of a clock that nobody sets.
    pending?.resolve({ ...answer, clockStepped: false });
  }

  onLimit(reason: LimitReason): void {
    this.finish(limitError(reason));
  }

  onClose(code: number, _text: string): void {
    this.isClosed = true;
    this.finish(closeError(code === 0 ? undefined : code, ''));
    this.tellClosed();
  }

  protected closeSocket(): void {
    this.socket?.close();
  }

  private tellLag(lagMs: number): void {
    this.lagToldAt = Date.now();
    this.observer.onLag(lagMs);
  }

  private finish(error: Error): void {
    if (this.over !== null) return;
    this.over = error;
    const { pending } = this;
    this.pending = null;
    pending?.reject(error);
    this.tellOver(error);
  }
}
