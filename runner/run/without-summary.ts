/** A run that k6 did not sum up must not look like one that was never made: CI reads these files. */
import { constants } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '../../lib/base/duration.ts';
import { localIso } from '../../lib/base/moment.ts';
import { junitWithoutSummary } from '../../lib/render/junit.ts';
import { markdownWithoutSummary } from '../../lib/render/report-markdown.ts';
import { writeWhole } from '../../report/write-whole.ts';
import { EXIT_TIME_LIMIT } from '../errors.ts';
import type { TimeLimit } from './inspect.ts';

export interface EndedRun {
  readonly profile: string;
  readonly exitCode: number;
  readonly limit: TimeLimit;
  /** Whether somebody had told it to end before. */
  readonly interrupted: boolean;
  readonly startedAt: Date;
  /** Whether NUC_SUMMARY asks for k6's own summary. */
  readonly k6Summary: boolean;
  /** What could not be written. */
  readonly problems: readonly string[];
}

/**
 * Writes report.md and junit.xml into a folder that has no summary.json.
 * @throws Node's error where that cannot be.
 */
export async function writeWithoutSummary(folder: string, run: EndedRun): Promise<void> {
  const { profile, startedAt } = run;
  const durationMs = Date.now() - startedAt.getTime();
  const times = { profile, startedAt: localIso(startedAt), durationMs };
  const why = whyNoSummary(run);
  await writeWhole(join(folder, 'junit.xml'), junitWithoutSummary(times, why));
  await writeWhole(join(folder, 'report.md'), markdownWithoutSummary(profile, why));
}

/** In one line, for report.md, junit.xml and the page alike. */
export function whyNoSummary(run: EndedRun): string {
  const { exitCode, limit, interrupted, k6Summary, problems } = run;
  if (k6Summary) {
    return 'NUC_SUMMARY=k6 asks for k6’s own summary in place of summary.json; k6.log has the run';
  }
  if (problems.length > 0) return `the results could not be written: ${problems.join('; ')}`;
  const told = interrupted ? 'it was interrupted' : `${formatDuration(limit.ms)} (${limit.origin})`;
  const signal = signalOf(exitCode);
  if (signal !== null && !interrupted) {
    // k6 itself had no time to say anything.
    const memory = signal === 'SIGKILL' ? ', as the system does where memory runs out' : '';
    return `k6 was ended by ${signal} (exit code ${exitCode})${memory}, and left no summary; k6.log has the run up to there`;
  }
  return exitCode === EXIT_TIME_LIMIT
    ? `k6 still ran after ${told} and had to be killed, so it left no summary: a socket that the server never closes does that; k6.log has the run`
    : `k6 ended with exit code ${exitCode} and left no summary; k6.log says why`;
}

/** Of an exit code as a shell has it: 137 is SIGKILL; null where no signal ended the process. */
function signalOf(exitCode: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => number + 128 === exitCode);
  return found?.[0] ?? null;
}
