/** One answer as its frames come in: pure bookkeeping, from the question sent to its figures. */
import { hasText, isLast, type ServerFrame } from './messages.ts';

/** The figures of a complete answer; times in milliseconds. */
export interface AnswerFigures {
  /** Question sent → first frame with text in it; null where none came. */
  readonly firstChunkMs: number | null;
  /** Question sent → complete_response. */
  readonly responseMs: number;
  /** Frames opened, the last one included. */
  readonly frames: number;
  /** Length of the complete_response. */
  readonly chars: number;
  /** Between neighbouring frames; null where there was one frame only. */
  readonly gapMeanMs: number | null;
  readonly gapMaxMs: number | null;
  /** The complete_response. */
  readonly text: string;
  /** Whether the chunks join up to the complete_response; an answer without chunks does too. */
  readonly joinsUp: boolean;
}

export class AnswerInProgress {
  frames = 0;
  /** Arrival of the first frame with text, or null before it. */
  firstChunkAt: number | null = null;
  private firstFrameAt = 0;
  private lastFrameAt = 0;
  private gapMaxMs = 0;
  private readonly chunks: string[] = [];

  /** @param sentAt when the question was sent, epoch ms. */
  constructor(readonly sentAt: number) {}

  /**
   * Takes one opened frame.
   * @param at when the frame reached the socket, epoch ms.
   * @returns the answer's figures where this frame ended it, else null.
   */
  add(frame: ServerFrame, at: number): AnswerFigures | null {
    if (this.frames === 0) this.firstFrameAt = at;
    else if (at - this.lastFrameAt > this.gapMaxMs) this.gapMaxMs = at - this.lastFrameAt;
    this.frames += 1;
    this.lastFrameAt = at;
    if (frame.response_chunk) this.chunks.push(frame.response_chunk);
    if (this.firstChunkAt === null && hasText(frame)) this.firstChunkAt = at;
    return isLast(frame) ? this.figures(frame.complete_response ?? '') : null;
  }

  /** @returns whether chunks came, and join up to this text. */
  hasChunksOf(text: string): boolean {
    return this.chunks.length > 0 && this.chunks.join('') === text;
  }

  private figures(text: string): AnswerFigures {
    const several = this.frames > 1;
    return {
      firstChunkMs: this.firstChunkAt === null ? null : this.firstChunkAt - this.sentAt,
      responseMs: this.lastFrameAt - this.sentAt,
      frames: this.frames,
      chars: text.length,
      gapMeanMs: several ? (this.lastFrameAt - this.firstFrameAt) / (this.frames - 1) : null,
      gapMaxMs: several ? this.gapMaxMs : null,
      text,
      joinsUp: this.chunks.length === 0 || this.hasChunksOf(text),
    };
  }
}

/**
 * How fast an answer's text came, from its first to its last frame with text, which is the
 * complete_response.
 * @returns characters a second; null where there was no text, or no time between.
 */
export function textRate({
  firstChunkMs,
  responseMs,
  chars,
}: Pick<AnswerFigures, 'firstChunkMs' | 'responseMs' | 'chars'>): number | null {
  if (firstChunkMs === null || chars === 0 || responseMs <= firstChunkMs) return null;
  return (chars / (responseMs - firstChunkMs)) * 1000;
}

/** The values of the tag `turn`: few, however long a session is. */
export const TURNS = ['1', '2-10', '11+'] as const;

/** @param turn counted from 1. */
export function turnTag(turn: number): (typeof TURNS)[number] {
  if (turn === 1) return '1';
  return turn <= 10 ? '2-10' : '11+';
}
