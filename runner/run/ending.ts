/** What k6 left when it ended: whether all of it is there, and which exit code that makes. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { parseJsonOf } from '../../lib/base/shape.ts';
import { junit } from '../../lib/render/junit.ts';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import { type Generator, type Summary, summaryShape } from '../../lib/results/model.ts';
import { outcomeOf } from '../../lib/results/outcome.ts';
import { EXIT_CODE, endedBadly } from '../../lib/results/threshold-results.ts';
import { writeWhole } from '../../report/write-whole.ts';
import { EXIT_INCOMPLETE, EXIT_THRESHOLDS, EXIT_UNTRUSTED } from '../errors.ts';

/** The files that the script has k6 write. */
const OF_K6 = ['summary.json', 'report.md', 'junit.xml'] as const;

export interface Left {
  /** Null where k6 left none, or none that is whole. */
  readonly summary: Summary | null;
  /** What could not be written, in a line each. */
  readonly problems: readonly string[];
}

/**
 * Sees to it that what k6 wrote is whole: where the disk is full, k6 leaves half a file and exits
 * with 0. What follows from the summary is made again, a summary that is cut is taken away. Where k6
 * did not end with 0, no file says that the run passed.
 * @param exitCode k6's, or that of the watchdog.
 * @param generator what the run took of its machine, which k6 does not know.
 */
export async function settleFiles(
  folder: string,
  exitCode: number,
  generator: Generator | null = null,
): Promise<Left> {
  const text = await readIfThere(join(folder, 'summary.json'));
  if (text === null) return { summary: null, problems: [] };
  let ofK6: Summary;
  try {
    ofK6 = parseJsonOf(text, summaryShape, 'k6 could not write all of it');
  } catch (error) {
    for (const name of OF_K6) await rm(join(folder, name), { force: true }).catch(() => {});
    return { summary: null, problems: [`summary.json: ${messageOf(error)}`] };
  }
  const problems: string[] = [];
  const ended = endedBadly(ofK6, exitCode);
  const summary = generator === null ? ended : { ...ended, generator };
  for (const [name, made] of filesOf(summary)) {
    const expected = name === 'summary.json' && summary === ofK6 ? text : made;
    const file = join(folder, name);
    if ((await readIfThere(file)) === expected) continue;
    await writeWhole(file, expected).catch(async (error) => {
      await rm(file, { force: true }).catch(() => {});
      problems.push(`${name}: ${messageOf(error)}`);
    });
  }
  return { summary, problems };
}

/** The run's exit code, and why it is not k6's, where it is not. */
export interface Ending {
  readonly exitCode: number;
  readonly remark: string | null;
}

/**
 * @param exitCode k6's, which stands where it is neither 0 nor that of crossed thresholds.
 * @param left its summary is undefined where the run keeps no results.
 * @param limitIsSuccess whether NUC_LIMIT_EXIT_CODE asks for 0 where a climb found its limit.
 */
export function endingOf(
  exitCode: number,
  { summary, problems }: Omit<Left, 'summary'> & { readonly summary: Left['summary'] | undefined },
  limitIsSuccess = false,
): Ending {
  if (limitIsSuccess && exitCode === EXIT_THRESHOLDS && summary && problems.length === 0) {
    if (outcomeOf(summary) === 'limit') {
      return { exitCode: 0, remark: 'the limit was found, and NUC_LIMIT_EXIT_CODE says' };
    }
  }
  if (exitCode === EXIT_THRESHOLDS && summary?.run.segment?.empty && problems.length === 0) {
    const remark = 'no session fell to this instance, which is no failure';
    return { exitCode: 0, remark };
  }
  const isJudged = exitCode === 0 || exitCode === EXIT_THRESHOLDS;
  if (isJudged && summary && !summary.trust.trusted) {
    const remark = 'no verdict: the figures are not to be trusted, whether thresholds held or not';
    return { exitCode: EXIT_UNTRUSTED, remark };
  }
  if (exitCode !== 0) {
    const wasPassed = summary?.verdicts.some(({ metric }) => metric === EXIT_CODE);
    const remark = 'k6 did not end by itself, so the run has failed, though k6 had summed it up';
    return { exitCode, remark: wasPassed ? remark : null };
  }
  // k6 lets a threshold pass whose metric has no sample; the summary does not.
  if (summary?.verdicts.some(({ ok }) => !ok)) {
    const remark = 'a threshold without a sample has not held, though k6 let it pass';
    return { exitCode: EXIT_THRESHOLDS, remark };
  }
  if (problems.length > 0) return { exitCode: EXIT_INCOMPLETE, remark: null };
  if (summary === null) {
    return { exitCode: EXIT_INCOMPLETE, remark: 'k6 ended with 0, but left no summary' };
  }
  return { exitCode, remark: null };
}

/** The files that follow from a summary, and itself. @throws Node's error where that cannot be. */
export async function writeSummary(folder: string, summary: Summary): Promise<void> {
  for (const [name, text] of filesOf(summary)) await writeWhole(join(folder, name), text);
}

function filesOf(summary: Summary): readonly (readonly [name: string, text: string])[] {
  return [
    ['summary.json', `${JSON.stringify(summary, null, 2)}\n`],
    ['report.md', reportMarkdown(summary)],
    ['junit.xml', junit(summary)],
  ];
}

function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
