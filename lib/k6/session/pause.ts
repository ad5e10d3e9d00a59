/** Waiting between two questions, and between two sessions. */
import type { DurationRange } from '../../settings/forms.ts';
import { Timer } from './timer.ts';

/** @param random gives numbers from 0 to 1. @returns milliseconds, drawn from the range. */
export function drawn({ fromMs, toMs }: DurationRange, random: () => number): number {
  return fromMs + random() * (toMs - fromMs);
}

/** Waits for so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    new Timer().start(ms, resolve);
  });
}
