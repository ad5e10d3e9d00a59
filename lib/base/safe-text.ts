/**
 * Text from elsewhere (a server, a file, a name) for a terminal, a log or a page of CI: it stays
 * readable, and what would control any of them is written out.
 */

/** Lines stay lines. `␛[2J` becomes `\u001b[2J`, and `::error::` at a line's start `\::error::`. */
export function safeText(text: string): string {
  // Here and not at the file's top, where every virtual user would pay for them.
  // C0 and C1 controls but for \t and \n, line and paragraph separators, and the characters that turn the
  // direction of what follows. k6 knows no \p{Cc}.
  const controls =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are meant.
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
  // GitHub takes a line that begins so for a command.
  const command = /^([^\S\n]*)::/gm;
  // Azure, TeamCity and the older GitHub, anywhere in a line: `##[error]`, `##vso[…]`.
  const taggedCommand = /##(?=\w{0,20}\[)/g;
  return text
    .replace(/\r\n/g, '\n')
    .replace(controls, escaped)
    .replace(command, '$1\\::')
    .replace(taggedCommand, '#\\#');
}

/** The same on one line: no other text can stand at the beginning of a line of its own. */
export function safeLine(text: string): string {
  return safeText(text.replace(/[\t\r\n]+/g, ' '));
}

const LONGEST_ERROR = 1000;

/** An error's text on one line: of one that holds a long text from elsewhere, the beginning and the end. */
export function errorLine(text: string): string {
  if (text.length <= LONGEST_ERROR) return safeLine(text);
  // Cut before any character is written out.
  const end = text.slice(-250).replace(/^[\udc00-\udfff]/, '');
  return `${safeLine(beginning(text, 700))}…${safeLine(end)}`;
}

/** A text's first characters. Half of one is no text: an emoji stays or goes as a whole. */
export function beginning(text: string, chars: number): string {
  return text.slice(0, chars).replace(/[\ud800-\udbff]$/, '');
}

const SHOWN_CHARS = 20;
const BEGINNING_CHARS = 4;

/** A text that may be a key in the wrong place, between quotes: of a long one only the beginning. */
export function shortened(text: string): string {
  return text.length <= SHOWN_CHARS
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, BEGINNING_CHARS))}… (${text.length} characters)`;
}

/** The same for a name: whole where it is short. */
export function shortenedName(name: string): string {
  return name.length <= SHOWN_CHARS ? name : shortened(name);
}

/** The same for a path: whole where it is one to the eye, from a root or with an ending. */
export function shortenedPath(path: string): string {
  const isPath = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/])|\.\w{1,5}$/.test(path);
  return isPath ? path : shortenedName(path);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
