/** Pieces of Markdown, as GitHub reads it: tables, code and texts that cannot be read as anything else. */

/** @param align of the columns: `l` left, `r` right; the last letter holds for all that follow. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align = 'lr',
): string {
  const rule = head.map((_, column) => (letterAt(align, column) === 'l' ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function letterAt(align: string, column: number): string | undefined {
  return align[Math.min(column, align.length - 1)];
}

/** A value as code. '' is shown as nothing. */
export function code(text: string): string {
  if (text === '') return '';
  // Within backticks a bar, a backtick, a backslash before a bar and a line's end would each need
  // a rule of their own.
  return /[`|\\\r\n]/.test(text) || text !== text.trim()
    ? `<code>${plain(text)}</code>`
    : `\`${text}\``;
}

/** A text of which nothing is read as Markdown or HTML, on one line. */
export function plain(text: string): string {
  return text
    .replace(/[&<>|*`~[\]\\]|\b_|_\b/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/\s*[\r\n]+\s*/g, ' ');
}
