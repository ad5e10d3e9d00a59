import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { readCommandLine } from '../../runner/command-line.ts';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import { inspectRun } from '../../runner/run/inspect.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { scratchFolder } from './scratch.ts';

let k6: string;
before(async () => {
  k6 = (await ensureK6()).path;
});

const NOTHING = {
  help: false,
  verbose: false,
  noReport: false,
  engine: 'webcrypto',
  instances: 1,
  maxTimeMs: undefined,
  simulator: {},
  simulatorFlag: undefined,
  profile: undefined,
  k6Flags: readK6Flags([]),
};

for (const [args, command, expected] of [
  [[], 'start', {}],
  [['--verbose', '--help'], 'load', { verbose: true, help: true }],
  [
    ['--speed', '20', '--seed=7'],
    'start',
    { simulator: { speed: 20, seed: 7 }, simulatorFlag: 'speed' },
  ],
  [['smoke', '--instances', '4'], 'load', { instances: 4, profile: 'smoke' }],
  [['--max-time', '1m30s', '--no-report'], 'start', { maxTimeMs: 90_000, noReport: true }],
  [
    ['--out', 'json=x', '-e', 'A=b'],
    'start',
    { k6Flags: readK6Flags(['--out', 'json=x', '-e', 'A=b']) },
  ],
  [
    ['smoke', '--vus', '3', '--verbose'],
    'load',
    { verbose: true, profile: 'smoke', k6Flags: readK6Flags(['--vus', '3']) },
  ],
  [
    ['smoke', '--', '--verbose', '--', '-x'],
    'load',
    { profile: 'smoke', k6Flags: readK6Flags(['--verbose', '--', '-x']) },
  ],
  [['smoke', '--speed', '2'], 'load', { profile: 'smoke', k6Flags: readK6Flags(['--speed', '2']) }],
  [['--out', 'x', 'smoke'], 'load', { k6Flags: readK6Flags(['--out', 'x', 'smoke']) }],
  [
    ['smoke', '--engine', 'native', '--vus=3'],
    'load',
    { engine: 'native', profile: 'smoke', k6Flags: readK6Flags(['--vus=3']) },
  ],
  [['smoke'], 'start', { k6Flags: readK6Flags(['smoke']) }],
  [
    [
      '--simulator-fault',
      'slow:1/2',
      'smoke',
      '--simulator-fault=stall',
      '--simulator-speed',
      '0.5',
    ],
    'load',
    {
      simulator: { speed: 0.5, faults: ['slow:1/2', 'stall'] },
      simulatorFlag: 'simulator-fault',
      profile: 'smoke',
    },
  ],
  [
    ['--simulator-capacity', '5', '--simulator-max-connections', '9', '--simulator-seed', '1'],
    'load',
    {
      simulator: { capacity: 5, maxConnections: 9, seed: 1 },
      simulatorFlag: 'simulator-capacity',
    },
  ],
] as const) {
  test(`the command line of ${command}: ${JSON.stringify(args)}`, () => {
    assert.deepEqual(readCommandLine(args, command), { ...NOTHING, ...expected });
  });
}

for (const [args, message] of [
  [['--simulator-speed', 'fast'], '--simulator-speed: expected a number, got "fast"'],
  [['--simulator-speed'], '--simulator-speed: needs a value'],
  [['smoke', '--engine', 'go'], '--engine: expected webcrypto or native, got "go"'],
  [['smoke', '--engine'], '--engine: needs a value'],
  [['smoke', '--instances', '0'], '--instances: expected a whole number from 1 to 64, got "0"'],
  [['smoke', '--instances=two'], '--instances: expected a whole number from 1 to 64, got "two"'],
  [['--max-time', '5'], '--max-time: expected a duration such as 30s or 20m, got "5"'],
  [['--max-time', '0'], '--max-time: expected a duration such as 30s or 20m, got "0"'],
  [[''], 'load: expected a profile first, got an empty text; see --help'],
  ...(
    [
      [['smoke', '-e', 'PROFILE=ramp'], 'smoke', 'ramp'],
      [['smoke', '--env=PROFILE=./own.json', '--verbose'], 'smoke', './own.json'],
      [['--verbose', 'smoke', '-e', 'A=b', '-e=PROFILE=ramp'], 'smoke', 'ramp'],
      [['smoke', '--', '-e', 'PROFILE=ramp'], 'smoke', 'ramp'],
      // To the script, that is the default profile.
      [['smoke', '-e', 'PROFILE='], 'smoke', ''],
      // Of two, k6 takes the last.
      [['smoke', '-e', 'PROFILE=smoke', '-e', 'PROFILE=ramp'], 'smoke', 'ramp'],
    ] as const
  ).map(
    ([args, profile, other]) =>
      [
        args,
        `load: the profile is given twice: ${profile}, and PROFILE=${other} by -e; leave one out`,
      ] as const,
  ),
] as const) {
  test(`the command line ${JSON.stringify(args)} is wrong`, () => {
    assert.throws(() => readCommandLine(args, 'load'), { message, exitCode: 2 });
  });
}

