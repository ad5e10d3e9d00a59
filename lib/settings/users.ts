/** Who the sessions are: the users of a file, or a synthetic one. */
import { SettingsError } from '../base/errors.ts';
import { isObject } from '../base/json-object.ts';
import type { UserContext } from '../protocol/messages.ts';
import type { Settings } from './settings.ts';

/** One user of a file; what it leaves out comes from the settings. CSV has texts only. */
export type UserRow = Readonly<Partial<Record<keyof UserContext, string | number>>>;

/** Who a session says it is, where neither the settings nor a file name somebody. */
export function syntheticUser(settings: Settings, session: number, course: string): UserContext {
  return {
    user_id: settings.userId ?? session,
    user_name: settings.userName,
    user_email: settings.userEmail,
    course_id: settings.courseId,
    course_name: settings.courseName ?? course,
    course_catalog_code: course,
  };
}

const FIELDS: Readonly<Record<keyof UserContext, 'a number' | 'a text'>> = {
  user_id: 'a number',
  user_name: 'a text',
  user_email: 'a text',
  course_id: 'a number',
  course_name: 'a text',
  course_catalog_code: 'a text',
};

/**
 * Checks the users of a file.
 * @param source the file's name, for the error.
 * @throws SettingsError which names the file, the user and the field; never a value: it is personal.
 */
export function checkUsers(users: unknown, source: string): readonly UserRow[] {
  if (!Array.isArray(users) || users.length === 0) {
    throw wrong(source, 'expected a list with one user at least');
  }
  users.forEach((user: unknown, index) => {
    if (!isObject(user)) {
      throw wrong(
        source,
        `user ${index + 1}: expected an object with ${Object.keys(FIELDS).join(', ')}`,
      );
    }
    for (const [field, value] of Object.entries(user)) checkField(field, value, source, index + 1);
  });
  return users as UserRow[];
}

/**
 * The users of a CSV file: cells without the blanks around them, and no lines without any text.
 * @param rows the cells of each line, the head line first.
 * @throws SettingsError as `checkUsers`. A column of the head line is named by its number: where that
 * line is missing, its place has somebody's data.
 */
export function usersFromCsv(
  rows: readonly (readonly string[])[],
  source: string,
): readonly UserRow[] {
  const [names = [], ...users] = rows.map((row) => row.map((cell) => cell.trim()));
  names.forEach((name, index) => {
    const column = index + 1;
    if (!Object.keys(FIELDS).includes(name)) {
      throw wrong(
        source,
        `the head line: column ${column}: expected one of ${Object.keys(FIELDS).join(', ')}`,
      );
    }
    const first = names.indexOf(name) + 1;
    if (first !== column) {
      throw wrong(
        source,
        `the head line: columns ${first} and ${column} are both ${name}; leave one out`,
      );
    }
  });
  users.forEach((row, index) => {
    if (row.length === names.length || row.every((cell) => cell === '')) return;
    throw wrong(
      source,
      `row ${index + 2}: expected ${names.length} cells, as in the head line, got ${row.length}; put a cell with a comma in it between double quotes`,
    );
  });
  const filled = users.filter((row) => row.some((cell) => cell !== ''));
  return checkUsers(
    filled.map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? '']))),
    source,
  );
}

/** @param defaults for what the user's row leaves out. */
export function userFrom(row: UserRow, defaults: UserContext): UserContext {
  const context = { ...defaults } as Record<keyof UserContext, string | number>;
  for (const field of Object.keys(FIELDS) as (keyof UserContext)[]) {
    const value = row[field];
    if (value === undefined || value === '') continue;
    context[field] = FIELDS[field] === 'a number' ? Number(value) : String(value);
  }
  return context as unknown as UserContext;
}

function checkField(field: string, value: unknown, source: string, user: number): void {
  // Only names of the table: every object has a `constructor` too.
  if (!Object.keys(FIELDS).includes(field)) {
    throw wrong(
      source,
      `user ${user}: ${field}: expected one of ${Object.keys(FIELDS).join(', ')}`,
    );
  }
  const expected = FIELDS[field as keyof UserContext];
  const right =
    expected === 'a number'
      ? value === '' ||
        (/string|number/.test(typeof value) &&
          // As digits: a spreadsheet shortens a long number to 1.23457E+11, which is another one.
          /^\s*-?\d+\s*$/.test(String(value)) &&
          Number.isSafeInteger(Number(value)))
      : typeof value === 'string';
  if (right) return;
  const form = expected === 'a number' ? ', in digits only' : '';
  throw wrong(source, `user ${user}: ${field}: expected ${expected}${form}`);
}

function wrong(source: string, detail: string): SettingsError {
  return new SettingsError(`NUC_USERS_FILE: ${source}: ${detail}`);
}
