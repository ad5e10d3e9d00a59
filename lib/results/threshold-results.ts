/** What came of a run's thresholds: k6's results, without those that k6 lets pass by mistake. */
import { formatDuration } from '../base/duration.ts';
import { counted, showCount, showMs, showRate } from '../base/format.ts';
import { isOfGenerator } from './generator-thresholds.ts';
import { hasSamples, type K6Data, statistic } from './k6-data.ts';
import type { Summary, ThresholdResult } from './model.ts';
import type { Profile, RunPlan } from './profile.ts';

/** One of these stands among the thresholds of a run that ended too early. */
const RUN_DURATION = 'run_duration';
const SESSIONS_STOPPED = 'sessions_stopped';
/** Stands there where all held, and k6 ended with another code than 0 all the same. */
export const EXIT_CODE = 'exit_code';
/** Stands there where a merged run has not all of its instances, each whole. */
export const INSTANCES_WHOLE = 'instances_whole';

/** A run that ends earlier than planned by more than this was ended by somebody. Milliseconds. */
export const EARLY_MS = 1000;

type Metrics = K6Data['metrics'];

/**
 * A run that was ended early cannot pass, even where all that it measured held: the rest of its load was
 * never tried.
 * @param results of its thresholds.
 * @param stopped sessions that k6 had to stop.
 */
export function endedEarly(
  results: readonly ThresholdResult[],
  { asks, plannedMs }: Pick<Profile, 'asks'> & RunPlan,
  durationMs: number,
  stopped: number,
): ThresholdResult[] {
  // A climb that found its limit went as far as it was to go.
  const isOver = asks?.kind === 'climb' && !asks.goesOn && results.some(({ ok }) => !ok);
  if (plannedMs === null || isOver) return [];
  if (durationMs < plannedMs - EARLY_MS) {
    const threshold = `>=${formatDuration(plannedMs)}`;
    return [{ metric: RUN_DURATION, threshold, ok: false, got: durationMs }];
  }
  // Of a load that lasts for a time, k6 also stops what hangs at its end; that is interrupted.
  return stopped > 0 && plannedMs === 0
    ? [{ metric: SESSIONS_STOPPED, threshold: 'count==0', ok: false, got: stopped }]
    : [];
}

/**
 * What a run is in truth that k6 did not end well, though it had summed it up as one that passed: it was
 * told to end, or killed, between its last session and its own end.
 */
export function endedBadly<T extends Pick<Summary, 'passed' | 'verdicts'>>(
  summary: T,
  exitCode: number,
): T {
  if (exitCode === 0 || !summary.passed) return summary;
  const verdict = { metric: EXIT_CODE, threshold: '==0', ok: false, got: exitCode };
  return { ...summary, passed: false, verdicts: [...summary.verdicts, verdict] };
}

/** What is known of a run's end, as its summary has it; null where it went to its end. */
export function earlyEndOf(results: readonly ThresholdResult[]): ThresholdResult | null {
  const isEarly = ({ metric }: ThresholdResult) =>
    [RUN_DURATION, SESSIONS_STOPPED, EXIT_CODE, INSTANCES_WHOLE].includes(metric);
  return results.find(isEarly) ?? null;
}

/** The same in words, without a full stop; '' where the run went to its end. */
export function earlyEndText(results: readonly ThresholdResult[]): string {
  const end = earlyEndOf(results);
  switch (end?.metric) {
    case RUN_DURATION:
      return `it ended after ${showMs(end.got ?? 0)}, before its time`;
    case SESSIONS_STOPPED:
      return `it was ended with ${counted(end.got ?? 0, 'session')} under way`;
    case EXIT_CODE:
      return 'k6 did not end by itself';
    case INSTANCES_WHOLE:
      return 'not all of its instances are whole';
    default:
      return '';
  }
}

