import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NUC_FORMAT } from '../../lib/protocol/envelope.ts';
import { publicSettings, readSettings, withoutPrivate } from '../../lib/settings/settings.ts';
import { hasSlo, limitsTime } from '../../lib/settings/slo.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';

const NAMES = Object.values(settingSpecs()).map(({ name }) => name);

test('one name each, and a text about it that fits a table', () => {
  assert.equal(new Set(NAMES).size, NAMES.length);
  for (const { name, about } of Object.values(settingSpecs())) {
    assert.match(name, /^[A-Z][A-Z0-9_]*$/);
    assert.ok(about.length > 3 && !/[|\n]/.test(about), name);
  }
});

test('the defaults that a user is promised', () => {
  const settings = readSettings({});
  const promised = {
    numSessions: 3,
    courses: ['MED1060', 'BUMA1000'],
    profile: 'default',
    questionsFile: null,
    questionsPerCourse: null,
    baseUrl: 'http://127.0.0.1:8787',
    wsUrl: null,
    origin: null,
    accessKey: null,
    secretKey: null,
    responseTimeout: 0,
    thinkTime: { fromMs: 0, toMs: 0 },
    log: 'auto',
    resultsDir: null,
    sloFirstChunk: null,
    sloResponse: null,
    userName: 'Load Tester',
    language: 'en',
    timezone: 'UTC',
  };
  for (const [key, value] of Object.entries(promised)) {
    assert.deepEqual(settings[key as keyof typeof settings], value, key);
  }
  assert.match(settings.userEmail, /\.test$/);
  assert.deepEqual({ separator: settings.separator, morph: settings.morph }, NUC_FORMAT);
});

test('whether there is an SLO is the same of what a run has read and of what its files say', () => {
  for (const [env, expected] of [
    [{}, false],
    [{ NUC_SLO_FIRST_CHUNK: '2s' }, true],
    [{ NUC_SLO_RESPONSE: '30s' }, true],
    [{ NUC_SLO_RATE: '0.9' }, false],
  ] as const) {
    assert.equal(limitsTime(readSettings(env)), expected);
    assert.equal(hasSlo(publicSettings(env)), expected);
  }
});

test('a separator is in no morph word: a key with that word would be cut in two', () => {
  const expected =
    /^NUC_ENVELOPE_SEPARATOR: expected a text that is in no word of NUC_ENVELOPE_MORPH, got one that is in word 2$/;
  for (const [separator, morph] of [
    ['Ef4YsO2cbQZ2', 'a=x,R=Ef4YsO2cbQZ2'],
    ['4YsO2cbQ', 'a=x,R=Ef4YsO2cbQZ2'],
    ['|', 'a=x,R=<|>'],
  ] as const) {
    const env = { NUC_ENVELOPE_SEPARATOR: separator, NUC_ENVELOPE_MORPH: morph };
    assert.throws(() => readSettings(env), { name: 'SettingsError', message: expected });
  }
  assert.equal(readSettings({ NUC_ENVELOPE_SEPARATOR: 'Ef4YsO2cbQZ3' }).separator.length, 12);
});

test('an empty value is not set', () => {
  const empty = Object.fromEntries(NAMES.map((name) => [name, '']));
  assert.deepEqual(readSettings(empty), readSettings({}));
  assert.deepEqual(publicSettings(empty), publicSettings({}));
});

test('each setting reads its own name', () => {
  const env = {
    NUM_SESSIONS: '7',
    COURSES: 'A, B',
    NUC_BASE_URL: 'https://chat.nuc.test/',
    NUC_WS_URL: 'wss://socket.nuc.test',
    NUC_ORIGIN: 'https://page.nuc.test',
    NUC_ACCESS_KEY: 'access',
    NUC_SECRET_KEY: 'secret',
    NUC_FIRST_CHUNK_TIMEOUT: '1s',
    NUC_STALL_TIMEOUT: '2s',
    NUC_RESPONSE_TIMEOUT: '3s',
    NUC_SESSION_TIMEOUT: '4s',
    NUC_THINK_TIME: '1s-5s',
    NUC_STRICT: '1',
    NUC_SLO_FIRST_CHUNK: '5s',
    NUC_SLO_RESPONSE: '6s',
  };
  const settings = readSettings({ ...env, OTHER: 'x', PATH: '/bin', NUCLEAR: 'y' });
  const read = {
    numSessions: 7,
    courses: ['A', 'B'],
    baseUrl: 'https://chat.nuc.test',
    wsUrl: 'wss://socket.nuc.test',
    origin: 'https://page.nuc.test',
    accessKey: 'access',
    secretKey: 'secret',
    firstChunkTimeout: 1000,
    stallTimeout: 2000,
    responseTimeout: 3000,
    sessionTimeout: 4000,
    thinkTime: { fromMs: 1000, toMs: 5000 },
    strict: true,
    sloFirstChunk: 5000,
    sloResponse: 6000,
  };
  for (const [key, value] of Object.entries(read)) {
    assert.deepEqual(settings[key as keyof typeof settings], value, key);
  }
});

test('what a run writes about its settings has no secret, no user and no constant of a deployment in it', () => {
  const shown = publicSettings({
    NUC_ACCESS_KEY: 's3cret-a',
    NUC_SECRET_KEY: 's3cret-b',
    NUM_SESSIONS: '9',
    OTHER: 's3cret-c',
    NUC_USER_ID: '53',
    NUC_USER_NAME: 's3cret-d',
    NUC_USER_EMAIL: 's3cret-e@nuc.test',
    NUC_ENVELOPE_SEPARATOR: 's3cret-f',
    NUC_ENVELOPE_MORPH: 's3cret-g',
    NUC_RESULTS_DIR: '/home/s3cret-h',
  });
  assert.ok(!JSON.stringify(shown).includes('s3cret'));
  assert.equal(shown.NUM_SESSIONS, '9');
  assert.equal(shown.COURSES, 'MED1060,BUMA1000');
  const secret = [
    'NUC_ACCESS_KEY',
    'NUC_SECRET_KEY',
    'NUC_USER_ID',
    'NUC_USER_NAME',
    'NUC_USER_EMAIL',
    'NUC_ENVELOPE_SEPARATOR',
    'NUC_ENVELOPE_MORPH',
    'NUC_RESULTS_DIR',
    // Of one process, where the files are about all.
    'NUC_INSTANCE',
  ];
  const earlier = { NUM_SESSIONS: '9', NUC_ENVELOPE_MORPH: 'a=b', NUC_OF_LATER: '1' };
  assert.deepEqual(withoutPrivate(earlier), { NUM_SESSIONS: '9' });
  assert.deepEqual(
    Object.keys(shown),
    NAMES.filter((name) => !secret.includes(name)),
  );
});
