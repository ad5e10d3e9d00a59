/** Reads the summary of a run that is over. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { parseJsonOf } from '../../lib/base/shape.ts';
import { type Summary, summaryShape } from '../../lib/results/model.ts';
import { usageError } from '../errors.ts';

const FILE = 'summary.json';

/**
 * @param path of a summary.json, or of the folder that holds one.
 * @throws RunnerError in one line, with the exit code of a wrong command line.
 */
export async function readSummary(path: string): Promise<Summary> {
  const file = await fileOf(path);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw usageError(`${file}: ${isMissing(error) ? 'there is no such file' : messageOf(error)}`);
  });
  try {
    return parseJsonOf(text, summaryShape, 'give the file as the run wrote it');
  } catch (error) {
    throw usageError(`${file}: ${messageOf(error)}`);
  }
}

async function fileOf(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    if (!isMissing(error)) throw usageError(`${path}: ${messageOf(error)}`);
    throw usageError(
      `${path}: there is no such file or folder; give a ${FILE}, or the folder of a run`,
    );
  });
  if (!found.isDirectory()) return path;
  const file = join(path, FILE);
  await stat(file).catch(() => {
    throw usageError(`${path}: holds no ${FILE}: the run ended before it had a summary`);
  });
  return file;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
