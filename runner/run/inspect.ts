/**
 * Asks k6 about a run before it begins: does the script accept its settings, and how long can the
 * run take? A socket that the server never closes keeps k6 alive for ever, past its own limits.
 */
import { type ExecFileException, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { formatDuration, parseDuration } from '../../lib/base/duration.ts';
import { interruptedError, RefusedError, RunnerError, usageError } from '../errors.ts';
import type { EndingThreshold } from './end-at-limit.ts';
import type { K6Flags } from './k6-flags.ts';
import { SecretFilter } from './secrets.ts';

export interface Inspection {
  /** The path of k6. */
  readonly k6: string;
  readonly script: string;
  readonly flags: K6Flags;
  readonly env: NodeJS.ProcessEnv;
  /** Not shown where k6 refuses the run. */
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal;
  /** Milliseconds for k6 to answer in. */
  readonly answerMs?: number;
}

export interface RunTimes {
  /** All scenarios with their graceful stops, and the limits of setup() and teardown(). */
  readonly limit: TimeLimit;
  /** Milliseconds until the last timed scenario ends; null: the run ends when its work is done. */
  readonly plannedMs: number | null;
  /** The most virtual users at once. */
  readonly maxVus: number;
  /** Whether all of them are there at some time: a rate of arrivals only takes as many as it needs. */
  readonly usesAllVus: boolean;
  /** Those of its thresholds that end the run before its time. */
  readonly endingThresholds: readonly EndingThreshold[];
}

/** Where a limit comes from that the user gave. */
export const MAX_TIME = '--max-time';

export interface TimeLimit {
  readonly ms: number;
  /** Where it comes from, for a person. */
  readonly origin: string;
}

// What k6 gives setup() and teardown() unless the script's options say otherwise.
const SETUP_MS = 60_000;
/** The filter knows the keys, but not the token that the service gives. */
const NO_HTTP_DEBUG =
  '--http-debug, or K6_HTTP_DEBUG: would write tokens into k6.log; use plain k6 run --http-debug=full dist/single.js';
const ANSWER_MS = 60_000;
const LONGEST_ANSWER_BYTES = 10_000_000;

/**
 * @returns the times that k6 works out from the script, its settings and the flags.
 * @throws RefusedError where k6 or the script does not accept the settings; RunnerError where
 * everything that is said to the service would be written down.
 */
export async function inspectRun(inspection: Inspection): Promise<RunTimes> {
  const { k6, script, env, signal, answerMs = ANSWER_MS } = inspection;
  const { load, shared } = inspection.flags;
  const flags = ['--execution-requirements', '--include-system-env-vars', '--log-format', 'raw'];
  let stdout: string;
  try {
    ({ stdout } = await promisify(execFile)(k6, ['inspect', ...flags, ...shared, script], {
      env: withVus({ ...env, ...load }),
      timeout: answerMs,
      killSignal: 'SIGKILL',
      maxBuffer: LONGEST_ANSWER_BYTES,
      signal,
    }));
  } catch (error) {
    if (signal?.aborted) throw interruptedError();
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (typeof code === 'number') {
      const said = new SecretFilter(inspection.secrets).hide(String(stderr).trim());
      throw new RefusedError(said, code, error);
    }
    throw new RunnerError(`${k6} inspect: ${whyNoAnswer(error, answerMs)}`, 1);
  }
  const facts = factsFrom(stdout);
  if (inspection.flags.options['http-debug'] !== undefined || facts.httpDebug)
    throw usageError(NO_HTTP_DEBUG);
  return timesFrom(facts);
}

/** Node's own text has the whole command in it, and so the keys that `-e` gives; its error has too. */
function whyNoAnswer(error: unknown, answerMs: number): string {
  const { killed, signal, code } = error as Partial<ExecFileException>;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'its answer is too long';
  if (killed) {
    return `no answer within ${formatDuration(answerMs)}; is a file that a setting names a pipe, or on a disk that is gone?`;
  }
  return signal ? `ended by ${signal}` : `does not start: ${code ?? 'it is not known why'}`;
}

/** `k6 run` takes one virtual user where none are given; `k6 inspect` has none, and refuses that. */
function withVus(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return (env.K6_DURATION || env.K6_ITERATIONS) && !env.K6_VUS ? { ...env, K6_VUS: '1' } : env;
}

function factsFrom(answer: string): Record<string, unknown> {
  try {
    return JSON.parse(answer);
  } catch {
    // Said below: it has no duration.
    return {};
  }
}

function timesFrom(facts: Record<string, unknown>): RunTimes {
  const total = durationOf(facts.totalDuration);
  if (total === null) throw new RunnerError('k6 inspect: expected a totalDuration, got none');
  const around =
    (durationOf(facts.setupTimeout) ?? SETUP_MS) + (durationOf(facts.teardownTimeout) ?? SETUP_MS);
  return {
    limit: {
      ms: total + around,
      origin: `k6’s own ${formatDuration(total)}, and ${formatDuration(around)} for setup and teardown`,
    },
    plannedMs: plannedMs(facts.scenarios),
    maxVus: Number(facts.maxVUs ?? 0),
    endingThresholds: endingThresholds(facts.thresholds),
    usesAllVus: !Object.values((facts.scenarios ?? {}) as Record<string, InspectedScenario>).some(
      ({ executor }) => executor?.endsWith('arrival-rate'),
    ),
  };
}

/** k6 tells a threshold that ends nothing as its text alone. */
type InspectedThreshold =
  | string
  | {
      readonly threshold: string;
      readonly abortOnFail?: boolean;
      readonly delayAbortEval?: string | null;
    };

function endingThresholds(all: unknown): EndingThreshold[] {
  return Object.entries(
    (all ?? {}) as Record<string, readonly InspectedThreshold[] | null>,
  ).flatMap(([metric, list]) =>
    (list ?? []).flatMap((one) => {
      if (typeof one === 'string' || one.abortOnFail !== true) return [];
      return [{ metric, threshold: one.threshold, delayMs: durationOf(one.delayAbortEval) ?? 0 }];
    }),
  );
}

/** A scenario of k6's answer; null stands for what is not set. */
interface InspectedScenario {
  readonly executor?: string | null;
  readonly startTime?: string | null;
  readonly duration?: string | null;
  readonly stages?: readonly { readonly duration: string }[] | null;
}

/** The end of the last scenario, where all have a time and none a number of iterations. */
function plannedMs(scenarios: unknown): number | null {
  const ends = Object.values((scenarios ?? {}) as Record<string, InspectedScenario>).map(
    ({ startTime, duration, stages }) => {
      const lasts = stages
        ? sum(stages.map((stage) => durationOf(stage.duration) ?? 0))
        : durationOf(duration);
      return lasts === null ? null : (durationOf(startTime) ?? 0) + lasts;
    },
  );
  if (ends.length === 0 || ends.includes(null)) return null;
  return Math.max(...ends.map(Number));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function durationOf(value: unknown): number | null {
  return typeof value === 'string' ? parseDuration(value) : null;
}
