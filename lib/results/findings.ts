/** What the steps of a run tell, in words: the answer to the question that its profile asks. */
import { type K6Data, rateOf } from './k6-data.ts';
import type { MetricName } from '../metrics/catalogue.ts';
import type { Part } from './summary.ts';
import { showMs, showRate } from '../render/table.ts';

/** What the steps of a profile are to tell, beside their figures. */
export type StepsQuestion =
  /** Is the later step as good as the earlier one? */
  | { readonly kind: 'compare'; readonly earlier: string; readonly later: string }
  /** What is the highest step in which each of these rates reached its least? */
  | {
      readonly kind: 'climb';
      /** What a step's name counts. */
      readonly unit: 'sessions' | 'sockets';
      readonly rates: readonly { readonly metric: MetricName; readonly least: number }[];
    };

export interface Measured {
  readonly metrics: K6Data['metrics'];
  /** The steps that the run did not get to the end of. */
  readonly cutShort: readonly string[];
}

export function findingsOf(
  question: StepsQuestion | undefined,
  steps: readonly Part[],
  measured: Measured,
): string[] {
  if (question === undefined) return [];
  return question.kind === 'compare'
    ? compare(question, steps)
    : climb(
        question,
        steps.map(({ name }) => name),
        measured,
      );
}

function compare(
  { earlier, later }: Extract<StepsQuestion, { kind: 'compare' }>,
  steps: readonly Part[],
): string[] {
  const from = steps.find(({ name }) => name === earlier);
  const to = steps.find(({ name }) => name === later);
  if (!from?.response || !to?.response) {
    return [`no answers to compare in the steps “${earlier}” and “${later}”`];
  }
  return [
    changeOf('response p95', from.response.p95, to.response.p95, earlier, later),
    // An answer may come as a whole, without chunks.
    ...(from.firstChunk && to.firstChunk
      ? [changeOf('first chunk p95', from.firstChunk.p95, to.firstChunk.p95, earlier, later)]
      : []),
    `success: ${showRate(from.successRate)} ${earlier}, ${showRate(to.successRate)} ${later}`,
  ];
}

function changeOf(what: string, from: number, to: number, earlier: string, later: string): string {
  const percent = ((to - from) / from) * 100;
  const size = Math.abs(percent).toFixed(1);
  const sign = size === '0.0' ? '' : percent < 0 ? '−' : '+';
  return `${what}: ${showMs(from)} ${earlier}, ${showMs(to)} ${later} (${sign}${size} %)`;
}

function climb(
  { unit, rates }: Extract<StepsQuestion, { kind: 'climb' }>,
  levels: readonly string[],
  { metrics, cutShort }: Measured,
): string[] {
  let held: string | null = null;
  for (const level of levels) {
    const measured = rates.map(({ metric, least }) => ({
      metric,
      least,
      rate: rateOf(metrics[`${metric}{step:${level}}`]).rate,
    }));
    const broken = measured.find(({ rate, least }) => rate !== null && rate < least);
    const upTo = held === null ? `no level held` : `${held} ${unit} held`;
    if (broken !== undefined) {
      const got = showRate(broken.rate);
      return [
        `${upTo}; ${level} did not: ${broken.metric} ${got}, expected ${showRate(broken.least)}`,
      ];
    }
    if (cutShort.includes(level) || measured.some(({ rate }) => rate === null)) {
      return [`${upTo}; ${level} was not measured to its end`];
    }
    held = level;
  }
  return [`${held} ${unit} held, the highest level that was tried: it may bear more`];
}
