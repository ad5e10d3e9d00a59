/** Lines of text: columns that line up within 80 columns, and words that wrap. */

import { padLeft, padRight, shorten, widthOf } from './text-width.ts';

/** No line of what is printed is longer. */
export const LINE_WIDTH = 80;

/**
 * Lines with aligned columns: the first to the left, the others to the right. Where they are too
 * wide, the columns move together, then the first is shortened.
 */
export function alignColumns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  const [first = 0, ...others] = widths;
  const taken = others.reduce((sum, width) => sum + gap + width, 0);
  if (first + taken > LINE_WIDTH && gap > 1) return alignColumns(rows, gap - 1);
  const firstWidth = Math.min(first, LINE_WIDTH - taken);
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0
          ? padRight(shorten(cell, firstWidth), firstWidth)
          : padLeft(cell, widths[column] ?? 0),
      )
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** Lines that begin with the indent, broken between words; a word longer than a line is cut. */
export function wrap(text: string, indent = ''): string[] {
  const room = LINE_WIDTH - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((part) => pieces(part, room))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((part) => indent + part);
}

function pieces(word: string, length: number): string[] {
  return word.match(new RegExp(`.{1,${length}}`, 'gsu')) ?? [word];
}
