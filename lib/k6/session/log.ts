/** The log of a session: its lines, at the level that was asked for. */
import { chunkText, completeText, preview, sessionLine } from '../../render/log-text.ts';
import type { Settings } from '../../settings/settings.ts';

const LEVELS = { off: 0, sessions: 1, answers: 2, chunks: 3 } as const;
const AUTO_CHUNKS_UP_TO_SESSIONS = 10;

export type LogLevel = keyof typeof LEVELS;

/** @param sessions how many run at once at the most: `auto` depends on it. */
export function logLevel(setting: Settings['log'], sessions: number): LogLevel {
  if (setting !== 'auto') return setting;
  return sessions <= AUTO_CHUNKS_UP_TO_SESSIONS ? 'chunks' : 'sessions';
}

export class SessionLog {
  /** Ask before calling `chunk`: even a line that is not printed costs some 6 µs. */
  readonly chunks: boolean;
  private readonly answers: boolean;
  private readonly sessions: boolean;

  constructor(
    /** The session's number in its run, from 1. */
    readonly session: number,
    level: LogLevel,
  ) {
    this.chunks = LEVELS[level] >= LEVELS.chunks;
    this.answers = LEVELS[level] >= LEVELS.answers;
    this.sessions = LEVELS[level] >= LEVELS.sessions;
  }

  starting(): void {
    if (this.sessions) this.line('Starting session');
  }

  question(turn: number, total: number, question: string): void {
    if (this.answers) this.line(`Question ${turn}/${total} sent: ${preview(question)}`);
  }

  chunk(index: number, keys: readonly string[], latencyMs: number): void {
    this.line(chunkText(index, keys, latencyMs));
  }

  complete(chunk: number, latencyMs: number): void {
    if (this.answers) this.line(completeText(chunk, latencyMs));
  }

  warning(text: string): void {
    if (this.sessions) this.line(`! ${text}`);
  }

  done(outcome: 'complete' | 'failed' | 'interrupted', sent: number, received: number): void {
    if (this.sessions) this.line(`Session ${outcome} - Sent: ${sent}, Received: ${received}`);
  }

  failure(text: string): void {
    if (this.sessions) this.line(`✗ ${text}`);
  }

  private line(text: string): void {
    console.log(sessionLine(new Date(), this.session, text));
  }
}
