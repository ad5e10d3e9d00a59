/** Reads the summary of a run that is over. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../lib/shared/errors.ts';
import { SUMMARY_SCHEMA, type Summary } from '../lib/shared/summary.ts';
import { usageError } from './errors.ts';

const FILE = 'summary.json';

/** What a comparison reads, so that a file which was cut or edited is named and not half compared. */
const NEEDED: readonly (readonly [path: string, kind: string])[] = [
  ['passed', 'boolean'],
  ['run.profile', 'string'],
  ['run.startedAt', 'string'],
  ['run.durationMs', 'number'],
  ['settings', 'object'],
  ['sessions.started', 'number'],
  ['sessions.completed', 'number'],
  ['sessions.failed', 'number'],
  ['overall.sent', 'number'],
  ['overall.response', 'object'],
  ['overall.firstChunk', 'object'],
  ['byCourse', 'array'],
  ['bySteps', 'array'],
  ['setUp.token', 'object'],
  ['setUp.create', 'object'],
  ['setUp.socketOpen', 'object'],
  ['errors', 'array'],
  ['trust.trusted', 'boolean'],
  ['trust.why', 'array'],
];

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
  const schema = at(value, 'schema');
  if (schema !== SUMMARY_SCHEMA) {
    throw usageError(
      `${file}: expected a summary of the schema ${SUMMARY_SCHEMA}, got ${schema === undefined ? 'none' : JSON.stringify(schema)}`,
    );
  }
  for (const [field, kind] of NEEDED) {
    const got = kindOf(at(value, field));
    // null: no sample.
    if (got !== kind && !(kind === 'object' && got === 'null')) {
      throw usageError(`${file}: ${field}: expected ${kind}, got ${got}`);
    }
  }
  return value as Summary;
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

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce(
      (inner, key) =>
        kindOf(inner) === 'object' ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
