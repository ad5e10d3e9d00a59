/** What the steps of a run tell, in words: the answer to the question that its profile asks. */
import { showMs, showRate } from '../base/format.ts';
import { limitText } from './climb.ts';
import type { Limit, Part } from './model.ts';
import type { StepsQuestion } from './profile.ts';

/**
 * @param steps in order.
 * @param limit of a climb; null where the profile asks something else.
 */
export function findingsOf(
  question: StepsQuestion | undefined,
  steps: readonly Part[],
  limit: Limit | null,
): string[] {
  if (limit !== null) return [limitText(limit)];
  return question?.kind === 'compare' ? compare(question, steps) : [];
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
