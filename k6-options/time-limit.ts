/** How long a session may take at the most: a limit for a run that would not end otherwise. */
import { formatDuration } from '../lib/base/duration.ts';
import type { Settings } from '../lib/settings/settings.ts';

/** The slowest answer of the recorded run took 58 s; ten times that counts as no answer. */
const LONGEST_ANSWER_MS = 600_000;
/** Both calls and the handshake have 60 s each in k6. */
const LONGEST_SETUP_MS = 180_000;
/** Ten years: k6 cannot read durations of some centuries. */
const LONGEST_MS = 87_600 * 3_600_000;

/** From a session's limit, where it ends itself, to the moment when k6 interrupts it. */
const INTERRUPT_AFTER_MS = 60_000;

/** For sessions that run once: the scenario's limit, in the form of k6's options. */
export function scenarioLimit(sessionLimitMs: number): string {
  return formatDuration(sessionLimitMs + INTERRUPT_AFTER_MS);
}

/**
 * @param questions how many the session asks.
 * @returns milliseconds.
 */
export function sessionTimeLimit(settings: Settings, questions: number): number {
  const answer = settings.responseTimeout || LONGEST_ANSWER_MS;
  const fromQuestions = LONGEST_SETUP_MS + questions * (answer + settings.thinkTime.toMs);
  const limit =
    settings.sessionTimeout > 0
      ? Math.min(settings.sessionTimeout + LONGEST_SETUP_MS, fromQuestions)
      : fromQuestions;
  return Math.min(limit, LONGEST_MS);
}
