/**
 * One chat over one socket: ask a question, get its answer. An engine does it, whichever the bundle
 * was built with (package.json maps `#chat`); this page is what a session of every engine is.
 */
import type { ChatError } from '../../base/errors.ts';
import type { AnswerFigures } from '../../protocol/answer.ts';
import type { AnswerLimits } from '../../protocol/answer-limits.ts';
import type { Grant } from '../../protocol/messages.ts';

export interface ChatOptions {
  /** `ws://…` or `wss://…`, without the path. */
  readonly wsUrl: string;
  readonly origin: string;
  readonly language: string;
  readonly timezone: string;
  readonly limits: AnswerLimits;
  /** So long a repeat of the last answer's end waits for another frame before it is the answer. */
  readonly repeatWaitMs: number;
  /** The longest frame that is opened, sealed as it comes. */
  readonly maxFrameChars: number;
  /** Milliseconds that the session has for its handshake. k6's own WebSocket cannot give one up. */
  readonly handshakeMs: number;
  /** Milliseconds of a clock that nobody sets, from any start; null where there is none. */
  readonly steadyMs: () => number | null;
  /** Ends the session where its time is over: in a flood of frames, behind which k6's timers queue. */
  readonly look: () => void;
}

/** What a session tells while it runs: of its events, not of every frame. */
export interface ChatObserver {
  /** Whether `onFrame` is wanted: telling of each frame costs more than opening it may. */
  readonly wantsFrames: boolean;
  /** @param index counted from 1 within its answer, 0 outside of any. */
  onFrame(index: number, keys: readonly string[], latencyMs: number): void;
  /** So many more frames of the open answer were opened: in steps, and the rest when it ends. */
  onFrames(count: number): void;
  /** The open answer has its first text. @param latencyMs null where the clock was set meanwhile. */
  onFirstText(latencyMs: number | null): void;
  /** A question was written to the socket, so many milliseconds after it was sent. */
  onSent(lagMs: number): void;
  /** How late the script was for a frame of an answer that goes on, in milliseconds. */
  onLag(lagMs: number): void;
  /** A frame, or a part of it, could not be used, or so many in a row; the session goes on. */
  onUnusable(error: ChatError, count?: number): void;
  /** A frame was opened that is no answer's, or so many in a row; the session goes on. */
  onStray(error: ChatError, count?: number): void;
}

export interface Answer extends AnswerFigures {
  /** How late the script was for the last frame, in milliseconds. */
  readonly lagMs: number;
  /** Whether the wall clock was set while the answer came: its times are none. */
  readonly clockStepped: boolean;
}

export interface ChatSession {
  /**
   * Asks one question and waits for its `complete_response`. One at a time.
   * @param onSending called just before the question is sent; never where the session is over.
   * @throws ChatError of phase `stream`, or what `end` gave.
   */
  ask(question: string, course: string, onSending: () => void): Promise<Answer>;
  /** @returns why no answer can come any more: a ChatError, or what `end` gave. */
  untilOver(): Promise<Error>;
  /** Ends the session now: an answer that is under way is rejected with this error. */
  end(error: Error): void;
  /** Closes normally, and waits until the socket is closed. */
  close(): Promise<void>;
}

/**
 * What `createEngine(format)` of the module behind `#chat` makes; beside it stands `ENGINE_NAME`, which
 * the results have: the name by which build.mjs knows the engine.
 */
export interface ChatEngine {
  /**
   * Opens the socket.
   * @throws ChatError of phase `connect`
   */
  open(grant: Grant, options: ChatOptions, observer: ChatObserver): Promise<ChatSession>;
}
