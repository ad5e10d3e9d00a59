/** Reads the summary of a run that is over. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { SUMMARY_SCHEMA, type Summary } from '../../lib/results/summary.ts';
import { usageError } from '../errors.ts';
import { damageOf } from './shape.ts';

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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usageError(
      `${file}: expected JSON, got ${text.trim() === '' ? 'nothing' : 'other text'}`,
    );
  }
  const schema = schemaOf(value);
  if (schema !== SUMMARY_SCHEMA) {
    throw usageError(
      `${file}: expected a summary of the schema ${SUMMARY_SCHEMA}, got ${schema === undefined ? 'none' : JSON.stringify(schema)}`,
    );
  }
  const damage = damageOf(value);
  if (damage !== null) throw usageError(`${file}: ${damage}; give the file as the run wrote it`);
  return value as Summary;
}

function schemaOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'schema' in value
    ? value.schema
    : undefined;
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
