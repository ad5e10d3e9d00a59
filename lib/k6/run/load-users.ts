/** The users of NUC_USERS_FILE: JSON, or CSV with a head line. */
import { csvParseRows } from 'd3-dsv';
import { SettingsError } from '../../base/errors.ts';
import type { Settings } from '../../settings/settings.ts';
import { checkUsers, type UserRow, usersFromCsv } from '../../settings/users.ts';
import { readFile } from './init.ts';

/**
 * @returns the rows; none where no file is set.
 * @throws SettingsError
 */
export function loadUsers({ usersFile }: Settings): readonly UserRow[] {
  if (usersFile === null) return [];
  const text = readFile('NUC_USERS_FILE', usersFile);
  return usersFile.toLowerCase().endsWith('.csv')
    ? usersFromCsv(csvParseRows(text), usersFile)
    : checkUsers(parseJson(text, usersFile), usersFile);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError(`NUC_USERS_FILE: ${path}: expected JSON, or a name that ends in .csv`);
  }
}
