/** How much CPU and memory a pod needs for its share of the sessions. */
import type { Engine } from '../k6-binary/engine.ts';

interface Need {
  /** Microseconds of CPU that a frame takes. */
  readonly cpuPerFrame: number;
  /** Bytes that a session takes with GOGC=400. */
  readonly memoryPerSession: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Measured on two cores with 50 to 500 sessions (2026-11-25, k6 2.2.0, GOGC=400): 180 to 217 and 56 to
 * 58 µs a frame; 500 sessions at the recorded pace had 1,570 and 300 MB.
 */
const NEEDS: Readonly<Record<Engine, Need>> = {
  webcrypto: { cpuPerFrame: 217, memoryPerSession: 3.2 * MEBIBYTE },
  native: { cpuPerFrame: 58, memoryPerSession: 0.6 * MEBIBYTE },
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

/** @param sessions that are open at once in one pod. */
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
