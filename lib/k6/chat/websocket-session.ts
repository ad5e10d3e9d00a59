/**
 * The chat session on k6's own WebSocket: the engine of the default bundle. This file has the socket,
 * socket-answers.ts what is said over it.
 */
import { WebSocket } from 'k6/websockets';
import { cipher } from '#cipher';
import type { ChatError } from '../../base/errors.ts';
import type { EnvelopeFormat } from '../../protocol/envelope.ts';
import { type Grant, NORMAL_CLOSE } from '../../protocol/messages.ts';
import type { Answer, ChatEngine, ChatObserver, ChatOptions, ChatSession } from './chat-session.ts';
import { socketParams, socketUrl } from './socket-address.ts';
import type * as answersModule from './socket-answers.ts';
import { closeError, connectError, limitError } from './socket-errors.ts';
import { SocketSession } from './socket-session.ts';

export const ENGINE_NAME = cipher.name;

export function createEngine(format: EnvelopeFormat): ChatEngine {
  return {
    open: (grant, options, observer) => openSocket(format, grant, options, observer),
  };
}

type CloseEvent = { code?: number };
type ErrorEvent = { error?: string };
type MessageEvent = { data: unknown; timestamp: number };

function openSocket(
  format: EnvelopeFormat,
  grant: Grant,
  options: ChatOptions,
  observer: ChatObserver,
): Promise<ChatSession> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl(grant, options), null, socketParams(options));
    let session: WebSocketSession | null = null;
    let errorText = '';
    socket.onopen = () => {
      const open = new WebSocketSession(socket, format, grant, options, observer);
      socket.onmessage = (event) => open.onMessage(event as unknown as MessageEvent);
      session = open;
      resolve(open);
    };
    socket.onerror = (event) => {
      errorText = (event as ErrorEvent | undefined)?.error ?? '';
    };
    // k6 gives the close event an argument that its types lack.
    socket.onclose = ((event?: CloseEvent) => {
      if (session === null) reject(connectError(options.wsUrl, errorText));
      else session.onClose(() => closeError(event?.code, errorText));
    }) as () => void;
  });
}

class WebSocketSession extends SocketSession implements ChatSession {
  private answers: answersModule.SocketAnswers | null = null;

  constructor(
    private readonly socket: WebSocket,
    private readonly format: EnvelopeFormat,
    private readonly grant: Grant,
    private readonly options: ChatOptions,
    private readonly observer: ChatObserver,
  ) {
    super();
  }

  ask(question: string, course: string, onSending: () => void): Promise<Answer> {
    if (this.over !== null) return Promise.reject(this.over);
    return this.answersNow().ask(question, course, onSending);
  }

  end(error: Error): void {
    this.over ??= error;
    this.answers?.end(this.over);
    this.tellOver(this.over);
  }

  /** The socket has read a frame. */
  onMessage(event: MessageEvent): void {
    // What still comes while an ended session's socket closes is no longer looked at.
    if (this.over !== null) return;
    // A call into k6, for each time that it is read.
    const at = event.timestamp;
    (this.answers ?? this.answersNow()).onMessage(event.data, at);
  }

  /** The socket is closed. @param error what that means for an answer that is due. */
  onClose(error: () => ChatError): void {
    const closed = () => {
      this.isClosed = true;
      this.end(this.over ?? error());
      this.tellClosed();
    };
    if (this.answers === null) closed();
    else this.answers.onClose(closed);
  }

  protected closeSocket(): void {
    this.socket.close(NORMAL_CLOSE);
  }

  private answersNow(): answersModule.SocketAnswers {
    if (this.answers !== null) return this.answers;
    const { SocketAnswers } = require('./socket-answers.ts') as typeof answersModule;
    const { socket, format, grant, options, observer } = this;
    this.answers = new SocketAnswers({
      ...{ socket, cipher, format, grant, options, observer },
      onLimit: (reason) => this.end(limitError(reason)),
      onUnsendable: (error) => this.end(error),
    });
    return this.answers;
  }
}
