/** What opens the frames of a run: the bundle to take, and the k6 that runs it. */
import { join } from 'node:path';
import { type EnsureK6, ensureK6 } from './ensure-k6.ts';
import { ensureNativeK6 } from './native.ts';
import type { K6 } from './version.ts';

/** The stock engine first: it needs nothing but k6. */
export const ENGINES = ['webcrypto', 'native'] as const;
export type Engine = (typeof ENGINES)[number];

/** The bundle of a load test, from the project's folder. */
export function scriptOf(engine: Engine): string {
  return join('dist', ...(engine === 'native' ? ['native'] : []), 'chat.js');
}

/**
 * @param root the project's folder.
 * @throws RunnerError that says how to get that k6.
 */
export function ensureK6For(engine: Engine, root: string, options: EnsureK6): Promise<K6> {
  return engine === 'native' ? ensureNativeK6({ root, ...options }) : ensureK6(options);
}