/**
 * k6 lets a threshold pass whose metric has no sample. Here it does not, but where the step that it
 * asks about was not reached: a climb that stops itself leaves steps behind. Those of the load generator
 * are not among them.
 */
export function thresholdResults(
  metrics: Metrics,
  { steps, asks }: Pick<Profile, 'steps' | 'asks'>,
): ThresholdResult[] {
  const stepIndex = (metric: string) =>
    steps.findIndex(
      ({ name }) => metric.includes(`{step:${name}}`) || metric.includes(`{step:${name},`),
    );
  const wasReached = (step: string) =>
    statistic(metrics[`chat_sessions_started{step:${step}}`], 'count') > 0;
  return Object.entries(metrics)
    .filter(([metric]) => !isOfGenerator(metric))
    .flatMap(([metric, k6Metric]) =>
      Object.entries(k6Metric.thresholds ?? {}).map(([threshold, { ok }]) => {
        const step = asks?.kind === 'climb' ? steps[stepIndex(metric)] : undefined;
        // A count of 0 is a figure, but not of a step in which no session was started.
        const notReached =
          step !== undefined && k6Metric.type === 'counter' && !wasReached(step.name);
        const sampled = hasSamples(k6Metric) && !notReached;
        return {
          metric,
          threshold,
          ok: notReached || (ok && (sampled || step !== undefined || isSetUpOfNone(metric))),
          got: sampled ? (k6Metric.values[statOf(threshold)] ?? null) : null,
        };
      }),
    )
    .sort((a, b) => stepIndex(a.metric) - stepIndex(b.metric) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** The thresholds by which k6 found the load generator late: see generator-thresholds.ts. */
export function crossedByGenerator(metrics: Metrics): ThresholdResult[] {
  return Object.entries(metrics)
    .filter(([metric]) => isOfGenerator(metric))
    .flatMap(([metric, { thresholds = {}, values }]) =>
      Object.entries(thresholds)
        .filter(([, { ok }]) => !ok)
        .map(([threshold]) => {
          const got = values[statOf(threshold)] ?? null;
          return { metric, threshold, ok: false, got };
        }),
    )
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** What a threshold's metric came to, with the unit of that metric; `—` where k6 does not say. */
export function showGot(result: ThresholdResult, metrics: Metrics): string {
  const { metric, threshold, got } = result;
  if (metric === RUN_DURATION && got !== null) return showMs(got);
  const isCounted = [SESSIONS_STOPPED, EXIT_CODE, INSTANCES_WHOLE].includes(metric);
  if (isCounted && got !== null) return showCount(got);
  const of = metrics[metric];
  if (got === null || of === undefined) return lacksSamples(result, metrics) ? 'no sample' : '—';
  const stat = /^\w+/.exec(threshold.trim())?.[0];
  if (stat === 'count') return showCount(got);
  if (of.type === 'rate') return showRate(got);
  if (of.type === 'counter') return `${got.toFixed(2)}/s`;
  return of.contains === 'time' ? showMs(got) : String(Math.round(got * 100) / 100);
}

/** Whether a threshold was judged without a sample, such as one of a step that was not reached. */
export function lacksSamples({ metric, got }: ThresholdResult, metrics: Metrics): boolean {
  const of = metrics[metric];
  const isSampled = of?.type === 'counter' ? statistic(of, 'count') > 0 : hasSamples(of);
  return got === null && !isSampled;
}

/** After the warm-up, sessions that hold for the whole run have no set-up; that is no failure. */
function isSetUpOfNone(metric: string): boolean {
  return metric.startsWith('chat_setup_success{') && metric.includes('warmup:no');
}

/** k6 has a metric's thresholds in another order each time. */
function nameOf({ metric, threshold }: ThresholdResult): string {
  return `${metric} ${threshold}`;
}

/** `p(95)<500` → `p(95)`. */
function statOf(threshold: string): string {
  return /^[^<>=!\s]+/.exec(threshold.trim())?.[0] ?? '';
}