test('of k6’s flags the runner knows the settings, the load, and what inspect takes too', () => {
  const flags = [
    ...['-e', 'NUC_WORDS=a=b', '--env', 'NUC_SEED=1', '-eNUC_LOG=off', '-u', '3', '--iterations=6'],
    ...[
      '--stage',
      '1s:2',
      '-s',
      '2s:3',
      '--duration',
      '5m',
      '--out',
      'csv',
      '-o=json=x',
      '--config',
      'a.json',
    ],
    ...['--secret-source=file=keys', '--no-thresholds', '--http-debug=full', '--tag', 'a=b'],
  ];
  assert.deepEqual(readK6Flags(flags), {
    args: flags,
    settings: { NUC_WORDS: 'a=b', NUC_SEED: '1', NUC_LOG: 'off' },
    load: { K6_VUS: '3', K6_ITERATIONS: '6', K6_STAGES: '1s:2,2s:3', K6_DURATION: '5m' },
    shared: [
      ...['-e', 'NUC_WORDS=a=b', '-e', 'NUC_SEED=1', '-e', 'NUC_LOG=off', '--config', 'a.json'],
      ...['--secret-source', 'file=keys'],
    ],
    outputs: ['csv', 'json=x'],
    options: { config: 'a.json', 'http-debug': 'full' },
  });
  assert.deepEqual(readK6Flags([]), {
    args: [],
    settings: {},
    load: {},
    shared: [],
    outputs: [],
    options: {},
  });
});

test('the same profile by -e, or by -e alone, is left as it is', () => {
  for (const [profile, flags] of [
    ['smoke', ['-e', 'PROFILE=smoke']],
    ['smoke', ['-e', 'SOME_PROFILE=ramp']],
    [undefined, ['-e', 'PROFILE=ramp']],
  ] as const) {
    const args = profile === undefined ? flags : [profile, ...flags];
    const k6Flags = readK6Flags(flags);
    assert.deepEqual(readCommandLine(args, 'load'), { ...NOTHING, profile, k6Flags });
  }
});

test('k6 takes a short flag’s value behind a = too', () => {
  const flags = ['-u=3', '-i=6', '-d=5m', '-s=1s:2', '-s=2s:3', '-e=NUC_WORDS=a=b', '-c=a.json'];
  assert.deepEqual(readK6Flags(flags), {
    args: flags,
    settings: { NUC_WORDS: 'a=b' },
    load: { K6_VUS: '3', K6_ITERATIONS: '6', K6_STAGES: '1s:2,2s:3', K6_DURATION: '5m' },
    shared: ['-e', 'NUC_WORDS=a=b', '--config', 'a.json'],
    outputs: [],
    options: { config: 'a.json' },
  });
});

for (const [flags, settings, seconds] of [
  [['-d', '4s'], {}, 4],
  [['--duration=4s'], {}, 4],
  [['-d=4s', '-u=3'], {}, 4],
  // k6 gives iterations ten minutes.
  [['-i', '2'], {}, 600],
  [['-i=3', '-u=3'], {}, 600],
  [['-s', '1s:2', '-s=2s:1'], {}, 3],
  [[], { K6_DURATION: '4s' }, 4],
  [[], { K6_DURATION: '4s', K6_VUS: '' }, 4],
  [['-d', '4s'], { K6_VUS: '2' }, 4],
] as const) {
  const asked = `${flags.join(' ')} ${JSON.stringify(settings)}`;
  test(`k6 is asked how long a run with its own flags takes: ${asked}`, async (t) => {
    // 30 s of graceful stop, 60 s for setup() and for teardown().
    assert.equal((await inspected(t, flags, settings)).limit.ms, (seconds + 150) * 1000);
  });
}

for (const [flags, seconds] of [
  [[], 3_600],
  [['-d', '4s'], 4],
  [['-s', '1s:2', '-s', '2s:1'], 3],
  // It ends when its work is done.
  [['-i', '2'], null],
] as const) {
  test(`how long a run is planned to last: ${flags.join(' ')}`, async (t) => {
    const { plannedMs } = await inspected(t, flags, {});
    assert.equal(plannedMs, seconds && seconds * 1000);
  });
}

test('virtual users that the environment names are left as they are', async (t) => {
  await assert.rejects(inspected(t, ['-d', '4s'], { K6_VUS: '0' }), {
    name: 'RefusedError',
    message: /the number of VUs must be more than 0/,
    exitCode: 104,
  });
});

/** What the real k6 says of a script that has scenarios of its own. */
async function inspected(t: TestContext, flags: readonly string[], settings: NodeJS.ProcessEnv) {
  const folder = await scratchFolder(t);
  const script = join(folder, 'script.js');
  const own = "{ own: { executor: 'constant-vus', vus: 5, duration: '1h' } }";
  await writeFile(
    script,
    `export const options = { scenarios: ${own} };\nexport default () => {};\n`,
  );
  return inspectRun({
    k6,
    script,
    flags: readK6Flags(flags),
    secrets: [],
    env: { PATH: process.env.PATH, ...settings },
  });
}
