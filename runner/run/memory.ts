/** How much memory k6 may use before it collects garbage more often than GOGC says. */
import { totalmem } from 'node:os';

/** The rest is the runner's, the simulator's and the system's. */
const SHARE = 0.75;
const MEBIBYTE = 1024 * 1024;

/** @returns bytes: what this machine has, or its cgroup allows, whichever is less. */
export function memoryHere(): number {
  // 0 or more than the machine has, where there is no bound.
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** @returns GOMEMLIMIT for so many bytes. */
export function goMemoryLimit(bytes: number): string {
  return `${Math.floor((bytes * SHARE) / MEBIBYTE)}MiB`;
}
