/** Lines of the runner's own. They have names and paths in them, which may hold any character. */
import { safeLine } from '../lib/base/safe-text.ts';

export type Row = readonly [name: string, value: string];

/** Names and values in two columns: `name   value`, the values one below the other. */
export function textRows(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${safeLine(value)}\n`).join('');
}

/** Figures: the values end one below the other. */
export function figureRows(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([, value]) => value.length));
  return textRows(rows.map(([name, value]) => [name, value.padStart(width)]));
}

/** What the runner has to say beside k6's log. */
export function remarkLine(text: string): string {
  return `runner: ${safeLine(text)}\n`;
}
