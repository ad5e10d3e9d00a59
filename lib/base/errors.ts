/** What can go wrong in a chat session: where (`phase`) and what (`reason`, see reasons.ts). */

/** The part of a session in which an error came up; the tag `phase` of `chat_errors`. */
export type Phase = 'token' | 'create' | 'connect' | 'stream' | 'decrypt' | 'protocol';

/** An error that ends a session or one of its answers. `reason` is the tag of `chat_errors`. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly phase: Phase;
  readonly reason: string;

  constructor(phase: Phase, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.phase = phase;
    this.reason = reason;
  }
}

/**
 * By its name: what is evaluated apart (build.mjs) has a class of its own, of which this one would not
 * know the errors.
 */
export function isChatError(error: unknown): error is ChatError {
  return error instanceof Error && error.name === 'ChatError';
}

/** A wrong setting or input file: the run stops before any traffic. One line, for a person. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The end of the run, or of the scenario's time, ended a session: neither success nor failure. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('interrupted by the end of the run');
  }
}
