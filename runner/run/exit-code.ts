/** k6 lets a threshold pass whose metric has no sample; the summary does not, nor does the runner. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonOf } from '../../lib/base/shape.ts';
import { summaryShape } from '../../lib/results/model.ts';
import { EXIT_THRESHOLDS } from '../errors.ts';

/**
 * @param exitCode k6's.
 * @returns it, or k6's code for crossed thresholds where the summary has some that k6 let pass.
 */
export async function exitCodeOf(folder: string, exitCode: number): Promise<number> {
  if (exitCode !== 0) return exitCode;
  const text = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => null);
  if (text === null) return exitCode;
  const { verdicts } = parseJsonOf(text, summaryShape, 'k6 could not write all of it');
  return verdicts.some(({ ok }) => !ok) ? EXIT_THRESHOLDS : exitCode;
}
