/** NUC_USERS_FILE: session N is user N, in turn; and every way in which such a file can be wrong. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UserContext } from '../../lib/protocol/messages.ts';
import { usersOf, withFiles } from './profile-run.ts';
import { runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

const SHORT = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' };
const SYNTHETIC = {
  user_name: 'Load Tester',
  user_email: 'load.tester@nuc.test',
  course_id: 1,
  course_name: 'MED1060',
  course_catalog_code: 'MED1060',
};

/** The users of as many sessions, one after the other, with that file. */
async function usersWith(
  name: string,
  content: string | object,
  sessions: number,
  more: Record<string, string> = {},
): Promise<UserContext[]> {
  return withFiles({ [name]: content }, (folder) =>
    withChatbot({}, async (chatbot) => {
      const settings = { ...target(chatbot.url), ...SHORT, NUC_USERS_FILE: name, ...more };
      // One virtual user: the sessions come in their order.
      const flags = ['--vus', '1', '--iterations', String(sessions)];
      const result = await runK6('chat', { settings, flags, folder });
      assert.equal(result.summary?.sessions.completed, sessions, result.stderr);
      return usersOf(chatbot);
    }),
  );
}

/** What a run with that file says before it ends. */
async function refusal(name: string, files: Record<string, string>): Promise<string> {
  return withFiles(files, (folder) =>
    withChatbot({}, async (chatbot) => {
      const settings = { ...target(chatbot.url), ...SHORT, NUC_USERS_FILE: name };
      const { code, lines, stderr, stdout } = await runK6('chat', { settings, folder });
      assert.equal(code, 107, stderr);
      assert.equal(lines.length, 1, stderr);
      assert.equal(stdout.trim(), '');
      assert.equal(chatbot.connections(), 0);
      return lines[0] ?? '';
    }),
  );
}

describe('the users of a file', { concurrency: 2 }, () => {
  test('JSON: session N is user N, and the first comes after the last; the rest is synthetic', async () => {
    const ana = {
      user_id: 501,
      user_name: 'Ana «la Ñ» 🫀',
      user_email: 'ana@nuc.test',
      course_id: 9,
      course_name: 'Anatomía',
      course_catalog_code: 'ANA-9',
    };
    const users = [ana, { user_id: '502' }, { user_name: '' }];
    assert.deepEqual(await usersWith('users.json', `\uFEFF${JSON.stringify(users)}`, 5), [
      ana,
      { ...SYNTHETIC, user_id: 502 },
      { ...SYNTHETIC, user_id: 3 },
      ana,
      { ...SYNTHETIC, user_id: 502 },
    ]);
  });

  test('CSV: quotes, commas and lines within a cell, accents, a byte order mark, empty lines', async () => {
    const csv = [
      '\uFEFF"user_id", user_name,user_email,course_id',
      '7,"Núñez, Zoë ""la jefa""",zoe@nuc.test,3',
      '',
      '8,"dos\nlíneas",,',
      ',,,',
      '9,,,',
      '',
    ].join('\r\n');
    assert.deepEqual(await usersWith('Users.CSV', csv, 4), [
      {
        ...SYNTHETIC,
        user_id: 7,
        user_name: 'Núñez, Zoë "la jefa"',
        user_email: 'zoe@nuc.test',
        course_id: 3,
      },
      { ...SYNTHETIC, user_id: 8, user_name: 'dos\nlíneas' },
      { ...SYNTHETIC, user_id: 9 },
      {
        ...SYNTHETIC,
        user_id: 7,
        user_name: 'Núñez, Zoë "la jefa"',
        user_email: 'zoe@nuc.test',
        course_id: 3,
      },
    ]);
  });

  test('a setting is the default for what the file lacks', async () => {
    const settings = { NUC_USER_ID: '44', NUC_USER_NAME: 'Todos', NUC_COURSE_ID: '6' };
    const users = [{ user_email: 'one@nuc.test' }, { user_name: 'Dos' }];
    const defaults = { ...SYNTHETIC, user_id: 44, user_name: 'Todos', course_id: 6 };
    assert.deepEqual(await usersWith('users.json', users, 2, settings), [
      { ...defaults, user_email: 'one@nuc.test' },
      { ...defaults, user_name: 'Dos' },
    ]);
  });
});

const FIELDS = 'user_id, user_name, user_email, course_id, course_name, course_catalog_code';
const WRONG: [name: string, text: string | null, detail: string][] = [
  ['users.json', null, 'there is no such file'],
  ['users.csv', null, 'there is no such file'],
  [
    'users.json',
    'user_id\n7\n',
    'expected JSON, got other text; a CSV file needs a name that ends in .csv',
  ],
  [
    'users.txt',
    'user_id\n7\n',
    'expected JSON, got other text; a CSV file needs a name that ends in .csv',
  ],
  ['users.json', '{"user_id": 7}', 'expected a list with one user at least'],
  ['users.json', '[]', 'expected a list with one user at least'],
  ['users.csv', 'user_id,user_name\n', 'expected a list with one user at least'],
  ['users.csv', '', 'expected a list with one user at least'],
  ['users.json', '[{"user_id": 1}, 7]', `user 2: expected an object with ${FIELDS}`],
  ['users.json', '[{"password": "s3cret"}]', `user 1: password: expected one of ${FIELDS}`],
  ['users.csv', 'user_id,token\n1,s3cret\n', `the head line: column 2: expected one of ${FIELDS}`],
  ['users.csv', '17,s3cret\n18,s3cret\n', `the head line: column 1: expected one of ${FIELDS}`],
  [
    'users.csv',
    'user_id,user_id\n1,2\n',
    'the head line: columns 1 and 2 are both user_id; leave one out',
  ],
  [
    'users.json',
    '[{"user_id": 1}, {"user_id": "s3cret"}]',
    'user 2: user_id: expected a number, in digits only',
  ],
  [
    'users.csv',
    'user_id,course_id\n1,2\n2,s3cret\n',
    'user 2: course_id: expected a number, in digits only',
  ],
  ['users.json', '[{"user_name": 7}]', 'user 1: user_name: expected a text'],
];

describe('a users file that is wrong: one line, before any traffic', { concurrency: 2 }, () => {
  for (const [name, text, detail] of WRONG) {
    test(`${name} with ${JSON.stringify(text)}`, async () => {
      const line = await refusal(name, text === null ? {} : { [name]: text });
      assert.equal(line, `NUC_USERS_FILE: ${name}: ${detail}`);
    });
  }
});
