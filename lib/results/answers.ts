/** What became of the questions, so that it adds up. */
import { showCount } from '../base/format.ts';
import type { Figures, Part } from './model.ts';

/** Of a run that is over, their sum is what was sent; else some wait for their answer still. */
export interface Answers {
  readonly good: number;
  /** Came whole, but were not good. */
  readonly bad: number;
  /** Failed before they had come whole. */
  readonly none: number;
  /** Cut off by the end of the run: neither good nor failed. */
  readonly cutOff: number;
}

export function answersOf({ sent, received, failed, interrupted, ...part }: Part): Answers {
  // An older file does not tell the good ones; what it has is of a run that is over.
  const good = part.good ?? sent - failed - interrupted;
  const bad = received - good;
  return { good, bad, none: failed - bad, cutOff: interrupted };
}

/** `90 good`, `2 bad`, `2 unanswered`, `6 cut off`: the last one only where some were. */
export function answerTexts(part: Part): string[] {
  const { good, bad, none, cutOff } = answersOf(part);
  return [
    `${showCount(good)} good`,
    `${showCount(bad)} bad`,
    `${showCount(none)} unanswered`,
    ...(cutOff > 0 ? [`${showCount(cutOff)} cut off`] : []),
  ];
}

/** `8 completed`, `3 failed`, `1 cut off`: the last one only where some were. */
export function sessionTexts({ completed, failed, interrupted }: Figures['sessions']): string[] {
  return [
    `${showCount(completed)} completed`,
    `${showCount(failed)} failed`,
    ...(interrupted > 0 ? [`${showCount(interrupted)} cut off`] : []),
  ];
}
