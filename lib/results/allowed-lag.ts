/**
 * How late the load generator may be: the numbers by which its lags are held against latencies, at the end
 * of a run for all of them (trust.ts), and in each session while it runs (k6's thresholds).
 */

/**
 * A figure's error, for each millisecond of the p95 of the worse of both lags. Measured against a service
 * that kept its own times, with 1 to 50 sessions on two cores, free and busy: the p95 of a latency was off
 * by 1 to 2.5 times as much.
 */
export const ERROR_PER_LAG = 3;
/** Up to the greater of these a figure counts as true. */
const ALLOWED_MS = 10;
const ALLOWED_SHARE = 0.05;
/** A script that opens frames late makes no figure wrong before it is so late for all. Milliseconds. */
export const MAX_CLIENT_LAG_MS = 100;

/** By so many milliseconds a latency of so many may be wrong, and counts as true. */
export function allowedErrorMs(latencyMs: number): number {
  return Math.max(ALLOWED_MS, ALLOWED_SHARE * latencyMs);
}

/** Whether a lag leaves a latency true. Both in milliseconds. */
export function leavesTrue(lagMs: number, latencyMs: number): boolean {
  return ERROR_PER_LAG * lagMs <= allowedErrorMs(latencyMs);
}
