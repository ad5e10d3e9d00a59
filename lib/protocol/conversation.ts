/**
 * Which frame belongs to which answer. The time of its arrival does not tell: a service may send a
 * frame twice, or one that nobody asked for. Such a frame is a stray, and no answer's.
 *
 * Nobody knows whether `message_id` is one for an answer or one for a chunk: a new one proves nothing,
 * one that an earlier answer had proves that the frame is late.
 */
import { ChatError } from '../base/errors.ts';
import { type AnswerFigures, AnswerInProgress } from './answer.ts';
import type { ServerFrame } from './messages.ts';

/** Ids that are kept: an answer of the recorded run had 181 frames, and each may have its own. */
const MOST_IDS = 256;

/** Why a frame belongs to no answer. */
export type StrayReason =
  | 'no question was open'
  | 'it came before the question'
  | 'its message_id was seen in an earlier answer'
  | 'it repeats the end of the last answer';

/** @param why the frame is no answer's. */
export function strayError(why: string): ChatError {
  return new ChatError('protocol', 'stray_frame', `a frame that is no answer’s: ${why}`);
}

export class Conversation {
  /** The answer that is due. */
  due: AnswerInProgress | null = null;
  /** A repeat of the last answer's end, and when it came: perhaps the answer that is due. */
  private aside: { readonly frame: ServerFrame; readonly at: number } | null = null;
  /** The JSON text of the frame that ended the last answer. */
  private lastEnd: string | null = null;
  private readonly earlierIds = new Set<string>();
  /** Of the answer that is due, and the latest of them. */
  private readonly ids = new Set<string>();
  private latestId = '';

  /** @param onStray hears of each frame that is no answer's. */
  constructor(private readonly onStray: (reason: StrayReason) => void) {}

  /** A question was sent. @param sentAt epoch ms. */
  ask(sentAt: number): void {
    this.due = new AnswerInProgress(sentAt);
  }

  /**
   * Takes one opened frame.
   * @param text its JSON.
   * @param at when it reached the socket, epoch ms.
   * @param isBefore whether it came before the question that is open.
   * @returns the answer's figures where this frame ended it, else null.
   */
  take(frame: ServerFrame, text: string, at: number, isBefore: boolean): AnswerFigures | null {
    const { due } = this;
    if (due === null) return this.stray('no question was open');
    if (isBefore) return this.stray('it came before the question');
    const id = frame.message_id;
    // Most often one for the whole answer.
    const isOtherId = typeof id === 'string' && id !== '' && id !== this.latestId;
    if (isOtherId && this.earlierIds.has(id)) {
      return this.stray('its message_id was seen in an earlier answer');
    }
    if (text === this.lastEnd && !due.hasChunksOf(frame.complete_response ?? '')) {
      if (this.aside !== null) return this.stray('it repeats the end of the last answer');
      this.aside = { frame, at };
      return null;
    }
    if (this.aside !== null) this.dropAside();
    if (isOtherId) {
      this.latestId = id;
      keep(this.ids, id);
    }
    const figures = due.add(frame, at);
    if (figures !== null) this.answered(text);
    return figures;
  }

  /** Whether a repeat waits for what comes next. */
  get hasAside(): boolean {
    return this.aside !== null;
  }

  /**
   * Nothing else came: the repeat was the answer after all, such as one from a cache.
   * @returns its figures, as of its arrival; null where there was no repeat.
   */
  takeAside(): AnswerFigures | null {
    const { aside, due } = this;
    if (aside === null || due === null) return null;
    this.aside = null;
    const figures = due.add(aside.frame, aside.at);
    // It is the last answer's end, text for text.
    this.answered(this.lastEnd);
    return figures;
  }

  /** No answer comes any more. */
  end(): void {
    this.dropAside();
    this.due = null;
  }

  private answered(text: string | null): void {
    this.due = null;
    this.latestId = '';
    this.lastEnd = text;
    for (const id of this.ids) keep(this.earlierIds, id);
    this.ids.clear();
  }

  private dropAside(): void {
    if (this.aside === null) return;
    this.aside = null;
    this.stray('it repeats the end of the last answer');
  }

  private stray(reason: StrayReason): null {
    this.onStray(reason);
    return null;
  }
}

/** Keeps the latest. */
function keep(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size <= MOST_IDS) return;
  for (const oldest of ids) {
    ids.delete(oldest);
    return;
  }
}
