/** Reads a file of a results folder, and makes sure that it is what its name says. */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../lib/base/errors.ts';
import type { Shape } from '../../lib/base/shape.ts';
import { ReportError } from '../report-error.ts';

const ADVICE = 'it was cut short or edited: put the run’s own back, or take it away';

/**
 * @param schema that the file is to name; it says what T is.
 * @param shape all that is read of the file.
 * @returns null where there is no such file.
 * @throws ReportError in one line, which names the file and the first thing that is wrong in it.
 */
export async function readJsonFile<T>(
  file: string,
  schema: string,
  shape: Shape,
): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ReportError(`${file}: ${messageOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const got = text.trim() === '' ? 'nothing' : 'other text';
    throw new ReportError(`${file}: expected JSON, got ${got}; ${ADVICE}`);
  }
  const got = (value as { schema?: unknown } | null)?.schema;
  if (got !== schema) {
    const name = typeof got === 'string' ? got : 'none';
    throw new ReportError(`${file}: expected the schema ${schema}, got ${name}`);
  }
  const problem = shape(value, '');
  if (problem !== null) throw new ReportError(`${file}: ${problem}; ${ADVICE}`);
  return value as T;
}
