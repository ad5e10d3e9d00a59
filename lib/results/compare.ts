/**
 * Two runs side by side: which figures got worse. A figure that has no sample any more got worse;
 * one that had none before cannot be judged. Times in milliseconds, rates from 0 to 1.
 */
import { hasSlo } from '../settings/slo.ts';
import { chanceRange } from './chance.ts';
import type { Latency, Part, StepPart, Summary } from './model.ts';
import { earlyEndOf, showGot } from './threshold-results.ts';

export type Kind = 'time' | 'rate' | 'count';

export interface Figure {
  /** As `--tolerance` takes it: `response.p95`, `MED1060.response.p95`. */
  readonly name: string;
  readonly kind: Kind;
  /** null where there was no sample. */
  readonly value: number | null;
  /** Of a time: from how many samples it is. */
  readonly samples?: number;
  /** Of a time with samples: from where to where it may lie by chance. */
  readonly range?: readonly [low: number, high: number];
}

/**
 * How much worse a figure may be. `share`: of BASE's figure, 0.1 for 10 %; of a rate, the share of
 * all answers, so 0.1 for 10 percentage points. `ms` and `count` are for figures of that kind only.
 */
export type Tolerance =
  | { readonly share: number }
  | { readonly ms: number }
  | { readonly count: number };

export interface Tolerances {
  /** For what has no other, as a share. */
  readonly general: number;
  /** By a figure's name or by parts of it that follow each other: `p95`, `response`, `MED1060`. */
  readonly named: readonly (readonly [name: string, tolerance: Tolerance])[];
}

/** 10 %. */
export const DEFAULT_TOLERANCE = 0.1;

/**
 * What a rate may fall by, unless named: one percentage point, or the general tolerance where that
 * is less. By 10 points one answer in ten could fail, and the run would be "not worse".
 */
export function rateTolerance({ general }: Tolerances): number {
  return Math.min(general, 0.01);
}

/**
 * `gone`: a sample in BASE, none in NEW, which is worse; `new`: the other way round, not judged; `few`:
 * changed, but by chance perhaps: there are too few samples on either side for such a change.
 */
export type Change = 'worse' | 'better' | 'same' | 'gone' | 'new' | 'few';

export interface ComparedFigure {
  readonly name: string;
  readonly kind: Kind;
  readonly base: number | null;
  readonly next: number | null;
  readonly change: Change;
  /** Of a time: from how many samples each is. */
  readonly samples?: readonly [base: number, next: number];
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  /** Why the comparison says nothing, whatever the figures are: a run without samples or trust, or one that ended early. */
  readonly doubts: readonly string[];
  /** Nothing got worse, and both runs can be relied on. */
  readonly notWorse: boolean;
}

export function compareRuns(base: Summary, next: Summary, tolerances: Tolerances): Comparison {
  const before = new Map(comparedFigures(base).map((figure) => [figure.name, figure]));
  const after = new Map(comparedFigures(next).map((figure) => [figure.name, figure]));
  const figures = [...new Map([...before, ...after]).values()]
    .map(({ name, kind }) => {
      const [from, to] = [before.get(name), after.get(name)];
      const values = [from?.value ?? null, to?.value ?? null] as const;
      const counts = [from?.samples ?? 0, to?.samples ?? 0] as const;
      const whole = { name, kind, base: values[0], next: values[1] };
      const errors = [errorMsOf(name, base), errorMsOf(name, next)] as const;
      const change = changeOf(name, kind, ...values, tolerances, errors);
      if (kind !== 'time') return { ...whole, change };
      const isFew =
        (change === 'worse' || change === 'better') &&
        (counts.some((n) => n < leastSamples(name)) || mayBeChance(from?.range, to?.range));
      return { ...whole, change: isFew ? ('few' as const) : change, samples: counts };
    })
    .filter((figure) => figure.base !== null || figure.next !== null);
  const doubts = [...doubtsOf('BASE', base), ...doubtsOf('NEW', next)];
  return { figures, doubts, notWorse: doubts.length === 0 && !figures.some(isWorse) };
}

/** By so much the load generator may have made a time of that name longer. */
function errorMsOf(name: string, { trust: { errorMs, doubtful = [] } }: Summary): number {
  const tail = doubtful.find(({ statistic }) => name.endsWith(statistic));
  return Math.max(errorMs ?? 0, tail?.tooLongMs ?? 0);
}

/** Whether the ranges touch in which chance may have put a percentile. */
function mayBeChance(base: Figure['range'], next: Figure['range']): boolean {
  return base !== undefined && next !== undefined && base[1] >= next[0] && next[1] >= base[0];
}

/** Beyond a percentile: where there are fewer, chance decides it. */
const LEAST_BEYOND = 3;
const BEYOND = { med: 0.5, p95: 0.05, p99: 0.01 };
type Statistic = keyof typeof BEYOND;

/** How many samples a time needs: 6 for a median, 60 for a p95, 300 for a p99. */
function leastSamples(name: string): number {
  const statistic = name.split('.').at(-1) as Statistic;
  return Math.ceil(LEAST_BEYOND / (BEYOND[statistic] ?? 1) - ROUNDING);
}

export function isWorse({ change }: ComparedFigure): boolean {
  return change === 'worse' || change === 'gone';
}

