/**
 * What the simulator can do wrong, on request: `NAME` in every session, `NAME:1/K` in every K-th.
 * Sessions are numbered from 1 in the order of their generate-token calls, refused ones included,
 * so that which session is hit is exact.
 */
export const FAULTS = {
  'token-401': 'generate-token answers 401',
  'token-403': 'generate-token answers 403',
  'token-429': 'generate-token answers 429',
  'token-500': 'generate-token answers 500',
  'token-not-json': 'generate-token answers 200 with a page of HTML',
  'token-refused-success': 'generate-token answers 200 with success "0" and no token',
  'token-hang': 'generate-token never answers',
  'create-401': 'create-chat answers 401',
  'create-500': 'create-chat answers 500',
  'create-not-json': 'create-chat answers 200 with a page of HTML',
  'handshake-401': 'the socket is refused with 401',
  'handshake-403': 'the socket is refused with 403',
  'handshake-502': 'the socket is refused with 502',
  'handshake-503': 'the socket is refused with 503',
  'handshake-504': 'the socket is refused with 504',
  'handshake-hang': 'the handshake of the socket is never answered',
  'no-first-chunk': 'a question is never answered',
  stall: 'an answer stops after half of its frames; the socket stays open',
  'close-1000': 'the socket is closed normally after half of an answer',
  'close-1001': 'the socket is closed with 1001, going away, after half of an answer',
  'close-1006': 'the TCP connection is cut without a close frame after half of an answer',
  'close-1011': 'the socket is closed with 1011, internal error, after half of an answer',
  'never-close': 'the close frame of the client is ignored; TCP stays open',
  'bad-envelope': 'one more frame in each answer, which does not open',
  'not-json': 'one more frame in each answer, which opens to a text that is not JSON',
  'not-object': 'one more frame in each answer, which opens to []',
  'empty-answer': 'an answer is its last frame alone, with an empty complete_response',
  'wrong-text': 'the chunks of an answer do not join up to its complete_response',
  slow: 'every answer takes three times as long',
} as const;

export type FaultName = keyof typeof FAULTS;

/** @returns the faults of the session with that number. */
export type FaultPlan = (sessionNumber: number) => ReadonlySet<FaultName>;

/** An option that the simulator cannot take. One line, for a person. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/**
 * Reads `NAME` and `NAME:1/K`.
 * @throws OptionError
 */
export function parseFaults(specs: readonly string[]): FaultPlan {
  const rules = specs.map(parseFault);
  return (number) =>
    new Set(rules.filter(({ every }) => number % every === 0).map(({ name }) => name));
}

/** @returns the HTTP status or close code of the session's fault `PREFIX-CODE`, where it has one. */
export function faultCode(faults: ReadonlySet<FaultName>, prefix: string): number | undefined {
  for (const name of faults) {
    const code = name.slice(prefix.length + 1);
    if (name.startsWith(`${prefix}-`) && /^\d+$/.test(code)) return Number(code);
  }
  return undefined;
}

function parseFault(spec: string): { name: FaultName; every: number } {
  const [, name = '', every = '1'] = /^([^:]*)(?::1\/(\d+))?$/.exec(spec) ?? [];
  if (!isFault(name)) {
    throw new OptionError(`fault: expected NAME or NAME:1/K, got ${spec}; --help lists the names`);
  }
  if (Number(every) < 1) throw new OptionError(`fault ${name}: expected 1/K with K >= 1: ${spec}`);
  return { name, every: Number(every) };
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
