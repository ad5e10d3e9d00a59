/**
 * The forms that a setting's text can have: each reads a text, or says what it expected. Nothing is
 * worked out at the file's top: every virtual user would evaluate it, and none reads a setting.
 */
import { parseDuration } from '../base/duration.ts';

/**
 * `hidden`: the text is not shown in the error, since it may hold a secret; false: it is shown whole.
 * Where nothing is said, an error has the beginning of a long one.
 */
export type Reading<T> =
  | { readonly value: T }
  | { readonly expected: string; readonly hidden?: boolean };

export type Form<T> = (text: string) => Reading<T>;

/** From and to, in milliseconds; the same twice for a fixed time. */
export interface DurationRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const HIGHEST_PORT = 65_535;
/** k6 counts in nanoseconds, and cannot read durations of some centuries. */
const LONGEST_MS = 8760 * 3_600_000;
const AT_MOST_A_YEAR = 'a duration of at most 8760h, a year';

const DURATION_EXAMPLES = 'such as 500ms, 2s or 17m';

export const anyText: Form<string> = (text) =>
  text.trim() === '' ? { expected: 'a text' } : { value: text };

/** Of the envelope: it must not come up by chance in a key or a sealed text, which are base64. */
export const separator: Form<string> = (text) =>
  text.length >= 8 || /[^A-Za-z0-9+/=]/.test(text)
    ? { value: text }
    : { expected: 'a text of at least 8 characters, or one with a character that base64 lacks' };

/** A text that no error repeats. */
export const secret: Form<string> = (text) =>
  text.trim() === '' ? { expected: 'a text', hidden: true } : { value: text };

/** A tag's value: it goes into series' names, files' names and queries. */
export const tagText: Form<string> = (text) =>
  /^[\w.:-]{1,64}$/.test(text)
    ? { value: text }
    : { expected: 'up to 64 letters, digits and the characters . : _ -' };

/** '' reads as null. */
export function optional<T>(form: Form<T>): Form<T | null> {
  return (text) => (text === '' ? { value: null } : form(text));
}

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Form<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least) {
      return { expected: `a whole number of at least ${least}` };
    }
    return value <= most ? { value } : { expected: `a whole number of at most ${most}` };
  };
}

/** With more of them, k6 would end without memory before it begins. */
const MOST_SESSIONS = 100_000;

export const sessionCount: Form<number> = (text) => wholeNumber(1, MOST_SESSIONS)(text);

/** A number above 0 and up to 1. */
export const share: Form<number> = (text) => {
  const value = Number(text);
  return /^(?:\d+|\d*\.\d+)$/.test(text) && value > 0 && value <= 1
    ? { value }
    : { expected: 'a number above 0 and up to 1, such as 0.95' };
};

export function oneOf<const T extends string>(...choices: readonly T[]): Form<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? { expected: `one of ${choices.join(', ')}` } : { value };
  };
}

export const onOff: Form<boolean> = (text) =>
  text === '0' || text === '1' ? { value: text === '1' } : { expected: '0 or 1' };

/** In milliseconds. */
export const duration: Form<number> = (text) => {
  const value = parseDuration(text);
  if (value === null) return { expected: `a duration ${DURATION_EXAMPLES}` };
  return value <= LONGEST_MS ? { value } : { expected: AT_MOST_A_YEAR };
};

/** In milliseconds, above 0: what an answer has to meet. */
export const limit: Form<number> = (text) =>
  parseDuration(text) === 0
    ? { expected: `a duration above 0, ${DURATION_EXAMPLES}` }
    : duration(text);

/** In milliseconds, a second at least: shorter, and k6 could not tell a window's samples apart. */
export const positiveDuration: Form<number> = (text) => {
  const value = parseDuration(text);
  return value === null || value < 1000 || value > LONGEST_MS
    ? { expected: 'a duration of at least 1s, such as 30s, 3m or 4h' }
    : { value };
};

