/** Waiting within a session. */
import type { DurationRange } from '../../settings/forms.ts';
import { Timer } from './timer.ts';

/**
 * Waits for a time drawn from the range, but not past `until` (epoch ms).
 * @param random gives numbers from 0 to 1.
 */
export function think(
  { fromMs, toMs }: DurationRange,
  until: number,
  random: () => number,
): Promise<void> {
  const drawn = fromMs + random() * (toMs - fromMs);
  const wait = Math.min(drawn, until - Date.now());
  return wait <= 0 ? Promise.resolve() : pause(wait);
}

/** Waits for so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    new Timer().start(ms, resolve);
  });
}
