/** A comparison for a person: on the terminal, and as Markdown. */

import { counted, showCount, showMs, showRate } from '../../lib/base/format.ts';
import { showMoment } from '../../lib/base/moment.ts';
import { alignColumns, LINE_WIDTH, wrap } from '../../lib/render/columns.ts';
import { code, plain, table } from '../../lib/render/markdown.ts';
import { shorten } from '../../lib/render/text-width.ts';
import {
  type Change,
  type ComparedFigure,
  type Comparison,
  isWorse,
  type Kind,
  LEAST_MS,
  rateTolerance,
  type Tolerance,
  type Tolerances,
} from '../../lib/results/compare.ts';
import type { Summary } from '../../lib/results/model.ts';
import { outcomeOf, outcomeWords } from '../../lib/results/outcome.ts';

export interface ComparedRun {
  /** As the user gave it. */
  readonly path: string;
  readonly summary: Summary;
}

export interface ComparisonReport {
  readonly base: ComparedRun;
  readonly next: ComparedRun;
  readonly comparison: Comparison;
  readonly tolerances: Tolerances;
  /** What differs between the runs, which were compared all the same. */
  readonly forced: readonly string[];
  /** Whether the terminal has a row for each figure. */
  readonly all: boolean;
}

const HEAD = ['figure', 'n', 'BASE', 'NEW', 'change', ''];

const MARKS: Readonly<Record<Change, string>> = {
  worse: '✗ worse',
  better: '✓ better',
  same: '= same',
  gone: '✗ gone',
  new: '? new',
  few: '? chance',
};

export function comparisonText(report: ComparisonReport): string {
  const { base, next, comparison, tolerances, forced, all } = report;
  const shown = all ? worstFirst(comparison.figures) : inSight(comparison.figures);
  const rows = shown.map(cells);
  const markWidth = Math.max(...rows.map((row) => row.at(-1)?.length ?? 0), 0);
  // Marks stand to the left of their column: padded, they are all of one width.
  const figures = alignColumns(
    [HEAD, ...rows].map((row) => [...row.slice(0, -1), (row.at(-1) ?? '').padEnd(markWidth)]),
  );
  const folded = foldedText(comparison.figures, shown);
  const sections = [
    [
      `COMPARISON · ${shorten(base.summary.run.profile, 40)} · ${outcome(comparison).toUpperCase()}`,
    ],
    [...runLines('BASE', base), ...runLines('NEW', next)],
    [...(shown.length === 0 ? [] : figures), ...(folded === '' ? [] : wrap(folded))],
    [
      'Worse by more than',
      ...toleranceTexts(tolerances).map((text) => `  ${shorten(text, LINE_WIDTH - 2)}`),
    ],
    [...comparison.doubts, ...forcedTexts(forced)].flatMap((text) => wrap(text)),
    wrap(`${outcome(comparison)}: ${reason(comparison)}`),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${text.join('\n\n')}\n\n`;
}

export function comparisonMarkdown(report: ComparisonReport): string {
  const { base, next, comparison, tolerances, forced } = report;
  const remarks = [...comparison.doubts, ...forcedTexts(forced)];
  const sections = [
    `## ${comparison.notWorse ? '✓' : '✗'} ${outcome(comparison)}: ${code(base.summary.run.profile)}`,
    `${plain(reason(comparison))}.`,
    ...(remarks.length === 0
      ? []
      : [
          ['[!WARNING]', ...remarks.map((text) => `- ${plain(text)}`)]
            .map((line) => `> ${line}`)
            .join('\n'),
        ]),
    table(
      ['', 'run', 'what it was'],
      [
        ['BASE', code(base.path), plain(facts(base))],
        ['NEW', code(next.path), plain(facts(next))],
      ],
      'l',
    ),
    ...figureTables(comparison.figures),
    `Worse by more than: ${toleranceTexts(tolerances).map(plain).join('; ')}.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Rows of the terminal, of figures that got worse. */
const MOST_LINES = 20;
/** What most people look for: shown whether or not it changed. */
const HEADLINE = ['success', 'first-chunk.p95', 'response.p95'];
/** The same of a run that only holds sockets. */
const HEADLINE_OF_SOCKETS = ['socket-open.p95'];

function inSight(figures: readonly ComparedFigure[]): ComparedFigure[] {
  const worse = worstFirst(figures.filter(isWorse)).slice(0, MOST_LINES);
  const named = (names: readonly string[]) => figures.filter(({ name }) => names.includes(name));
  const headline = named(HEADLINE);
  const usual = headline.length > 0 ? headline : named(HEADLINE_OF_SOCKETS);
  return [...worse, ...usual.filter((figure) => !worse.includes(figure))];
}

/** What is no time, as the share that succeeded, before all times. */
function worstFirst(figures: readonly ComparedFigure[]): ComparedFigure[] {
  const isTime = ({ kind }: ComparedFigure) => Number(kind === 'time');
  const worse = figures
    .filter(isWorse)
    .sort((a, b) => isTime(a) - isTime(b) || growth(b) - growth(a));
  return [...worse, ...figures.filter((figure) => !isWorse(figure))];
}

/** `16 more figures: 14 same, 2 better; --all shows each`; '' where none is left. */
function foldedText(figures: readonly ComparedFigure[], shown: readonly ComparedFigure[]): string {
  const left = figures.filter((figure) => !shown.includes(figure));
  if (left.length === 0) return '';
  const marks = (Object.keys(MARKS) as Change[]).flatMap((change) => {
    const count = left.filter((figure) => figure.change === change).length;
    return count === 0 ? [] : [`${showCount(count)} ${MARKS[change].slice(2)}`];
  });
  return `${counted(left.length, 'more figure')}: ${marks.join(', ')}; --all shows each`;
}

/** Rows of a table: the comment of a pull request has room for 65,536 letters. */
const MOST_ROWS = 100;
const LONGEST_NAME = 100;

/** What got worse is in sight, all else folds away. */
function figureTables(figures: readonly ComparedFigure[]): string[] {
  const rows = (all: readonly ComparedFigure[]) => {
    const shown = all.slice(0, MOST_ROWS).map((figure) => {
      const [name = '', ...others] = cells(figure);
      return [code(shorten(name, LONGEST_NAME)), ...others];
    });
    const left = all.length - shown.length;
    const rest =
      left > 0
        ? `\n\nAnd ${showCount(left)} more: with \`--all\` in place of \`--markdown\`, all are shown.`
        : '';
    return table(HEAD, shown, 'lrrrrl') + rest;
  };
  const worse = worstFirst(figures.filter(isWorse));
  const rest = figures.filter((figure) => !isWorse(figure));
  return [
    ...(worse.length === 0 ? [] : [rows(worse)]),
    ...(rest.length === 0
      ? []
      : [
          `<details>\n<summary>${counted(rest.length, 'figure')} that did not get worse</summary>`,
          rows(rest),
          '</details>',
        ]),
  ];
}

