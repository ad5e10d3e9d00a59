/** Figures as a person reads them, and columns that line up within 100 columns. */
import { type K6Data, latencyOf, rateOf } from '../results/k6-data.ts';
import type { Verdict } from '../results/summary.ts';
import { RUN_DURATION, SESSIONS_STOPPED } from '../results/verdicts.ts';

/** No line of what is printed is longer. */
export const LINE_WIDTH = 100;

/** `459.3 ms`, `24.91 s`, `12.5 min`, `8.0 h`. */
export function showMs(ms: number): string {
  // The limits lie where the rounded figure would reach the next unit.
  if (ms < 999.95) return `${ms.toFixed(1)} ms`;
  if (ms < 119_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 7_197_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `100.00 %`; `—` where there was no sample. What is not all is never rounded up to 100 %. */
export function showRate(rate: number | null): string {
  if (rate === null) return '—';
  const percent = rate < 1 ? Math.min(rate * 100, 99.99) : rate * 100;
  return `${percent.toFixed(2)} %`;
}

/** `20,620` */
export function showCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** What a threshold's metric came to, with the unit of that metric; `—` where k6 does not say. */
export function showGot(verdict: Verdict, metrics: K6Data['metrics']): string {
  const { metric, threshold, got } = verdict;
  if (metric === RUN_DURATION && got !== null) return showMs(got);
  if (metric === SESSIONS_STOPPED && got !== null) return showCount(got);
  const of = metrics[metric];
  if (got === null || of === undefined) return lacksSamples(verdict, metrics) ? 'no sample' : '—';
  const stat = /^\w+/.exec(threshold.trim())?.[0];
  if (stat === 'count') return showCount(got);
  if (of.type === 'rate') return showRate(got);
  if (of.type === 'counter') return `${got.toFixed(2)}/s`;
  return of.contains === 'time' ? showMs(got) : String(Math.round(got * 100) / 100);
}

/** Whether a threshold was judged without a sample, such as one of a step that was not reached. */
export function lacksSamples({ metric, got }: Verdict, metrics: K6Data['metrics']): boolean {
  const of = metrics[metric];
  return got === null && rateOf(of).rate === null && latencyOf(of) === null;
}

/**
 * Lines with aligned columns: the first to the left, the others to the right. Where they are too
 * wide, the columns move together, then the first is shortened.
 */
export function alignColumns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
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
          ? shorten(cell, firstWidth).padEnd(firstWidth)
          : cell.padStart(widths[column] ?? 0),
      )
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** At most so many characters: the middle is left out, since names often differ in their ends. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = Math.max(width - 1, 0);
  const end = Math.floor(kept / 2);
  return `${text.slice(0, kept - end)}…${text.slice(text.length - end)}`;
}

/** Lines that begin with the indent, broken between words; a word longer than a line is cut. */
export function wrap(text: string, indent = ''): string[] {
  const room = LINE_WIDTH - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((part) => pieces(part, room))) {
    if (line !== '' && line.length + 1 + word.length > room) {
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
