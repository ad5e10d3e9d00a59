/**
 * Two runs side by side: which figures got worse. A figure that has no sample any more got worse;
 * one that had none before cannot be judged. Times in milliseconds, rates from 0 to 1.
 */
import type { Latency, Part, Summary } from './summary.ts';

export type Kind = 'time' | 'rate' | 'count';

export interface Figure {
  /** As `--tolerance` takes it: `response.p95`, `MED1060.response.p95`. */
  readonly name: string;
  readonly kind: Kind;
  /** null where there was no sample. */
  readonly value: number | null;
}

/**
 * How much worse a figure may be. `share`: of the base's figure, 0.1 for 10 %; of a rate, the share
 * of all, so percentage points. `amount`: in the figure's unit, milliseconds or a count.
 */
export type Tolerance = { readonly share: number } | { readonly amount: number };

export interface Tolerances {
  /** For all times and counts. */
  readonly general: Tolerance;
  /** For all rates: 10 % of a success rate would let one answer in ten fail. */
  readonly rates: Tolerance;
  /** By a figure's name or by parts of it that follow each other: `p95`, `response`, `MED1060`. */
  readonly named: readonly (readonly [name: string, tolerance: Tolerance])[];
}

export const DEFAULT_TOLERANCES: Tolerances = {
  general: { share: 0.1 },
  rates: { share: 0.01 },
  named: [],
};

/** `gone`: a sample in BASE, none in NEW, which is worse; `new`: the other way round, not judged. */
export type Change = 'worse' | 'better' | 'same' | 'gone' | 'new';

export interface ComparedFigure {
  readonly name: string;
  readonly kind: Kind;
  readonly base: number | null;
  readonly next: number | null;
  readonly change: Change;
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  /** Why the comparison says nothing, whatever the figures are: a run without samples or trust. */
  readonly doubts: readonly string[];
  /** Nothing got worse, and both runs can be relied on. */
  readonly notWorse: boolean;
}

export function compareRuns(base: Summary, next: Summary, tolerances: Tolerances): Comparison {
  const before = new Map(figuresOf(base).map((figure) => [figure.name, figure]));
  const after = new Map(figuresOf(next).map((figure) => [figure.name, figure]));
  const figures = [...new Map([...before, ...after]).values()]
    .map(({ name, kind }) => {
      const values = [before.get(name)?.value ?? null, after.get(name)?.value ?? null] as const;
      const change = changeOf(name, kind, ...values, tolerances);
      return { name, kind, base: values[0], next: values[1], change };
    })
    .filter((figure) => figure.base !== null || figure.next !== null);
  const doubts = [...doubtsOf('BASE', base), ...doubtsOf('NEW', next)];
  return { figures, doubts, notWorse: doubts.length === 0 && !figures.some(isWorse) };
}

export function isWorse({ change }: ComparedFigure): boolean {
  return change === 'worse' || change === 'gone';
}

/** All that is compared of a run, in the order in which it is shown. */
export function figuresOf(summary: Summary): Figure[] {
  const { sessions, overall, byCourse, setUp, errors, settings } = summary;
  const judged = sessions.completed + sessions.failed;
  const hasLimits = Boolean(settings.NUC_SLO_FIRST_CHUNK || settings.NUC_SLO_RESPONSE);
  return [
    { name: 'success', kind: 'rate', value: overall.successRate },
    ...(hasLimits ? [{ name: 'slo', kind: 'rate', value: overall.sloRate } as const] : []),
    {
      name: 'sessions.success',
      kind: 'rate',
      value: judged === 0 ? null : sessions.completed / judged,
    },
    { name: 'sessions.failed', kind: 'count', value: sessions.failed },
    { name: 'errors', kind: 'count', value: errors.reduce((sum, { count }) => sum + count, 0) },
    ...times('first-chunk', overall.firstChunk, ['med', 'p95', 'p99']),
    ...times('response', overall.response, ['med', 'p95', 'p99']),
    ...byCourse.flatMap(courseFigures),
    ...times('token', setUp.token, ['p95']),
    ...times('create-chat', setUp.create, ['p95']),
    ...times('socket-open', setUp.socketOpen, ['p95']),
  ];
}

function courseFigures({ name, successRate, firstChunk, response }: Part): Figure[] {
  return [
    { name: `${name}.success`, kind: 'rate', value: successRate },
    ...times(`${name}.first-chunk`, firstChunk, ['p95']),
    ...times(`${name}.response`, response, ['p95']),
  ];
}

function times(
  name: string,
  latency: Latency | null,
  statistics: readonly ('med' | 'p95' | 'p99')[],
): Figure[] {
  return statistics.map((statistic) => ({
    name: `${name}.${statistic}`,
    kind: 'time',
    value: latency === null ? null : latency[statistic],
  }));
}

function changeOf(
  name: string,
  kind: Kind,
  base: number | null,
  next: number | null,
  tolerances: Tolerances,
): Change {
  if (base === null) return 'new';
  if (next === null) return 'gone';
  const tolerance = toleranceOf(name, kind, tolerances);
  // More of a rate is better, more of a time or of a count of failures is worse.
  const worseBy = kind === 'rate' ? base - next : next - base;
  const allowed = 'amount' in tolerance ? tolerance.amount : allowedShare(kind, base, tolerance);
  if (Math.abs(worseBy) <= allowed + ROUNDING) return 'same';
  return worseBy > 0 ? 'worse' : 'better';
}

// 0.99 - 0.98 is a little more than 0.01 to a computer.
const ROUNDING = 1e-9;

function allowedShare(kind: Kind, base: number, { share }: { readonly share: number }): number {
  return kind === 'rate' ? share : base * share;
}

/** Of those that fit, the one with the most parts wins, and among those the last. */
function toleranceOf(name: string, kind: Kind, tolerances: Tolerances): Tolerance {
  let best: Tolerance = kind === 'rate' ? tolerances.rates : tolerances.general;
  let mostParts = 0;
  for (const [pattern, tolerance] of tolerances.named) {
    const parts = pattern.split('.').length;
    if (!isNameOf(pattern, name) || parts < mostParts) continue;
    mostParts = parts;
    best = tolerance;
  }
  return best;
}

/** Whether a tolerance of that name is one for this figure. */
export function isNameOf(pattern: string, figure: string): boolean {
  return `.${figure}.`.includes(`.${pattern}.`);
}

function doubtsOf(which: string, summary: Summary): string[] {
  return [
    ...(hasSamples(summary) ? [] : [`${which} has no samples`]),
    ...(summary.trust.trusted
      ? []
      : [`${which} is not to be trusted: ${summary.trust.why.join('; ')}`]),
  ];
}

/** A run that asks no questions is there for its sockets. */
function hasSamples({ overall, setUp, sessions }: Summary): boolean {
  return overall.sent > 0 || sessions.completed === 0
    ? overall.response !== null
    : setUp.socketOpen !== null;
}
