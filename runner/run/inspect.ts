/**
 * Asks k6 about a run before it begins: does the script accept its settings, and how long can the
 * run take? A socket that the server never closes keeps k6 alive for ever, past its own limits.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { formatDuration, parseDuration } from '../../lib/base/duration.ts';
import { messageOf } from '../../lib/base/errors.ts';
import { interruptedError, RefusedError, RunnerError } from '../errors.ts';
import { readK6Flags } from './k6-flags.ts';

export interface Inspection {
  /** The path of k6. */
  readonly k6: string;
  readonly script: string;
  /** Flags of `k6 run`. */
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface TimeLimit {
  readonly ms: number;
  /** Where it comes from, for a person. */
  readonly origin: string;
}

// What k6 gives setup() and teardown() unless the script's options say otherwise.
const SETUP_MS = 60_000;
const ANSWER_MS = 60_000;
const LONGEST_ANSWER_BYTES = 10_000_000;

/**
 * @returns the time of all scenarios with their graceful stops, as k6 works it out from the script,
 * its settings and the flags, and the limits of setup() and teardown().
 * @throws RefusedError where k6 or the script does not accept the settings.
 */
export async function inspectRun(inspection: Inspection): Promise<TimeLimit> {
  const { k6, script, env, signal } = inspection;
  const { load, shared } = readK6Flags(inspection.flags);
  const flags = ['--execution-requirements', '--include-system-env-vars', '--log-format', 'raw'];
  let stdout: string;
  try {
    ({ stdout } = await promisify(execFile)(k6, ['inspect', ...flags, ...shared, script], {
      env: withVus({ ...env, ...load }),
      timeout: ANSWER_MS,
      killSignal: 'SIGKILL',
      maxBuffer: LONGEST_ANSWER_BYTES,
      signal,
    }));
  } catch (error) {
    if (signal?.aborted) throw interruptedError();
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (typeof code === 'number') throw new RefusedError(String(stderr).trim(), code);
    throw new RunnerError(`${k6} inspect: ${messageOf(error)}`);
  }
  return limitFrom(stdout);
}

/** `k6 run` takes one virtual user where none are given; `k6 inspect` has none, and refuses that. */
function withVus(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return (env.K6_DURATION || env.K6_ITERATIONS) && !env.K6_VUS ? { ...env, K6_VUS: '1' } : env;
}

function limitFrom(answer: string): TimeLimit {
  let facts: Record<string, unknown> = {};
  try {
    facts = JSON.parse(answer);
  } catch {
    // No facts: said below.
  }
  const total = durationOf(facts.totalDuration);
  if (total === null) throw new RunnerError('k6 inspect: expected a totalDuration, got none');
  const around =
    (durationOf(facts.setupTimeout) ?? SETUP_MS) + (durationOf(facts.teardownTimeout) ?? SETUP_MS);
  return {
    ms: total + around,
    origin: `k6’s own ${formatDuration(total)}, and ${formatDuration(around)} for setup and teardown`,
  };
}

function durationOf(value: unknown): number | null {
  return typeof value === 'string' ? parseDuration(value) : null;
}
