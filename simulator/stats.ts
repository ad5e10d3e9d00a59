/** What the simulator counts: the JSON of `GET /stats`. */
import { messageOf } from '../lib/base/errors.ts';

export interface Stats {
  /** Tokens given. */
  tokens: number;
  /** create-chat calls that succeeded. */
  chats: number;
  /** Sessions whose socket was opened. */
  sessions: number;
  /** Sockets open now. */
  connections: number;
  /** The most sockets that were open at once. */
  peak_connections: number;
  /** Frames from clients that opened to an object. */
  questions: number;
  /** Answers whose last frame was sent. */
  responses: number;
  /** Answers under way now. */
  streaming: number;
  /** Frames sent that open to an object. */
  frames: number;
  /** Frames sent that do not: only faults send them. */
  broken_frames: number;
  /** What clients did against the protocol: kind → how often. Empty where they did nothing. */
  violations: Record<string, number>;
}

export class Counters {
  private readonly stats: Stats = {
    tokens: 0,
    chats: 0,
    sessions: 0,
    connections: 0,
    peak_connections: 0,
    questions: 0,
    responses: 0,
    streaming: 0,
    frames: 0,
    broken_frames: 0,
    violations: {},
  };

  get connections(): number {
    return this.stats.connections;
  }

  get streaming(): number {
    return this.stats.streaming;
  }

  count(
    what: 'tokens' | 'chats' | 'sessions' | 'questions' | 'responses' | 'frames' | 'broken_frames',
  ): void {
    this.stats[what] += 1;
  }

  connectionOpened(): void {
    this.stats.connections += 1;
    this.stats.peak_connections = Math.max(this.stats.peak_connections, this.stats.connections);
  }

  connectionClosed(): void {
    this.stats.connections -= 1;
  }

  answerStarted(): void {
    this.stats.streaming += 1;
  }

  answerEnded(): void {
    this.stats.streaming -= 1;
  }

  violation(kind: string): void {
    this.stats.violations[kind] = (this.stats.violations[kind] ?? 0) + 1;
  }

  /**
   * An error of the simulator's own, which what a client sent has brought up: it serves on. Shown as
   * JSON, because its message may hold a client's text.
   */
  failed(error: unknown): void {
    this.violation('simulator:failed');
    console.error(`simulator: an error of its own: ${JSON.stringify(messageOf(error))}`);
  }

  /** @returns a copy that no longer changes. */
  snapshot(): Stats {
    return structuredClone(this.stats);
  }
}
