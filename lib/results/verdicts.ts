/** The verdicts of a run: k6's thresholds, without those that k6 lets pass by mistake. */
import { formatDuration } from '../base/duration.ts';
import { type K6Data, type K6Metric, latencyOf, rateOf, statistic } from './k6-data.ts';
import type { RunContext, Verdict } from './summary.ts';

/** One of these stands among the thresholds of a run that ended too early. */
export const RUN_DURATION = 'run_duration';
export const SESSIONS_STOPPED = 'sessions_stopped';

/** A run that ends so much too early was ended. */
export const EARLY_MS = 1000;

/**
 * A run that somebody ended has not shown what it was to show, though all that it measured held.
 * @param verdicts of its thresholds.
 * @param stopped sessions that k6 had to stop.
 */
export function endedEarly(
  verdicts: readonly Verdict[],
  { asks, plannedMs = null }: RunContext,
  durationMs: number,
  stopped: number,
): Verdict[] {
  // A climb that found its limit went as far as it was to go.
  const isOver = asks?.kind === 'climb' && verdicts.some(({ ok }) => !ok);
  if (plannedMs === null || isOver) return [];
  if (durationMs < plannedMs - EARLY_MS) {
    const threshold = `>=${formatDuration(plannedMs)}`;
    return [{ metric: RUN_DURATION, threshold, ok: false, got: durationMs }];
  }
  // Of a load that lasts for a time, k6 also stops what hangs at its end; that is cut off.
  return stopped > 0 && plannedMs === 0
    ? [{ metric: SESSIONS_STOPPED, threshold: 'count==0', ok: false, got: stopped }]
    : [];
}

/** What `endedEarly` found of a run, as its summary has it; null where it went to its end. */
export function earlyEndOf(verdicts: readonly Verdict[]): Verdict | null {
  const isEarly = ({ metric }: Verdict) => metric === RUN_DURATION || metric === SESSIONS_STOPPED;
  return verdicts.find(isEarly) ?? null;
}

/**
 * k6 lets a threshold pass whose metric has no sample. Here it does not, but where the step that it
 * asks about was not reached: a climb that stops itself leaves steps behind.
 */
export function verdictsOf(metrics: K6Data['metrics'], { steps, asks }: RunContext): Verdict[] {
  const stepIndex = (metric: string) =>
    steps.findIndex(
      (step) => metric.includes(`{step:${step}}`) || metric.includes(`{step:${step},`),
    );
  const wasReached = (step: string) =>
    statistic(metrics[`chat_sessions_started{step:${step}}`], 'count') > 0;
  return Object.entries(metrics)
    .flatMap(([metric, k6Metric]) =>
      Object.entries(k6Metric.thresholds ?? {}).map(([threshold, { ok }]) => {
        const step = asks?.kind === 'climb' ? steps[stepIndex(metric)] : undefined;
        // A count of 0 is a figure, but not of a step in which no session was started.
        const notReached = step !== undefined && k6Metric.type === 'counter' && !wasReached(step);
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

/** After the warm-up, sessions that hold for the whole run have no set-up; that is no failure. */
function isSetUpOfNone(metric: string): boolean {
  return metric.startsWith('chat_setup_success{') && metric.includes('warmup:no');
}

/** k6 has a metric's thresholds in another order each time. */
function nameOf({ metric, threshold }: Verdict): string {
  return `${metric} ${threshold}`;
}

function hasSamples(metric: K6Metric): boolean {
  if (metric.type === 'rate') return rateOf(metric).rate !== null;
  return metric.type === 'trend' ? latencyOf(metric) !== null : true;
}

/** `p(95)<500` → `p(95)`. */
function statOf(threshold: string): string {
  return /^[^<>=!\s]+/.exec(threshold.trim())?.[0] ?? '';
}
