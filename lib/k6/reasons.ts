/** The reasons of errors, for virtual users: hardly one of them ever needs any. */
import type * as reasonsModule from '../metrics/reasons.ts';

/** lib/metrics/reasons.ts, evaluated when something first goes wrong (build.mjs). */
export function reasons(): typeof reasonsModule {
  return require('../metrics/reasons.ts') as typeof reasonsModule;
}
