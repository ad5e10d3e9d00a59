/** k6/x/nuc: the chatbot's frames in Go. Times are milliseconds, of a clock that nobody sets. */
declare module 'k6/x/nuc' {
  /** Seals and opens frames with the constants of one deployment; see lib/protocol/envelope.ts. */
  export class Envelope {
    constructor(separator: string, morph: Readonly<Record<string, string>>);
    seal(text: string): string;
    sealWith(secrets: { key: string; iv: string; padding: string }, text: string): string;
    /** @throws Error with the `part` that was wrong, and its `detail`. */
    open(sealed: string): string;
  }

  /** Limits are 0 where there is none. */
  export interface ChatSocketOptions {
    readonly headers?: Readonly<Record<string, string>>;
    /** Set `name`: else the URL, which holds the token, becomes a tag. */
    readonly tags?: Readonly<Record<string, string>>;
    readonly handshakeTimeoutMs?: number;
    readonly firstChunkMs?: number;
    readonly stallMs?: number;
    readonly responseMs?: number;
    /** After so long without another frame a repeat of the last answer's end is the answer. */
    readonly repeatWaitMs?: number;
    /** The longest frame that is opened, sealed as it comes, in UTF-16 units. */
    readonly maxChars?: number;
    /** Whether `onFrame` is called. */
    readonly eachFrame?: boolean;
  }

  export interface ChatAnswer {
    /** Question sent → first text that a person sees; null where none came. */
    readonly firstChunkMs: number | null;
    readonly responseMs: number;
    readonly frames: number;
    readonly chars: number;
    /** Between neighbouring frames; null where there was one only. */
    readonly gapMeanMs: number | null;
    readonly gapMaxMs: number | null;
    readonly text: string;
    readonly joinsUp: boolean;
    /** How late the script was for the last frame. */
    readonly lagMs: number;
  }

  /** What happens, in its order. */
  export interface ChatSocketListener {
    onOpen(): void;
    /** The socket did not open. @param status of the server's reply, 0 where there was none. */
    onRefused(text: string, status: number): void;
    /** A question has left, so many milliseconds after `ask`. */
    onSent(ms: number): void;
    /** @param lagMs how late this call is: below, too. */
    onFirstText(ms: number, lagMs: number): void;
    /** So many more frames of the open answer were opened. */
    onFrames(count: number, lagMs: number): void;
    /** @param index counted from 1 within its answer, 0 outside of any. */
    onFrame(index: number, keys: readonly string[], ms: number): void;
    /** @param count so many in a row. */
    onUnusable(phase: 'decrypt' | 'protocol', reason: string, text: string, count: number): void;
    /** @param count so many in a row. */
    onStray(why: string, count: number): void;
    onAnswer(answer: ChatAnswer): void;
    /** The open answer took too long: nothing more is opened. */
    onLimit(reason: 'first_chunk_timeout' | 'stall' | 'response_timeout'): void;
    /** @param code of the close frame; 0 where there was none, and `text` says what went wrong. */
    onClose(code: number, text: string): void;
  }

  /** One WebSocket and the chat over it, one question at a time. It begins to open at once. */
  export class ChatSocket {
    constructor(
      envelope: Envelope,
      url: string,
      options: ChatSocketOptions,
      listener: ChatSocketListener,
    );
    /** The JSON text of the latest session_attributes, as it came; `{}` at first. */
    readonly attributes: string;
    /** Seals and sends a question. @throws where the socket is not open. */
    ask(message: string): void;
    /** Gives the open answer up. What is known by now is told first, and nothing afterwards. */
    end(): void;
    /** Ends, and closes normally: `onClose` follows, or `onRefused` where it was not open yet. */
    close(): void;
  }
}
