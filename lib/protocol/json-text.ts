/**
 * JSON as the text that came, where `JSON.parse` loses something. k6's rounds numbers, turns half a
 * surrogate pair into U+FFFD, refuses numbers out of range, and takes 1.5 kB for each level of nesting.
 */

const REPLACEMENT = '\uFFFD';

/**
 * `JSON.parse`, which takes numbers out of range such as `1e999` too: JSON has no range.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Where it is used: a pattern at a file's top is made anew for every virtual user.
    const stringOrNumber = /"(?:[^"\\]|\\.)*"|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
    const inRange = text.replace(stringOrNumber, (token) =>
      token.startsWith('"') || Number.isFinite(Number(token)) ? token : '1e308',
    );
    if (inRange === text) throw error;
    return JSON.parse(inRange);
  }
}

/**
 * The text of a key's value as it stands in an object's JSON: of the last, where the key stands there
 * several times.
 * @param text an object that `parseJson` has read.
 * @returns null where the object does not have the key.
 */
export function rawValue(text: string, key: string): string | null {
  let found: string | null = null;
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] === '"') {
    const keyEnd = endOfString(text, at);
    const name = text.slice(at, keyEnd);
    const from = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const to = endOfValue(text, from);
    if (name === `"${key}"` || (name.includes('\\') && utf16(name) === key)) {
      found = text.slice(from, to);
    }
    at = skipSpace(text, to);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/**
 * A string value of an object with its UTF-16 code units as JSON has them, half surrogate pairs too.
 * @param parsed what `JSON.parse` made of it.
 */
export function exactString(text: string, key: string, parsed: string): string {
  if (!parsed.includes(REPLACEMENT)) return parsed;
  const raw = rawValue(text, key);
  return raw === null ? parsed : utf16(raw);
}

/** @returns whether objects and lists stand in each other more than so many levels deep. */
export function isDeeperThan(levels: number, text: string): boolean {
  // Fewer brackets than levels, whatever they are: the usual case, and a fast one.
  if (text.split('[').length + text.split('{').length - 2 <= levels) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

/** The UTF-16 code units of a JSON string, quotes included. */
function utf16(raw: string): string {
  const controls: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
  return raw
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, char: string) =>
      hex === undefined ? (controls[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

function endOfValue(text: string, from: number): number {
  let at = from;
  let depth = 0;
  do {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else {
      if (char === '[' || char === '{') depth += 1;
      else if (char === ']' || char === '}') depth -= 1;
      else if (depth === 0) return endOfWord(text, at);
      at += 1;
    }
  } while (depth > 0 && at < text.length);
  return at;
}

/** Of a number, or true, false, null. */
function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !',]} \t\n\r'.includes(text[at] ?? '')) at += 1;
  return at;
}

/** @param from where its first quote is. @returns the place behind its last. */
function endOfString(text: string, from: number): number {
  let quote = text.indexOf('"', from + 1);
  while (quote >= 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote < 0 ? text.length : quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1;
  return at;
}
