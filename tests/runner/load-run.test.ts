import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';
import { SECRET, scene } from './load-scene.ts';
import { filesIn, readText, Written } from './scratch.ts';

test('against a simulator of its own: the settings lead there, and nowhere else', async (t) => {
  const { run, noted, root } = await scene(t);
  const elsewhere = { NUC_BASE_URL: 'https://a.test', NUC_WS_URL: 'wss://a.test', NUC_ORIGIN: 'b' };
  assert.equal(await run({ profile: 'smoke' }, { ...elsewhere, NUM_SESSIONS: '7' }), 0);
  const got = await noted();
  assert.match(got.BASE ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual([got.WS, got.ORIGIN, got.KEYS], ['', '', 'simulator/simulator']);
  assert.deepEqual([got.PROFILE, got.SESSIONS, got.GOGC], ['smoke', '7', '200']);
  assert.equal(got.PWD, process.cwd());
  const folder = join(root, 'results');
  assert.match(got.RESULTS ?? '', /\/results\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d[+-]\d{4}-smoke$/);
  assert.ok(got.RESULTS?.startsWith(folder));
  // The simulator went with the run.
  await assert.rejects(fetch(`${got.BASE}/stats`));
});

test('against a base URL: all settings are the user’s', async (t) => {
  const { run, noted, err } = await scene(t);
  const settings = {
    NUC_BASE_URL: 'https://chat.test/a',
    NUC_WS_URL: 'wss://socket.test',
    NUC_ORIGIN: 'https://o.test',
    NUC_ACCESS_KEY: 'a',
    NUC_SECRET_KEY: SECRET,
    GOGC: '50',
  };
  assert.equal(await run({ simulator: undefined }, settings), 0);
  // Who sets either of them knows what they are.
  assert.doesNotMatch(err.text, /GOGC|GOMEMLIMIT/);
  const got = await noted();
  assert.deepEqual(
    [got.BASE, got.WS, got.ORIGIN, got.KEYS, got.GOGC],
    ['https://chat.test/a', 'wss://socket.test', 'https://o.test', `a/${SECRET}`, '50'],
  );
});

test('what is done is said first, and where it is kept last; no secret is', async (t) => {
  const { run, root, out, err, noted } = await scene(t, 'echo SUMMARY; echo log >&2; exit 99');
  const settings = {
    NUC_BASE_URL: `https://user:${SECRET}@chat.test:8443/base?token=${SECRET}#${SECRET}`,
    NUC_ACCESS_KEY: SECRET,
    NUC_SECRET_KEY: SECRET,
  };
  const flags = ['--out', `influxdb=http://u:${SECRET}@127.0.0.1/x`, '-e', `NUC_SEED=${SECRET}`];
  assert.equal(await run({ simulator: undefined, flags }, settings), 99);
  const folder = (await noted()).RESULTS ?? '';
  const said = err.lines.map((line) =>
    line.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:PORT').replace(/=\d+MiB/, '=LIMIT'),
  );
  assert.deepEqual(said, [
    `  k6          v${PINNED_K6}, ${join(root, 'bin', 'k6')}`,
    '  engine      webcrypto',
    `  script      ${join(root, 'dist', 'chat.js')}`,
    '  profile     default',
    '  target      https://chat.test:8443/base',
    '  time limit  9m30s: k6’s own 3m30s, and 6m for setup and teardown',
    `  results     ${folder}`,
    '  memory      GOGC=200, GOMEMLIMIT=LIMIT',
    '  live        http://127.0.0.1:PORT/',
    'log',
  ]);
  const last = ['', `  log      ${join(folder, 'k6.log')}`, `  results  ${folder}`];
  assert.deepEqual(out.lines, ['SUMMARY', ...last]);
  assert.equal((await readText(join(folder, 'k6.log'))).length, 'SUMMARYlog\n\n'.length);
  assert.ok(!(out.text + err.text).includes(SECRET));
});

test('outputs of k6’s config file stay beside the samples, unless others are named', async (t) => {
  const { run, noted, root } = await scene(t);
  const config = join(root, 'config', 'k6', 'config.json');
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, '{"out":["csv=a.csv"]}');
  const byFlag = ['--config', config];
  for (const [flags, env, expected] of [
    [byFlag, {}, '--out json=- --out csv=a.csv'],
    [[], { K6_CONFIG: config }, '--out json=- --out csv=a.csv'],
    [[], { XDG_CONFIG_HOME: join(root, 'config') }, '--out json=- --out csv=a.csv'],
    [byFlag, { K6_OUT: 'csv=b.csv' }, '--out json=- --out csv=b.csv'],
    [[...byFlag, '--out', 'csv=c.csv'], {}, '--out csv=c.csv --out json=-'],
    [[], {}, '--out json=-'],
  ] as const) {
    await run({ flags }, { XDG_CONFIG_HOME: '', HOME: root, ...env });
    assert.match((await noted()).ARGS ?? '', new RegExp(` ${expected} \\S+chat\\.js$`));
  }
  await writeFile(config, '{"linger":true}');
  await assert.rejects(run({ flags: byFlag }), /--linger/);
});

