import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { SecretFilter, secretsInForce } from '../../runner/run/secrets.ts';
import { scratchFolder } from './scratch.ts';

const KEY = 'sk-4$7"f/é+\\Zq';
const SHORT = 'abc';

for (const [form, text] of [
  ['plain', KEY],
  ['as JSON', JSON.stringify({ secret_key: KEY })],
  ['as Go quotes JSON', JSON.stringify(JSON.stringify({ secret_key: KEY }))],
  ['in a URL', `https://a.test/?k=${encodeURIComponent(KEY)}&x=1`],
  ['in a URL, in small letters', encodeURIComponent(KEY).toLowerCase().replace('zq', 'Zq')],
  ['in hexadecimal digits', Buffer.from(KEY).toString('hex')],
  ['in base64', Buffer.from(KEY).toString('base64')],
  ['in base64 for URLs', Buffer.from(KEY).toString('base64url')],
  ['as HTTP’s basic authentication', Buffer.from(`user:${KEY}`).toString('base64')],
  ['with one more byte before it', Buffer.from(`u:${KEY}:and more`).toString('base64')],
] as const) {
  test(`a secret ${form} is hidden, and the rest stays`, () => {
    const said = new SecretFilter([KEY]).pass(`before ${text} after\n`);
    assert.match(said, /^before .*\[hidden\].* after\n$/);
    // Of base64, what stays tells of the bytes around the secret and a few bits of it.
    for (const part of [KEY.slice(0, 6), KEY.slice(-6), text.slice(20, 30)].filter(Boolean)) {
      assert.ok(!said.includes(part), said);
    }
  });
}

test('a secret that is cut at the end of a line, at every place', () => {
  const whole = `${KEY} in a line\n`;
  for (let at = 3; at < KEY.length; at += 1) {
    const filter = new SecretFilter([KEY]);
    const said = [
      filter.pass(`one\ntwo ${whole.slice(0, at)}\n`),
      filter.pass(`${whole.slice(at)}`),
      filter.end(),
    ];
    assert.equal(said.join(''), 'one\ntwo [hidden] in a line\n', `${at}`);
    assert.equal(said[0], 'one\n');
  }
});

test('a line that only begins like a secret comes with the next one, or at the end', () => {
  const filter = new SecretFilter([KEY]);
  assert.equal(filter.pass('task sk-4\n'), '');
  assert.equal(filter.pass('another\n'), 'task sk-4\nanother\n');
  assert.equal(filter.pass('task sk-4\n'), '');
  assert.equal(filter.end(), 'task sk-4\n');
  assert.equal(filter.end(), '');
});

test('a short secret is hidden where it stands alone, not within words', () => {
  const filter = new SecretFilter([SHORT]);
  assert.equal(filter.pass('abc "abc" abcd xabc\n'), '[hidden] "[hidden]" abcd xabc\n');
});

test('without secrets nothing changes', () => {
  const filter = new SecretFilter([]);
  assert.equal(filter.pass('a\nb\n'), 'a\nb\n');
  assert.equal(filter.end(), '');
});

test('the secrets in force: of settings, flags, outputs’ addresses, proxies and secret files', async (t) => {
  const file = join(await scratchFolder(t), 'keys');
  await writeFile(file, 'nuc_access_key=from-a-file\nnuc_secret_key = x=y \nother=z\n');
  const flags = readK6Flags([
    ...['-e', 'NUC_SECRET_KEY=by-flag', '--secret-source', `file=${file}`],
    ...['--out', 'influxdb=http://u:p%2Fw@127.0.0.1:1/db'],
  ]);
  const env = {
    NUC_ACCESS_KEY: ' by-variable\n',
    NUC_SECRET_KEY: 'not in force',
    NUC_USER_EMAIL: 'jane@x.test',
    NUC_USER_NAME: 'Jane',
    K6_INFLUXDB_PASSWORD: 'of-influx',
    HTTPS_PROXY: 'http://me:of-proxy@127.0.0.1:2',
    NUC_BASE_URL: 'https://a:of-target@chat.test',
    PATH: '/bin',
  };
  const secrets = await secretsInForce({ ...env, ...flags.settings }, flags);
  assert.deepEqual(
    secrets.sort(),
    [
      ...['by-variable', 'by-flag', 'jane@x.test', 'of-influx', 'of-proxy', 'of-target'],
      ...['p%2Fw', 'p/w', 'from-a-file', 'x=y'],
    ].sort(),
  );
  assert.deepEqual(await secretsInForce({ NUC_ACCESS_KEY: 'simulator' }, readK6Flags([])), []);
});
