/** What a run came to, as its first and its last line say it. */
import { limitText, withUnit } from './climb.ts';
import { noSessionText } from './empty-segment.ts';
import type { Summary, ThresholdResult } from './model.ts';
import { type Steps, stepsNotReached } from './steps-reached.ts';
import { earlyEndText, lacksSamples } from './threshold-results.ts';

/**
 * `limit`: a climb that ends at its limit found it, which is what it was for. `none`: nothing was asked of
 * the run, or its figures may be the load generator's, and then neither good nor bad ones tell anything.
 */
export type Outcome = 'passed' | 'failed' | 'limit' | 'none';

type Judged = Pick<Summary, 'passed' | 'verdicts' | 'limit' | 'trust'> & {
  readonly run: Pick<Summary['run'], 'segment'>;
};

export function outcomeOf({ passed, verdicts, limit, trust }: Judged): Outcome {
  if (verdicts.length === 0 || !trust.trusted) return 'none';
  if (passed) return 'passed';
  return limit && isLimitFound(limit, verdicts) ? 'limit' : 'failed';
}

/**
 * Whether a level held, the next one did not, and nothing else was crossed, but for levels above, where the
 * run went on. Where the first level breaks, the run did not come to measure anything: it failed.
 */
function isLimitFound(
  { held, broke }: NonNullable<Summary['limit']>,
  verdicts: readonly ThresholdResult[],
): boolean {
  const crossed = verdicts.filter(({ ok }) => !ok);
  if (held === null || broke === null) return false;
  return crossed.every(({ metric }) => Number(stepOf(metric)) >= Number(broke));
}

/** `chat_slo_met{step:8,warmup:no}` → `8`: the name of a climb's step is its level. */
function stepOf(metric: string): string | undefined {
  return /\{step:([^,}]+)/.exec(metric)?.[1];
}

/** Whether a sub-metric is of a step, whatever else it is of. */
function isOfStep(metric: string, step: string): boolean {
  return metric.includes(`{step:${step}}`) || metric.includes(`{step:${step},`);
}

/** `Passed`, `Limit found: 8 sessions`. */
export function outcomeWords(summary: Judged): string {
  const { limit } = summary;
  switch (outcomeOf(summary)) {
    case 'passed':
      return 'Passed';
    case 'failed':
      return 'Failed';
    case 'limit':
      return `Limit found: ${withUnit(limit?.held ?? '', limit?.unit ?? 'sessions')}`;
    case 'none':
      return 'No verdict';
  }
}

/** Why, in a sentence without its full stop. */
export function outcomeReason(summary: Judged & Pick<Summary, 'metrics'>): string {
  const { verdicts, limit } = summary;
  const outcome = outcomeOf(summary);
  if (verdicts.length === 0) return whyNoThresholds(summary);
  if (outcome === 'limit' && limit) return limitText(limit);
  const crossed = verdicts.filter(({ ok }) => !ok).length;
  const judged = judgedOf(summary).length;
  const early = earlyEndText(verdicts);
  const counts =
    crossed > 0
      ? `${crossed} of ${judged} threshold${judged === 1 ? '' : 's'} crossed`
      : judged === 1
        ? 'the threshold held'
        : `all ${judged} thresholds held`;
  const results = early === '' ? counts : `${early}; ${counts}`;
  return outcome === 'none' ? `${results}, by figures that are not to be trusted` : results;
}

/** Why there is nothing to judge, in a sentence without its full stop. */
function whyNoThresholds({ run: { segment } }: Judged): string {
  return segment?.empty ? noSessionText(segment) : 'no thresholds: nothing was asked of this run';
}

type Results = Pick<Summary, 'verdicts' | 'metrics'>;

/** The thresholds that were judged: without a sample there is nothing to judge. */
function judgedOf({ verdicts, metrics }: Results): ThresholdResult[] {
  return verdicts.filter((result) => !result.ok || !lacksSamples(result, metrics));
}

/** Those of the steps that the run did not come to, apart from all others, for which they stand. */
export function sortedResults(summary: Results & Steps): {
  readonly judged: readonly ThresholdResult[];
  readonly notReached: readonly ThresholdResult[];
} {
  const { verdicts, metrics } = summary;
  const left = stepsNotReached(summary);
  const isOfLeft = (result: ThresholdResult) =>
    result.ok &&
    lacksSamples(result, metrics) &&
    left.some(({ name }) => isOfStep(result.metric, name));
  return {
    judged: verdicts.filter((result) => !isOfLeft(result)),
    notReached: verdicts.filter(isOfLeft),
  };
}