function outcome({ doubts, figures, notWorse }: Comparison): string {
  if (notWorse) return 'Not worse';
  return figures.some(isWorse) || doubts.length === 0 ? 'Worse' : 'No verdict';
}

function reason({ figures, notWorse }: Comparison): string {
  const judged = figures.filter(({ change }) => change !== 'few' && change !== 'new');
  const worse = figures.filter(isWorse);
  if (worse.length > 0) {
    const [first, ...others] = worstFirst(worse);
    const shown = others.slice(0, NAMED).map(({ name }) => name);
    const rest = others.length - shown.length;
    return [
      `${showCount(worse.length)} of ${showCount(judged.length)} figures: ${first === undefined ? '' : sentence(first)}`,
      ...shown,
      ...(rest > 0 ? [`and ${showCount(rest)} more`] : []),
    ].join(', ');
  }
  return notWorse
    ? `no figure of ${showCount(judged.length)} got worse by more than its tolerance`
    : 'these runs cannot show that nothing got worse';
}

/** Beside the one that grew most. */
const NAMED = 5;

/** `response.p95 1.45 s → 4.36 s (+200.7 %)` */
function sentence({ name, kind, base, next }: ComparedFigure): string {
  return `${name} ${show(kind, base)} → ${show(kind, next)} (${difference(kind, base, next)})`;
}

/** By how much of BASE a time grew; how far apart the two are, of what is no time. */
function growth({ kind, base, next }: ComparedFigure): number {
  if (base === null || next === null) return Number.MAX_VALUE;
  if (kind !== 'time') return Math.abs(next - base);
  return base === 0 ? Number.MAX_VALUE : next / base;
}

function forcedTexts(forced: readonly string[]): string[] {
  return forced.length === 0
    ? []
    : [`Compared by --force, though the runs differ: ${forced.join('; ')}`];
}

function runLines(which: string, run: ComparedRun): string[] {
  return [
    `${which.padEnd(5)} ${shorten(run.path, LINE_WIDTH - 6)}`,
    ...wrap(facts(run), ' '.repeat(6)),
  ];
}

function facts({ summary }: ComparedRun): string {
  const { run, sessions, overall, trust } = summary;
  return [
    showMoment(run.startedAt),
    showMs(run.durationMs),
    trust.trusted ? outcomeFact(summary) : 'NOT TO BE TRUSTED',
    counted(sessions.started, 'session'),
    counted(overall.sent, 'question'),
  ].join(', ');
}

/** As the run's own files say it: a limit that was found is no failure. */
function outcomeFact(summary: Summary): string {
  const words = outcomeWords(summary);
  return outcomeOf(summary) === 'failed' ? words.toUpperCase() : words.toLowerCase();
}

function cells({ name, kind, base, next, change, samples }: ComparedFigure): string[] {
  const n = samples === undefined ? '' : [...new Set(samples)].map(showCount).join('→');
  return [name, n, show(kind, base), show(kind, next), difference(kind, base, next), MARKS[change]];
}

function show(kind: Kind, value: number | null): string {
  if (value === null) return '—';
  if (kind === 'rate') return showRate(value);
  return kind === 'time' ? showMs(value) : showCount(value);
}

/** In percentage points for a rate; else in percent of BASE, or as it is where BASE has 0. */
function difference(kind: Kind, base: number | null, next: number | null): string {
  if (base === null || next === null) return '—';
  const change = next - base;
  if (kind === 'rate') return `${signed(change * 100, 2)} points`;
  if (base > 0) return `${signed((change / base) * 100, 1)} %`;
  const sign = change > 0 ? '+' : '';
  return sign + show(kind, change);
}

function signed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) > 0 ? `+${text}` : text.replace(/^-(0(\.0*)?)$/, '$1');
}

function toleranceTexts(tolerances: Tolerances): string[] {
  const percent = (share: number) => Math.round(share * 1e4) / 100;
  const points = (share: number) => `${percent(share)} point${percent(share) === 1 ? '' : 's'}`;
  const shown = (tolerance: Tolerance) => {
    if ('share' in tolerance) return `${percent(tolerance.share)} % (a rate: points)`;
    return 'ms' in tolerance ? showMs(tolerance.ms) : showCount(tolerance.count);
  };
  return [
    `times: ${percent(tolerances.general)} %, and ${LEAST_MS} ms`,
    `counts: ${percent(tolerances.general)} %`,
    `rates: ${points(rateTolerance(tolerances))}`,
    ...tolerances.named.map(([name, tolerance]) => `${name}: ${shown(tolerance)}`),
  ];
}
