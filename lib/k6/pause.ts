/** Waiting within a session. */
import type { DurationRange } from '../shared/setting-forms.ts';

/** Waits for a time drawn from the range, but not past `until` (epoch ms). */
export function think({ fromMs, toMs }: DurationRange, until: number): Promise<void> {
  const drawn = fromMs + Math.random() * (toMs - fromMs);
  return pause(Math.min(drawn, until - Date.now()));
}

export function pause(ms: number): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
