/** How many columns of a terminal a text takes: a course's name may be in any script. */

/** From the first letter to the last one, and how many columns each takes. k6 knows no \p{…} for these. */
const RANGES: readonly (readonly [from: number, to: number, columns: 0 | 2])[] = [
  // Drawn onto the letter before it, or not at all.
  [0x300, 0x36f, 0],
  [0x591, 0x5bd, 0],
  [0x64b, 0x65f, 0],
  [0x200b, 0x200f, 0],
  [0x20d0, 0x20f0, 0],
  [0xfe00, 0xfe0f, 0],
  [0xfeff, 0xfeff, 0],
  // East Asian letters and signs, and emoji.
  [0x1100, 0x115f, 2],
  [0x2e80, 0x303e, 2],
  [0x3041, 0xa4cf, 2],
  [0xac00, 0xd7a3, 2],
  [0xf900, 0xfaff, 2],
  [0xfe30, 0xfe6f, 2],
  [0xff00, 0xff60, 2],
  [0xffe0, 0xffe6, 2],
  [0x1f300, 0x1faff, 2],
  [0x20000, 0x3fffd, 2],
];

export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width;
}

function letterWidth(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  return RANGES.find(([from, to]) => code >= from && code <= to)?.[2] ?? 1;
}

export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - widthOf(text), 0));
}

export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(width - widthOf(text), 0)) + text;
}

/** At most so many columns: the middle is left out, since names often differ in their ends. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const letters = [...text];
  const kept = Math.max(width - 1, 0);
  const end = fitting([...letters].reverse(), Math.floor(kept / 2)).reverse();
  const start = fitting(letters, kept - widthOf(end.join('')));
  return `${start.join('')}…${end.join('')}`;
}

/** The first letters that fit. */
function fitting(letters: readonly string[], width: number): string[] {
  let taken = 0;
  const end = letters.findIndex((letter) => {
    taken += letterWidth(letter);
    return taken > width;
  });
  return letters.slice(0, end === -1 ? letters.length : end);
}
