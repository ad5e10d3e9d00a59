/** A wrong value of every setting, and what the error says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/base/errors.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';

const NAMES = Object.values(settingSpecs()).map(({ name }) => name);

function refused(env: Record<string, string>): string {
  let message = '';
  assert.throws(
    () => readSettings(env),
    (error) => {
      assert.ok(error instanceof SettingsError, String(error));
      message = error.message;
      return true;
    },
  );
  assert.ok(!message.includes('\n'), message);
  return message;
}

// For each form: what the error says was expected, wrong values, and the settings of that form.
const DURATION = 'a duration such as 500ms, 2s or 17m';
const WINDOW = 'a duration of at least 1s, such as 30s, 3m or 4h';
const SHARE = 'a number above 0 and up to 1, such as 0.95';
const NUMBERS = ['0', '-1', '2.5', 'three', '1e3'];
const WRONG: [expected: string, values: string[], names: string[]][] = [
  [
    'a whole number of at least 1',
    NUMBERS,
    [
      'NUM_SESSIONS',
      'NUC_QUESTIONS_PER_COURSE',
      'NUC_MAX_MESSAGE_KB',
      'NUC_USER_ID',
      'RAMP_START_SESSIONS',
      'RAMP_INCREMENT',
      'RAMP_MAX_SESSIONS',
      'SPIKE_BASE_SESSIONS',
      'SOAK_SESSIONS',
      'ARRIVALS_PER_MINUTE',
      'ARRIVALS_MAX_SESSIONS',
      'BREAKPOINT_START_SESSIONS',
      'BREAKPOINT_INCREMENT',
      'BREAKPOINT_MAX_SESSIONS',
    ],
  ],
  ['a whole number of at least 0', ['-1', '2.5', 'x'], ['NUC_COURSE_ID', 'NUC_SEED']],
  ['a whole number of at least 2', ['1', ...NUMBERS], ['SPIKE_PEAK_SESSIONS']],
  [
    DURATION,
    ['5', '-1s', 'never', '2 s'],
    [
      'NUC_FIRST_CHUNK_TIMEOUT',
      'NUC_STALL_TIMEOUT',
      'NUC_RESPONSE_TIMEOUT',
      'NUC_SESSION_TIMEOUT',
      'NUC_SLO_FIRST_CHUNK',
      'NUC_SLO_RESPONSE',
      'NUC_MAX_CLIENT_LAG',
      'NUC_WARMUP',
      'NUC_REPEAT_WAIT',
    ],
  ],
  [
    WINDOW,
    ['0', '999ms', '5', 'long'],
    [
      'RAMP_INTERVAL',
      'SPIKE_BEFORE',
      'SPIKE_DURATION',
      'SPIKE_AFTER',
      'SOAK_DURATION',
      'SOAK_WINDOW',
      'ARRIVALS_DURATION',
      'BREAKPOINT_INTERVAL',
      'CONNECTIONS_HOLD',
    ],
  ],
  [SHARE, ['0', '1.5', '95%'], ['NUC_SLO_RATE', 'CONNECTIONS_MIN_RATE']],
  [
    'rising whole numbers with commas between them, such as 10,50,100',
    ['0', '2,1', 'a'],
    ['CONNECTIONS_LEVELS'],
  ],
  [
    'a duration such as 2s, or a range such as 1s-5s',
    ['5', '5s-1s', '1s-'],
    ['NUC_THINK_TIME', 'NUC_RETRY_PAUSE'],
  ],
  [
    'a duration of at most 8760h, a year',
    ['8761h', '1s-99999h'],
    ['NUC_THINK_TIME', 'NUC_RETRY_PAUSE'],
  ],
  [
    'a text of at least 8 characters, or one with a character that base64 lacks',
    ['A', 'abc1234'],
    ['NUC_ENVELOPE_SEPARATOR'],
  ],
  ['0 or 1', ['true', '2'], ['NUC_STRICT', 'NUC_ABORT_ON_FAIL']],
  ['one of auto, chunks, answers, sessions, off', ['all', 'OFF'], ['NUC_LOG']],
  ['one of chat, k6', ['none'], ['NUC_SUMMARY']],
  ['one of 99, 0', ['1', 'none'], ['NUC_LIMIT_EXIT_CODE']],
  ['one of sequential, shuffled', ['random'], ['NUC_QUESTION_ORDER']],
  [
    'up to 64 letters, digits and the characters . : _ -',
    ['a b', 'a/b', 'x'.repeat(65)],
    ['NUC_RUN_ID', 'NUC_ENVIRONMENT', 'NUC_INSTANCE'],
  ],
  [
    'course codes of letters A to Z, digits, _ and -, with commas between them, such as MED1060,BUMA1000',
    ['MED1060;BUMA1000', 'A,,B'],
    ['COURSES'],
  ],
  [
    'single characters and their words, none within another, such as R=Ef4YsO2cbQZ2,W=U4Bai5Qn1ZCp',
    ['R', 'RR=x', 'R=a,R=b'],
    ['NUC_ENVELOPE_MORPH'],
  ],
  [
    'a text',
    ['   '],
    [
      'PROFILE',
      'NUC_QUESTIONS_FILE',
      'NUC_USERS_FILE',
      'NUC_RESULTS_DIR',
      'NUC_USER_NAME',
      'NUC_USER_EMAIL',
      'NUC_COURSE_NAME',
      'NUC_LANGUAGE',
      'NUC_TIMEZONE',
      'NUC_MESSAGE',
      'NUC_COURSE',
      'NUC_VECTORS',
    ],
  ],
];

/** A long one may be a key that was pasted into the wrong setting. */
function shown(value: string): string {
  return value.length > 20
    ? `"${value.slice(0, 4)}"… (${value.length} characters)`
    : JSON.stringify(value);
}

for (const [expected, values, names] of WRONG) {
  for (const name of names) {
    test(`${name}: a wrong value is named, with what was expected`, () => {
      for (const value of values) {
        assert.equal(
          refused({ [name]: value }),
          `${name}: expected ${expected}, got ${shown(value)}`,
        );
      }
    });
  }
}

const HIDDEN: Record<string, string> = {
  NUC_BASE_URL: 'a URL such as http://127.0.0.1:8787, without user, query or fragment',
  NUC_WS_URL: 'a URL such as ws://127.0.0.1:8787, without user, query or fragment',
  NUC_ORIGIN: 'a URL such as http://127.0.0.1:8787, without path, user, query or fragment',
  NUC_ACCESS_KEY: 'a text',
  NUC_SECRET_KEY: 'a text',
};

for (const [name, expected] of Object.entries(HIDDEN)) {
  test(`${name}: a wrong value is not repeated`, () => {
    const values = name.endsWith('_KEY') ? ['  '] : ['s3cret', 'https://user:s3cret@chat.nuc.test'];
    for (const value of values) {
      assert.equal(refused({ [name]: value }), `${name}: expected ${expected}, got something else`);
    }
  });
}

test('every setting has a wrong value above', () => {
  const covered = [...WRONG.flatMap(([, , names]) => names), ...Object.keys(HIDDEN)];
  assert.deepEqual([...new Set(covered)].sort(), [...NAMES].sort());
});
