import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/base/errors.ts';
import { checkUsers, userFrom, usersFromCsv } from '../../lib/settings/users.ts';

const DEFAULTS = {
  user_id: 3,
  user_name: 'Load Tester',
  user_email: 'load.tester@nuc.test',
  course_id: 1,
  course_name: 'MED1060',
  course_catalog_code: 'MED1060',
};

test('a row goes before the defaults, field by field; a CSV’s texts become numbers', () => {
  assert.deepEqual(userFrom({ user_id: '77', user_name: 'Zoë 🫀' }, DEFAULTS), {
    ...DEFAULTS,
    user_id: 77,
    user_name: 'Zoë 🫀',
  });
  assert.deepEqual(userFrom({ user_id: 0, course_id: '' }, DEFAULTS), { ...DEFAULTS, user_id: 0 });
  assert.deepEqual(userFrom({}, DEFAULTS), DEFAULTS);
});

test('good users are taken as they are', () => {
  const users = [{ user_id: 1 }, { user_id: '2', user_name: '' }, {}];
  assert.deepEqual(checkUsers(users, 'u.csv'), users);
});

const fields = 'user_id, user_name, user_email, course_id, course_name, course_catalog_code';

test('of a CSV: blanks around a cell, and lines without any text, are no part of it', () => {
  const rows = [
    [' user_id', 'user_name\t', 'user_email '],
    [' 7 ', '  Zoë  Núñez ', ''],
    [''],
    [' ', '\t', ''],
    ['8', '', ''],
  ];
  assert.deepEqual(usersFromCsv(rows, 'u.csv'), [
    { user_id: '7', user_name: 'Zoë  Núñez', user_email: '' },
    { user_id: '8', user_name: '', user_email: '' },
  ]);
});

test('a wrong CSV: the column of the head line is a number, for its text may be somebody’s data', () => {
  const wrong: [rows: string[][], message: string][] = [
    [
      [
        ['17', 's3cret'],
        ['18', 's3cret'],
      ],
      `the head line: column 1: expected one of ${fields}`,
    ],
    [
      [
        ['user_id', 's3cret'],
        ['18', 'x'],
      ],
      `the head line: column 2: expected one of ${fields}`,
    ],
    [[['user_id', '', 'x'], ['18']], `the head line: column 2: expected one of ${fields}`],
    [[['constructor'], ['18']], `the head line: column 1: expected one of ${fields}`],
    [
      [
        ['user_id', 'user_name', ' user_name'],
        ['18', 's3cret', 's3cret'],
      ],
      'the head line: columns 2 and 3 are both user_name; leave one out',
    ],
    [[['user_id'], ['7'], [''], ['s3cret']], 'user 2: user_id: expected a number, in digits only'],
    [
      [
        ['user_name', 'user_email'],
        ['s3cret', 'Jane', 'jane@x.test'],
      ],
      'row 2: expected 2 cells, as in the head line, got 3; put a cell with a comma in it between double quotes',
    ],
    [
      [['user_id', 'user_name'], ['7', 'x'], ['8']],
      'row 3: expected 2 cells, as in the head line, got 1; put a cell with a comma in it between double quotes',
    ],
    [[['user_id'], [' ']], 'expected a list with one user at least'],
    [[], 'expected a list with one user at least'],
  ];
  for (const [rows, message] of wrong) {
    assert.throws(
      () => usersFromCsv(rows, 'u.csv'),
      new SettingsError(`NUC_USERS_FILE: u.csv: ${message}`),
    );
  }
});

test('wrong users: the file, the user and the field are named, never the value', () => {
  const wrong: [users: unknown, message: string][] = [
    [{}, 'expected a list with one user at least'],
    [[], 'expected a list with one user at least'],
    ['s3cret', 'expected a list with one user at least'],
    [[{}, 's3cret'], `user 2: expected an object with ${fields}`],
    [[[]], `user 1: expected an object with ${fields}`],
    [[null], `user 1: expected an object with ${fields}`],
    [[{ user_id: 's3cret' }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_id: 1.5 }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_id: ' ' }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_id: '1.23457E+11' }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_id: '0x1F' }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_id: true }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_id: null }], 'user 1: user_id: expected a number, in digits only'],
    [[{ user_name: 7 }], 'user 1: user_name: expected a text'],
    [[{ password: 's3cret' }], `user 1: password: expected one of ${fields}`],
    [[{ constructor: 's3cret' }], `user 1: constructor: expected one of ${fields}`],
  ];
  for (const [users, message] of wrong) {
    assert.throws(
      () => checkUsers(users, 'u.json'),
      new SettingsError(`NUC_USERS_FILE: u.json: ${message}`),
    );
  }
});
