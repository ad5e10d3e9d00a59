/** How long an answer may take. */

/** In milliseconds; 0 where there is no limit. */
export interface AnswerLimits {
  /** From the question to the first text. */
  readonly firstChunkMs: number;
  /** Without a frame. */
  readonly stallMs: number;
  /** From the question to the complete_response. */
  readonly responseMs: number;
}

export type LimitReason = 'first_chunk_timeout' | 'stall' | 'response_timeout';

/** A limit, and when it passes: epoch ms. */
export interface Limit {
  readonly reason: LimitReason;
  readonly at: number;
}
