/** The users of NUC_USERS_FILE: JSON, or CSV with a head line. */
import { csvParseRows } from 'd3-dsv';
import { SettingsError } from '../../base/errors.ts';
import { parseJsonFile } from '../../base/json-file.ts';
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
  const source = `NUC_USERS_FILE: ${usersFile}`;
  if (!usersFile.toLowerCase().endsWith('.csv')) {
    return checkUsers(
      parseJsonFile(text, source, '; a CSV file needs a name that ends in .csv'),
      usersFile,
    );
  }
  const rows = csvParseRows(text);
  // One that is not closed takes all that follows into its cell.
  if (text.split('"').length % 2 === 0) {
    throw new SettingsError(`${source}: row ${rows.length}: a quote that is not closed`);
  }
  return usersFromCsv(rows, usersFile);
}
