import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/shared/errors.ts';
import { checkUsers, userFrom } from '../../lib/shared/users.ts';

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

test('wrong users: the file, the user and the field are named, never the value', () => {
  const fields = 'user_id, user_name, user_email, course_id, course_name, course_catalog_code';
  const wrong: [users: unknown, message: string][] = [
    [{}, 'expected a list with one user at least'],
    [[], 'expected a list with one user at least'],
    ['s3cret', 'expected a list with one user at least'],
    [[{}, 's3cret'], `user 2: expected an object with ${fields}`],
    [[null], `user 1: expected an object with ${fields}`],
    [[{ user_id: 's3cret' }], 'user 1: user_id: expected a number'],
    [[{ user_id: 1.5 }], 'user 1: user_id: expected a number'],
    [[{ user_id: ' ' }], 'user 1: user_id: expected a number'],
    [[{ user_id: true }], 'user 1: user_id: expected a number'],
    [[{ user_id: null }], 'user 1: user_id: expected a number'],
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
