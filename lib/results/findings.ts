/** What the steps of a run tell, in words: the answer to the question that its profile asks. */
import { showMs, showRate } from '../base/format.ts';
import type { FigureSource } from './figures.ts';
import type { Part } from './model.ts';
import type { StepsQuestion } from './profile.ts';

/**
 * @param steps in order.
 * @param source of the same run.
 * @param interrupted the steps that the run did not get to the end of.
 */
export function findingsOf(
  question: StepsQuestion | undefined,
  steps: readonly Part[],
  source: FigureSource,
  interrupted: readonly string[],
): string[] {
  if (question === undefined) return [];
  if (question.kind === 'compare') return compare(question, steps);
  const levels = steps.map(({ name }) => name);
  return climb(question, levels, source, interrupted);
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
  source: FigureSource,
  interrupted: readonly string[],
): string[] {
  let held: string | null = null;
  for (const level of levels) {
    const measured = rates.map(({ metric, least }) => ({
      metric,
      least,
      rate: source.rate(metric, { step: level }).rate,
    }));
    const broken = measured.find(({ rate, least }) => rate !== null && rate < least);
    const upTo = held === null ? `no level held` : `${held} ${unit} held`;
    if (broken !== undefined) {
      const got = showRate(broken.rate);
      return [
        `${upTo}; ${level} did not: ${broken.metric} ${got}, expected ${showRate(broken.least)}`,
      ];
    }
    if (interrupted.includes(level) || measured.some(({ rate }) => rate === null)) {
      return [`${upTo}; ${level} was not measured to its end`];
    }
    held = level;
  }
  return [`${held} ${unit} held, the highest level that was tried: more may be possible`];
}