test('k6 gives its samples to the report, unless none is wanted', async (t) => {
  const { run, noted, err } = await scene(t);
  await run();
  assert.match((await noted()).ARGS ?? '', / --out json=- /);
  assert.match(err.text, /^ {2}live {8}http:\/\/127\.0\.0\.1:\d+\/$/m);

  const without = new Written();
  await run({ noReport: true, err: without });
  assert.doesNotMatch((await noted()).ARGS ?? '', /json/);
  assert.doesNotMatch(without.text, /live/);
});

test('a setting among k6’s flags counts', async (t) => {
  const { run, noted, err, root } = await scene(t);
  const folder = join(root, 'kept', 'here');
  const flags = ['-e', 'NUC_BASE_URL=http://other.test', '-e', `NUC_RESULTS_DIR=${folder}`];
  await run({ simulator: undefined, flags }, { NUC_BASE_URL: 'http://one.test' });
  assert.match(err.text, /^ {2}target {6}http:\/\/other\.test$/m);
  assert.ok((await filesIn(folder)).includes('k6.log'));
  assert.match((await noted()).ARGS ?? '', / -e NUC_BASE_URL=http:\/\/other\.test -e /);
});

test('NUC_RESULTS_DIR names the folder; it is made, and k6 gets it as an absolute path', async (t) => {
  const { run, noted, root } = await scene(t);
  const folder = join(root, 'a', 'b');
  const relative = join('..', ...Array<string>(20).fill('..'), folder);
  await run({}, { NUC_RESULTS_DIR: relative });
  assert.equal((await noted()).RESULTS, folder);
  assert.ok((await filesIn(folder)).includes('k6.log'));
  assert.deepEqual(await filesIn(join(root, 'results')), []);
});

test('k6 is asked with the flags that change what a run takes', async (t) => {
  const asks = `
    if [ "$*" != "inspect --execution-requirements --include-system-env-vars --log-format raw \\
-e A=b $PWD_SCRIPT" ]; then echo "args: $*" >&2; exit 1; fi
    if [ "$K6_VUS$K6_DURATION" != 320m ]; then echo "$K6_VUS$K6_DURATION" >&2; exit 1; fi
    echo '{"totalDuration":"20m30s"}'; exit 0`.replace('\\\n', '');
  const { run, err, root } = await scene(t, 'exit 0', asks);
  const flags = ['--vus', '3', '-d', '20m', '-e', 'A=b', '--out', 'x'];
  await run({ flags }, { PWD_SCRIPT: join(root, 'dist', 'chat.js') });
  assert.match(err.text, /^ {2}time limit {2}22m30s: k6’s own 20m30s, and 2m for setup/m);
});

test('--max-time stands above what k6 works out', async (t) => {
  const { run, err } = await scene(t);
  await run({ maxTimeMs: 90_000 });
  assert.match(err.text, /^ {2}time limit {2}1m30s: --max-time$/m);
});

test('the pace of the simulator is said', async (t) => {
  const { run, err } = await scene(t);
  await run();
  await run({ simulator: {} });
  const [fast, recorded] = err.lines.filter((line) => line.includes('target'));
  assert.match(fast ?? '', /^ {2}target {6}http:\S+, a simulator 1000 times the recorded pace$/);
  assert.match(recorded ?? '', /^ {2}target {6}http:\S+, a simulator at the recorded pace$/);
});

test('what the simulator saw is said where something is off, violations by kind', async (t) => {
  const { run, out } = await scene(
    t,
    `"${process.execPath}" -e '
      fetch(process.env.NUC_BASE_URL + "/nuc/v1/create-chat", { method: "POST", body: "{" })'`,
  );
  await run();
  const blocks = out.text.split('\n\n').map((block) => block.trim().split('\n'));
  const [, ...rows] = blocks.find(([title]) => title === 'Seen by the simulator') ?? [];
  const counted = new Map(rows.map((row) => row.trim().split(/ {2,}/) as [string, string]));
  assert.equal(counted.get('questions'), '0');
  assert.equal(counted.get('open connections'), '0');
  assert.deepEqual([counted.get('violations'), counted.get('body:not_json')], ['6', '1']);
  assert.equal(new Set(rows.map((row) => row.length)).size, 1, 'aligned');
});
