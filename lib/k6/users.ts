/** Who each session says it is: synthetic unless the settings or a file name somebody. */
import { SharedArray } from 'k6/data';
import csv from 'k6/experimental/csv';
import { open as openFile } from 'k6/experimental/fs';
import { messageOf, SettingsError } from '../shared/errors.ts';
import type { UserContext } from '../shared/messages.ts';
import type { Settings } from '../shared/settings.ts';
import { checkUsers, type UserRow, userFrom } from '../shared/users.ts';
import { fromWorkingFolder, orStop, readFile } from './init.ts';

/** @returns who session N is, counted from 1. Called in the init context. */
export async function loadUsers(
  settings: Settings,
): Promise<(session: number, course: string) => UserContext> {
  const rows = await loadRows(settings.usersFile);
  return (session, course) => {
    const synthetic: UserContext = {
      user_id: settings.userId ?? session,
      user_name: settings.userName,
      user_email: settings.userEmail,
      course_id: settings.courseId,
      course_name: settings.courseName ?? course,
      course_catalog_code: course,
    };
    const row = rows[(session - 1) % rows.length];
    return row === undefined ? synthetic : userFrom(row, synthetic);
  };
}

/** All rows, in memory once for all virtual users; none where no file is set. */
async function loadRows(path: string | null): Promise<readonly UserRow[]> {
  if (path === null) return [];
  if (!path.toLowerCase().endsWith('.csv')) {
    return new SharedArray(
      'users',
      () => orStop(() => checkUsers(parseJson(path), path)) as UserRow[],
    );
  }
  const rows = await readCsv(path);
  // Once, not once for each virtual user: k6's first run of the init context has the number 0.
  if (__VU === 0) orStop(() => checkUsers([...rows], path));
  return rows;
}

function parseJson(path: string): unknown {
  const text = readFile('NUC_USERS_FILE', path);
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError(`NUC_USERS_FILE: ${path}: expected JSON, or a name that ends in .csv`);
  }
}

async function readCsv(path: string): Promise<readonly UserRow[]> {
  try {
    const file = await openFile(fromWorkingFolder(path));
    return (await csv.parse(file, { asObjects: true })) as unknown as readonly UserRow[];
  } catch (error) {
    // As orStop does: a text, so that k6 prints one line.
    throw `NUC_USERS_FILE: ${path}: ${messageOf(error).split('\n')[0]}`;
  }
}
