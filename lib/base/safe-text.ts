/**
 * Text from elsewhere (a server, a file, a name) for a terminal, a log or a page of CI: it stays
 * readable, and what would control any of them is written out.
 */

// C0 and C1 controls but for \t and \n, line and paragraph separators, and the characters that turn the
// direction of what follows. k6 knows no \p{Cc}.
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are meant.
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** GitHub takes a line that begins so for a command. */
const COMMAND = /^([^\S\n]*)::/gm;
/** Azure, TeamCity and the older GitHub, anywhere in a line: `##[error]`, `##vso[…]`. */
const TAGGED_COMMAND = /##(?=\w{0,20}\[)/g;

/** Lines stay lines. `␛[2J` becomes `\u001b[2J`, and `::error::` at a line's start `\::error::`. */
export function safeText(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROLS, escaped)
    .replace(COMMAND, '$1\\::')
    .replace(TAGGED_COMMAND, '#\\#');
}

/** The same on one line: no other text can stand at the beginning of a line of its own. */
export function safeLine(text: string): string {
  return safeText(text.replace(/[\t\r\n]+/g, ' '));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