/** All that is compared of a run, in the order in which it is shown. */
export function comparedFigures(summary: Summary): Figure[] {
  const { sessions, overall, byCourse, bySteps, stepsOf, setUp, errors, settings } = summary;
  const judged = sessions.completed + sessions.failed;
  return [
    { name: 'success', kind: 'rate', value: overall.successRate },
    ...(hasSlo(settings) ? [{ name: 'slo', kind: 'rate', value: overall.sloRate } as const] : []),
    {
      name: 'sessions.success',
      kind: 'rate',
      value: judged === 0 ? null : sessions.completed / judged,
    },
    { name: 'sessions.failed', kind: 'count', value: sessions.failed },
    { name: 'errors', kind: 'count', value: errors.reduce((sum, { count }) => sum + count, 0) },
    ...times('first-chunk', overall.firstChunk, ['med', 'p95', 'p99']),
    ...times('response', overall.response, ['med', 'p95', 'p99']),
    ...byCourse.flatMap((part) => partFigures(part.name, part)),
    ...bySteps.flatMap((step) => stepFigures(step, stepsOf)),
    ...times('token', setUp.token, ['p95']),
    ...times('create-chat', setUp.create, ['p95']),
    ...times('socket-open', setUp.socketOpen, ['p95']),
  ];
}

function partFigures(name: string, { successRate, firstChunk, response }: Part): Figure[] {
  return [
    { name: `${name}.success`, kind: 'rate', value: successRate },
    ...times(`${name}.first-chunk`, firstChunk, ['p95']),
    ...times(`${name}.response`, response, ['p95']),
  ];
}

function stepFigures(step: StepPart, of: Summary['stepsOf']): Figure[] {
  const name = `step-${step.name}`;
  if (of === 'answers') return partFigures(name, step);
  return [
    { name: `${name}.opened`, kind: 'rate', value: step.setupSuccessRate },
    ...times(`${name}.socket-open`, step.socketOpen, ['p95']),
  ];
}

function times(name: string, latency: Latency | null, statistics: readonly Statistic[]): Figure[] {
  return statistics.map((statistic) => ({
    name: `${name}.${statistic}`,
    kind: 'time',
    value: latency === null ? null : latency[statistic],
    samples: latency?.count ?? 0,
    ...(latency === null ? {} : { range: chanceRange(latency, 1 - BEYOND[statistic]) }),
  }));
}

function changeOf(
  name: string,
  kind: Kind,
  base: number | null,
  next: number | null,
  tolerances: Tolerances,
  errors: readonly [base: number, next: number],
): Change {
  if (base === null) return 'new';
  if (next === null) return 'gone';
  // More of a rate is better; more of a time, or of a count of failures, is worse.
  const worseBy = kind === 'rate' ? base - next : next - base;
  const allowed = allowedChange(kind, base, toleranceOf(name, kind, tolerances));
  // So much of the slower run's time may be its own generator's.
  const ofGenerator = kind === 'time' ? errors[worseBy > 0 ? 1 : 0] : 0;
  if (Math.abs(worseBy) <= allowed + ofGenerator + ROUNDING) return 'same';
  // In this order: what is no number is not better.
  return worseBy < 0 ? 'better' : 'worse';
}

/** A share of a time is this at the least: a call of 3 ms that takes 4 is the same call. */
export const LEAST_MS = 5;

// 0.99 - 0.98 is a little more than 0.01 to a computer.
const ROUNDING = 1e-9;

function allowedChange(kind: Kind, base: number, tolerance: Tolerance): number {
  if ('ms' in tolerance) return tolerance.ms;
  if ('count' in tolerance) return tolerance.count;
  if (kind === 'time') return Math.max(base * tolerance.share, LEAST_MS);
  return kind === 'rate' ? tolerance.share : base * tolerance.share;
}

/** Of those that fit, the one with the most parts wins, and among those the last. */
function toleranceOf(name: string, kind: Kind, tolerances: Tolerances): Tolerance {
  let best: Tolerance = { share: kind === 'rate' ? rateTolerance(tolerances) : tolerances.general };
  let mostParts = 0;
  for (const [pattern, tolerance] of tolerances.named) {
    const parts = pattern.split('.').length;
    if (!fits(pattern, tolerance, { name, kind }) || parts < mostParts) continue;
    mostParts = parts;
    best = tolerance;
  }
  return best;
}

/** Whether a tolerance of that name is one for this figure. */
export function fits(
  pattern: string,
  tolerance: Tolerance,
  { name, kind }: Pick<Figure, 'name' | 'kind'>,
): boolean {
  if ('ms' in tolerance && kind !== 'time') return false;
  if ('count' in tolerance && kind !== 'count') return false;
  return `.${name}.`.includes(`.${pattern}.`);
}

function doubtsOf(which: string, summary: Summary): string[] {
  return [
    ...(hasSamples(summary) ? [] : [`${which} has no samples`]),
    ...(summary.trust.trusted
      ? []
      : [`${which} is not to be trusted: ${summary.trust.why.join('; ')}`]),
    ...earlyEnd(which, summary),
  ];
}

function earlyEnd(which: string, { verdicts, metrics }: Summary): string[] {
  const result = earlyEndOf(verdicts);
  if (result === null) return [];
  const { metric, threshold } = result;
  return [`${which} ended early: ${metric} ${threshold}, got ${showGot(result, metrics)}`];
}

function hasSamples({ overall, setUp, stepsOf }: Summary): boolean {
  return (stepsOf === 'sockets' ? setUp.socketOpen : overall.response) !== null;
}
