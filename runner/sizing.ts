/** How much CPU and memory so many sessions need: of a pod, and of this machine. */
import type { Engine } from './k6-binary/engine.ts';

interface Need {
  /** Microseconds of CPU that a frame takes. */
  readonly cpuPerFrame: number;
  /** Bytes that a session takes. */
  readonly memoryPerSession: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Measured at the recorded pace on two quiet cores (2026-11-25, k6 2.2.0, GOGC=200): 500 sessions of the
 * stock engine 287 µs a frame and 1,122 MB; 200, 500 and 2,000 of native 49, 40 and 31 µs, and 259, 538 and
 * 1,936 MB. The runner gives native 100 now, which takes a quarter less: it needs no more than this.
 */
const NEEDS: Readonly<Record<Engine, Need>> = {
  webcrypto: { cpuPerFrame: 290, memoryPerSession: 2 * MEBIBYTE },
  native: { cpuPerFrame: 49, memoryPerSession: 0.9 * MEBIBYTE },
};

/** Of a session at the recorded pace: 40 answers of 172 frames in 19 minutes. */
const FRAMES_PER_SECOND = 6;
/** A CPU that is busier than this makes latencies longer than they were. */
const MOST_BUSY = 0.6;
/** k6 itself, the bundle and the plan. */
const BASE_BYTES = 150 * MEBIBYTE;
/** Room for what an average does not tell. */
const MEMORY_ROOM = 1.25;
const LEAST_MILLICORES = 250;

export interface Resources {
  readonly millicores: number;
  readonly memoryBytes: number;
}

/** @param sessions that are open at once in one process. */
export function resourcesFor(sessions: number, engine: Engine): Resources {
  const { cpuPerFrame, memoryPerSession } = NEEDS[engine];
  const millicores = (sessions * FRAMES_PER_SECOND * cpuPerFrame) / 1000 / MOST_BUSY;
  const bytes = (BASE_BYTES + sessions * memoryPerSession) * MEMORY_ROOM;
  return {
    millicores: Math.max(LEAST_MILLICORES, roundedUp(millicores, 50)),
    memoryBytes: roundedUp(bytes, 64 * MEBIBYTE),
  };
}

function roundedUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** How many sessions one CPU, and one GiB, are enough for: the table of docs/scale-out.md. */
export function sessionsFor(engine: Engine): { readonly perCpu: number; readonly perGib: number } {
  const { cpuPerFrame, memoryPerSession } = NEEDS[engine];
  return {
    perCpu: Math.floor((1_000_000 * MOST_BUSY) / (FRAMES_PER_SECOND * cpuPerFrame)),
    perGib: Math.floor(
      (1024 * MEBIBYTE) / MEMORY_ROOM / memoryPerSession - BASE_BYTES / memoryPerSession,
    ),
  };
}
