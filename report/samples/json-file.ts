/** Reads a file of a results folder, and makes sure that it is what its name says. */
import { readFile } from 'node:fs/promises';
import type { Static, TObject } from 'typebox';
import { messageOf } from '../../lib/base/errors.ts';
import { parseJsonOf } from '../../lib/base/shape.ts';
import { ReportError } from '../report-error.ts';

const ADVICE = 'it was cut short or edited: put the run’s own back, or take it away';

/**
 * @param shape all that is read of the file.
 * @returns null where there is no such file.
 * @throws ReportError in one line, which names the file and the first thing that is wrong in it.
 */
export async function readJsonFile<T extends TObject>(
  file: string,
  shape: T,
): Promise<Static<T> | null> {
  try {
    return parseJsonOf(await readFile(file, 'utf8'), shape, ADVICE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ReportError(`${file}: ${messageOf(error)}`);
  }
}
