/** How long an answer may take, and which limit passes first: pure, in milliseconds of one clock. */

/** In milliseconds; 0 where there is no limit. */
export interface AnswerLimits {
  readonly firstChunkMs: number;
  readonly stallMs: number;
  readonly responseMs: number;
}

export type LimitReason = 'first_chunk_timeout' | 'stall' | 'response_timeout';

export interface Limit {
  readonly reason: LimitReason;
  readonly at: number;
}

/** Where an answer stands; times in epoch ms. */
export interface AnswerState {
  readonly sentAt: number;
  /** The question's own time until a frame came. */
  readonly lastFrameAt: number;
  readonly hasText: boolean;
}

/** The limit that passes next if nothing more comes, or null where there is none. */
export function nextLimit(limits: AnswerLimits, answer: AnswerState): Limit | null {
  const all: Limit[] = [];
  if (limits.firstChunkMs > 0 && !answer.hasText) {
    all.push({ reason: 'first_chunk_timeout', at: answer.sentAt + limits.firstChunkMs });
  }
  if (limits.stallMs > 0) all.push({ reason: 'stall', at: answer.lastFrameAt + limits.stallMs });
  if (limits.responseMs > 0) {
    all.push({ reason: 'response_timeout', at: answer.sentAt + limits.responseMs });
  }
  return all.reduce<Limit | null>(
    (first, limit) => (first && first.at <= limit.at ? first : limit),
    null,
  );
}
