/**
 * Whether a run's figures are the service's: where the load generator was late, they are partly its own.
 *
 * A question that is written late, or a frame that is read late, makes the service seem slower. The
 * writing is measured (chat_send_lag), the reading is not: k6 stamps a frame when it reads it. Timers
 * that fire late (chat_timer_lag) tell how late goroutines get their turn, as those that read have to.
 */
import { counted, showMs } from '../base/format.ts';
import { allowedErrorMs, ERROR_PER_LAG, MAX_CLIENT_LAG_MS } from './allowed-lag.ts';
import { doubtfulOf, shortestLatency } from './doubtful.ts';
import type { Figures, K6Metric, Latency, Summary } from './model.ts';
import { crossedByGenerator, showGot } from './threshold-results.ts';

const WHAT_TO_DO =
  'the load generator was the bottleneck; use fewer sessions, or more or larger machines';

type Measured = Pick<
  Figures,
  'trends' | 'overall' | 'setUp' | 'droppedIterations' | 'lateStarts' | 'errors'
>;

/**
 * @param metrics k6's, with the results of the thresholds on the load generator.
 * @param maxLagMs what the user allows as the p95 of each lag, in milliseconds; null: what keeps each
 *   latency true to 10 ms or 5 %.
 * @param mostSessions the setting that bounds the sessions at once of an arrival rate, with its value;
 *   null: the load is not this project's own.
 */
export function trustOf(
  figures: Measured,
  metrics: Readonly<Record<string, K6Metric>>,
  maxLagMs: number | null,
  mostSessions: string | null = null,
): Summary['trust'] {
  const errorMs = possibleErrorMs(figures);
  const allowedMs = maxLagMs === null ? allowedErrorOf(figures) : ERROR_PER_LAG * maxLagMs;
  const found = [
    ...openedLate(figures, maxLagMs ?? MAX_CLIENT_LAG_MS),
    ...inexact(figures, errorMs, allowedMs),
    ...notStarted(figures, mostSessions),
    ...exhausted(figures),
  ];
  // Those that k6 judged mostly tell the same in other words; and where k6 exits with 99, a file says why.
  const why = found.length > 0 ? found : foundByK6(metrics);
  const doubtful = why.length > 0 ? [] : doubtfulOf(figures, maxLagMs);
  return { trusted: why.length === 0, why, errorMs, allowedMs, doubtful };
}

function possibleErrorMs({ trends }: Measured): number | null {
  const lags = [trends?.chat_send_lag, trends?.chat_timer_lag].filter((lag) => lag != null);
  return lags.length === 0 ? null : ERROR_PER_LAG * Math.max(...lags.map(({ p95 }) => p95));
}

function allowedErrorOf(figures: Measured): number {
  return allowedErrorMs(shortestLatency(figures)?.med ?? 0);
}

function foundByK6(metrics: Readonly<Record<string, K6Metric>>): string[] {
  return crossedByGenerator(metrics).map((result) => {
    const { metric, threshold } = result;
    return `${metric} came to ${showGot(result, metrics)}, where ${threshold} is asked of the load generator: ${WHAT_TO_DO}`;
  });
}

function openedLate({ trends }: Measured, limitMs: number): string[] {
  const p95 = trends?.chat_client_lag?.p95 ?? 0;
  if (p95 <= limitMs) return [];
  return [
    `the script was ${Math.round(p95)} ms late for the frames (p95 of chat_client_lag, limit ${limitMs} ms): ${WHAT_TO_DO}`,
  ];
}

function inexact({ trends }: Measured, errorMs: number | null, allowedMs: number): string[] {
  if (errorMs === null || errorMs <= allowedMs) return [];
  // A run that only holds sockets sends no question.
  const p95 = (name: string, lag: Latency | null | undefined) =>
    lag ? [`of ${name} ${showMs(lag.p95)}`] : [];
  const { chat_send_lag, chat_timer_lag } = trends ?? {};
  const lags = `p95 ${[...p95('chat_send_lag', chat_send_lag), ...p95('chat_timer_lag', chat_timer_lag)].join(', ')}`;
  return [
    `latencies may be too long by ${showMs(errorMs)}, where ${showMs(allowedMs)} are allowed (${lags}): ${WHAT_TO_DO}`,
  ];
}

function notStarted(
  { droppedIterations, lateStarts }: Measured,
  mostSessions: string | null,
): string[] {
  const why: string[] = [];
  if (droppedIterations > 0) {
    why.push(
      `${counted(droppedIterations, 'session')} ${droppedIterations === 1 ? 'was' : 'were'} never started (dropped_iterations): ${
        mostSessions === null
          ? 'too few virtual users, or the time of a load by iterations (maxDuration) was over before'
          : `all of ${mostSessions} were busy, so the service was too slow for that rate, or the setting is too low`
      }`,
    );
  }
  if (lateStarts > 0) {
    why.push(
      `${lateStarts} sessions started late (chat_late_starts): the load generator had no time`,
    );
  }
  return why;
}

function exhausted({ errors }: Measured): string[] {
  const failed = errors
    .filter(({ reason }) => reason === 'exhausted')
    .reduce((sum, { count }) => sum + count, 0);
  if (failed === 0) return [];
  return [
    `${failed} connections failed because this machine ran out of files, ports, buffers or memory: a limit that was found is its own; raise it (ulimit -n) or use more machines`,
  ];
}
