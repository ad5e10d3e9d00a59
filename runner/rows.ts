/** Names and values in two columns. */

export type Row = readonly [name: string, value: string];

/** Texts: `name   value`, the values one below the other. */
export function textRows(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
}

/** Figures: the values end one below the other. */
export function figureRows(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([, value]) => value.length));
  return textRows(rows.map(([name, value]) => [name, value.padStart(width)]));
}
