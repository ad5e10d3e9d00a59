/** k6 lets a threshold pass whose metric has no sample; the summary does not, nor does the runner. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { parseJsonOf } from '../../lib/base/shape.ts';
import { type Summary, summaryShape } from '../../lib/results/model.ts';
import { EXIT_THRESHOLDS, RunnerError } from '../errors.ts';

/**
 * @param exitCode k6's.
 * @throws RunnerError where k6 could not write the whole summary.
 * @returns it, or k6's code for crossed thresholds where the summary has some that k6 let pass.
 */
export async function exitCodeOf(folder: string, exitCode: number): Promise<number> {
  if (exitCode !== 0) return exitCode;
  const file = join(folder, 'summary.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return exitCode;
  const { verdicts } = readSummary(text, file);
  return verdicts.some(({ ok }) => !ok) ? EXIT_THRESHOLDS : exitCode;
}

function readSummary(text: string, file: string): Summary {
  try {
    return parseJsonOf(text, summaryShape, 'is there room on the disk?');
  } catch (error) {
    throw new RunnerError(`${file}: ${messageOf(error)}`, 1, error);
  }
}
