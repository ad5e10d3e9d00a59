/**
 * Statistics that single delays of the load generator may have made too long, in a run that is trusted:
 * a collection of memory, or a process that stood still for a moment, makes a p99 or a maximum, and hardly
 * moves a p95.
 */
import { showMs } from '../base/format.ts';
import { allowedErrorMs, ERROR_PER_LAG } from './allowed-lag.ts';
import type { Figures, Latency, Summary } from './model.ts';

type Measured = Pick<Figures, 'trends' | 'overall' | 'setUp'>;
type Doubtful = NonNullable<Summary['trust']['doubtful']>[number];

export function doubtfulOf(figures: Measured, maxLagMs: number | null): Doubtful[] {
  return (['p99', 'max'] as const)
    .map((statistic) => ({ statistic, tooLongMs: tailErrorMs(figures, statistic) }))
    .filter(({ statistic, tooLongMs }) => {
      const latency = shortestLatency(figures)?.[statistic] ?? 0;
      return tooLongMs > (maxLagMs === null ? allowedErrorMs(latency) : ERROR_PER_LAG * maxLagMs);
    });
}

/** A script may be late for a frame that k6 read in time, but not for one that k6 read late. */
function tailErrorMs({ trends }: Measured, statistic: 'p99' | 'max'): number {
  const lag = (name: string) => trends?.[name]?.[statistic] ?? 0;
  const ofK6 = ERROR_PER_LAG * Math.max(lag('chat_send_lag'), lag('chat_timer_lag'));
  return Math.max(ofK6, lag('chat_client_lag'));
}

/** `p99 may be too long by 12 ms, max by 40 ms`; '' where nothing is in doubt. */
export function doubtText({ doubtful = [] }: Summary['trust']): string {
  if (doubtful.length === 0) return '';
  const texts = doubtful.map(({ statistic, tooLongMs }, i) =>
    i === 0
      ? `${statistic} may be too long by ${showMs(tooLongMs)}`
      : `${statistic} by ${showMs(tooLongMs)}`,
  );
  return `${texts.join(', ')}: the load generator was late for a moment`;
}

/** What a person feels first, or the shortest that the run has. */
export function shortestLatency({ overall, setUp }: Measured): Latency | null {
  return overall.firstChunk ?? overall.response ?? setUp.socketOpen;
}
