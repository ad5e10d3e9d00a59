/** The command line of the runner: what it refuses, and what it says of itself. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import type { K6 } from '../../runner/k6-binary/version.ts';
import { runner } from './runner-process.ts';
import { scratchFolder } from './scratch.ts';

let k6: K6;
before(async () => {
  k6 = await ensureK6();
});

test('load: a wrong variable of k6 is refused in k6’s own words', async (t) => {
  for (const [settings, said] of [
    [{ K6_LOG_OUTPUT: 'nonsense' }, /unsupported log output 'nonsense'/],
    [{ K6_SECRET_SOURCE: 'nonsense=1' }, /no secret source for type "nonsense"/],
  ] as const) {
    const { code, err } = await runner(t, ['load', 'smoke'], settings).ended;
    assert.notEqual(code, 0);
    assert.match(err, said);
    assert.doesNotMatch(err, /no k6|building|getting/);
  }
});

test('load: a results folder that is a file', async (t) => {
  const file = join(await scratchFolder(t), 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below')]) {
    const { code, err } = await runner(t, ['load', 'smoke'], { NUC_RESULTS_DIR: path }).ended;
    assert.equal(code, 1);
    assert.equal(
      err,
      `runner: NUC_RESULTS_DIR: ${path}: it, or a part of it, is a file; name a folder that can be written\n`,
    );
  }
});

test('load: a profile that is not there: the script’s line alone', async (t) => {
  const { out, err, code } = await runner(t, ['load', 'no-such']).ended;
  assert.equal(code, 107);
  assert.match(err, /^PROFILE: expected one of default, [^\n]+, got "no-such"\n$/);
  assert.equal(out, '');
});

for (const [args, settings, said] of [
  [[], {}, 'expected start, load, compare, merge, deploy or k6, got nothing; see --help'],
  [['run'], {}, 'expected start, load, compare, merge, deploy or k6, got run; see --help'],
  [['load'], {}, 'load: expected a profile first, got nothing; see --help'],
  [['load', '--out', 'x'], {}, 'load: expected a profile first, got --out; see --help'],
  [
    ['load', 'default', '--simulator-speed', '2'],
    { NUC_BASE_URL: 'http://127.0.0.1:1' },
    '--simulator-speed: this run has no simulator, NUC_BASE_URL is set',
  ],
  [
    ['load', 'default'],
    { NUC_WS_URL: 'ws://127.0.0.1:1' },
    'NUC_WS_URL: is set without NUC_BASE_URL: set both, or none for a simulator',
  ],
  [
    ['start', '-e', 'NUC_BASE_URL=http://127.0.0.1:1'],
    {},
    'NUC_BASE_URL: npm start has its own simulator; use npm run load -- default',
  ],
] as const) {
  test(`${args.join(' ') || 'no command'}: one line, exit code 2`, async (t) => {
    const ended = await runner(t, args, settings).ended;
    assert.deepEqual(ended, { out: '', err: `runner: ${said}\n`, code: 2 });
  });
}

for (const [args, said] of [
  [['k6', '--engine', 'go'], '--engine: expected webcrypto or native, got "go"'],
  [['k6', '--engine'], 'k6: expected nothing, or --engine NAME; got --engine'],
  [['k6', 'native'], 'k6: expected nothing, or --engine NAME; got native'],
] as const) {
  test(`${args.join(' ')}: one line, exit code 2`, async (t) => {
    const ended = await runner(t, args).ended;
    assert.deepEqual(ended, { out: '', err: `runner: ${said}\n`, code: 2 });
  });
}

test('k6: the one that is used', async (t) => {
  const { out, code } = await runner(t, ['k6']).ended;
  assert.deepEqual([out, code], [`k6 v${k6.version} ${k6.path}\n`, 0]);
});

test('--help: of every command, 100 columns wide', async (t) => {
  const helpOf = async (...command: string[]) => {
    const { out, code } = await runner(t, [...command, '--help']).ended;
    assert.equal(code, 0);
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
    assert.match(out, /^Exit codes: /m);
    return out;
  };
  const all = await helpOf();
  assert.equal(await helpOf('load'), all);
  for (const flag of ['--speed', '--simulator-speed', '--max-time', '--verbose', '3:', '124:']) {
    assert.ok(all.includes(flag), flag);
  }
  for (const command of ['compare', 'merge', 'deploy']) {
    assert.ok(all.includes(`npm run ${command}`), command);
    assert.match(await helpOf(command), new RegExp(`^npm run (-s )?${command} -- `));
  }
});

test('no k6 and no way to get one: what was tried and what to do, each on a line', async (t) => {
  const folder = await scratchFolder(t);
  const nothing = { PATH: folder, CHAT_K6_CACHE: folder, CHAT_K6_RELEASES: 'http://127.0.0.1:1' };
  const { err, code } = await runner(t, ['k6'], nothing).ended;
  assert.equal(code, 1);
  const [getting, failed, first, download, build, todo, ...ways] = err.trim().split('\n');
  assert.match(getting ?? '', /^k6: getting v/);
  assert.match(failed ?? '', /^k6: download failed: /);
  assert.match(first ?? '', /^runner: no k6 v[\d.]+ or later, and none could be got:$/);
  assert.match(download ?? '', /^ {2}download: http:\/\/127\.0\.0\.1:1\//);
  assert.match(build ?? '', /^ {2}build: needs Go /);
  assert.equal(todo, 'Do one of these, then run the command again:');
  assert.equal(ways.length, 4);
});
