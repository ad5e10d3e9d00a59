/** One thing that a server does to a session, and what the run then says. */
import type { Treatment } from './hostile-server.ts';

export interface HostileCase extends Treatment {
  readonly name: string;
  /** What chat_errors counts, as `phase/reason` or `phase/reason ×2`, in alphabetical order. */
  readonly errors: string;
  /** Of the session's two questions: how many were sent, how many answers came, how many were good. */
  readonly sent: number;
  readonly received: number;
  readonly good: number;
}

/** What becomes of the session's two questions: it failed before it asked any. */
export const NOTHING_ASKED = { sent: 0, received: 0, good: 0 };
/** It failed in its first answer. */
export const NO_ANSWER = { sent: 1, received: 0, good: 0 };
export const ALL_GOOD = { sent: 2, received: 2, good: 2 };