/** `10,50,100`: sessions, each number larger than the one before. */
export const risingNumbers: Form<readonly number[]> = (text) => {
  const numbers = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : 0));
  if (!numbers.every((number, index) => number > (numbers[index - 1] ?? 0))) {
    return { expected: 'rising whole numbers with commas between them, such as 10,50,100' };
  }
  return Number(numbers.at(-1)) <= MOST_SESSIONS
    ? { value: numbers }
    : { expected: `whole numbers of at most ${MOST_SESSIONS}` };
};

export const range: Form<DurationRange> = (text) => {
  const [from = '', to = from, ...rest] = text.split('-');
  const fromMs = parseDuration(from);
  const toMs = parseDuration(to);
  if (fromMs === null || toMs === null || rest.length > 0 || fromMs > toMs) {
    return { expected: 'a duration such as 2s, or a range such as 1s-5s' };
  }
  return toMs <= LONGEST_MS ? { value: { fromMs, toMs } } : { expected: AT_MOST_A_YEAR };
};

export const courseCodes: Form<readonly string[]> = (text) => {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.some((code) => !/^[\w-]+$/.test(code))) {
    return {
      expected:
        'course codes of letters A to Z, digits, _ and -, with commas between them, such as MED1060,BUMA1000',
    };
  }
  return new Set(codes).size === codes.length
    ? { value: codes }
    : { expected: 'each course code once' };
};

/** What no part of an address has: a reader would not see it, or would read another address. */
const INVISIBLE =
  '\\s"\\\\\\0-\\x1f\\x7f-\\x9f\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f';

/** Without a trailing slash; scheme and host in lower case, as a browser writes them. */
export const httpUrl: Form<string> = (text) =>
  readUrl(text, 'https?', 'http://', `/[^?#${INVISIBLE}]*`);

/** Likewise. */
export const wsUrl: Form<string> = (text) => readUrl(text, 'wss?', 'ws://', `/[^?#${INVISIBLE}]*`);

/** Scheme, host and port. */
export const origin: Form<string> = (text) => readUrl(text, 'https?', 'http://', '/');

/** @param path a pattern of what may follow the host. */
function readUrl(text: string, schemes: string, example: string, path: string): Reading<string> {
  const name = `[^/?#@:${INVISIBLE}[\\]]+`;
  const pattern = new RegExp(
    `^(${schemes}://(?:${name}|\\[[0-9A-F:.]+\\]))(?::(\\d+))?(?:${path})?$`,
    'i',
  );
  const parts = path === '/' ? 'path, user' : 'user';
  const expected = `a URL such as ${example}127.0.0.1:8787, without ${parts}, query or fragment`;
  const [, host, port = '80'] = pattern.exec(text) ?? [];
  return host !== undefined && Number(port) <= HIGHEST_PORT
    ? { value: withoutSlashes(host.toLowerCase() + text.slice(host.length)) }
    : { expected, hidden: !isPlainAddress(text) };
}

/** At its end. A pattern would look at each of many slashes again and again. */
function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}

/** Other texts may have a secret in them: a user, a query, or a key that was pasted there. */
function isPlainAddress(text: string): boolean {
  return /:\/\/|:\d+$/.test(text) && !/[@?#]|:[^\d/]/.test(text);
}

/** Each word is compared with each other: a longer text would take seconds, and no key has as many. */
const MOST_MORPH_CHARS = 10_000;

/** `R=word,W=word`: single characters and the words that stand for them. */
export const morphWords: Form<Readonly<Record<string, string>>> = (text) => {
  const pairs =
    text.length > MOST_MORPH_CHARS ? [] : text.split(',').map((pair) => pair.split('='));
  const whole = pairs.every(
    ([letter, word, ...rest]) => letter?.length === 1 && word && rest.length === 0,
  );
  const letters = new Set(pairs.map(([letter]) => letter));
  // With a word within another, a morphed key could be read in two ways.
  const words = pairs.map(([, word = '']) => word);
  const apart = words.every((word, i) =>
    words.every((other, j) => i === j || !other.includes(word)),
  );
  if (!whole || pairs.length === 0 || letters.size !== pairs.length || !apart) {
    return {
      expected:
        'single characters and their words, none within another, such as R=Ef4YsO2cbQZ2,W=U4Bai5Qn1ZCp',
    };
  }
  return { value: Object.fromEntries(pairs) };
};
