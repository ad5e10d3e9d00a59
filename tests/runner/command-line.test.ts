import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommandLine } from '../../runner/command-line.ts';
import { readK6Flags, settingOf } from '../../runner/k6-flags.ts';

const NOTHING = {
  help: false,
  verbose: false,
  noReport: false,
  maxTimeMs: undefined,
  simulator: {},
  simulatorFlag: undefined,
  rest: [],
};

for (const [args, prefix, expected] of [
  [[], '', {}],
  [['--verbose', '--help'], '', { verbose: true, help: true }],
  [
    ['--speed', '20', '--seed=7'],
    '',
    { simulator: { speed: 20, seed: 7 }, simulatorFlag: 'speed' },
  ],
  [['--max-time', '1m30s', '--no-report'], '', { maxTimeMs: 90_000, noReport: true }],
  [['--out', 'json=x', '-e', 'A=b'], '', { rest: ['--out', 'json=x', '-e', 'A=b'] }],
  [['smoke', '--vus', '3', '--verbose'], '', { verbose: true, rest: ['smoke', '--vus', '3'] }],
  [['smoke', '--', '--verbose', '--', '-x'], '', { rest: ['smoke', '--verbose', '--', '-x'] }],
  [['smoke', '--speed', '2'], 'simulator-', { rest: ['smoke', '--speed', '2'] }],
  [
    [
      '--simulator-fault',
      'slow:1/2',
      'smoke',
      '--simulator-fault=stall',
      '--simulator-speed',
      '0.5',
    ],
    'simulator-',
    {
      simulator: { speed: 0.5, faults: ['slow:1/2', 'stall'] },
      simulatorFlag: 'simulator-fault',
      rest: ['smoke'],
    },
  ],
  [
    ['--simulator-capacity', '5', '--simulator-max-connections', '9', '--simulator-seed', '1'],
    'simulator-',
    {
      simulator: { capacity: 5, maxConnections: 9, seed: 1 },
      simulatorFlag: 'simulator-capacity',
    },
  ],
] as const) {
  test(`the command line ${JSON.stringify(args)}${prefix && ` with ${prefix}`}`, () => {
    assert.deepEqual(readCommandLine(args, prefix), { ...NOTHING, ...expected });
  });
}

for (const [args, message] of [
  [['--speed', 'fast'], '--speed: expected a number, got "fast"'],
  [['--speed'], '--speed: needs a value'],
  [['--max-time', '5'], '--max-time: expected a duration such as 30s or 20m, got "5"'],
  [['--max-time', '0'], '--max-time: expected a duration such as 30s or 20m, got "0"'],
] as const) {
  test(`the command line ${JSON.stringify(args)} is wrong`, () => {
    assert.throws(() => readCommandLine(args), { message, exitCode: 2 });
  });
}

test('of k6’s flags the runner knows the settings, the load, and what inspect takes too', () => {
  const flags = [
    ...['-e', 'NUC_WORDS=a=b', '--env', 'NUC_SEED=1', '-eNUC_LOG=off', '-u', '3', '--iterations=6'],
    ...['--stage', '1s:2', '-s', '2s:3', '--duration', '5m', '--out', 'csv', '--config', 'a.json'],
    ...['--secret-source=file=keys', '--no-thresholds', '--tag', 'a=b'],
  ];
  assert.deepEqual(readK6Flags(flags), {
    settings: { NUC_WORDS: 'a=b', NUC_SEED: '1', NUC_LOG: 'off' },
    load: { K6_VUS: '3', K6_ITERATIONS: '6', K6_STAGES: '1s:2,2s:3', K6_DURATION: '5m' },
    shared: [
      ...['-e', 'NUC_WORDS=a=b', '-e', 'NUC_SEED=1', '-e', 'NUC_LOG=off', '--config', 'a.json'],
      ...['--secret-source', 'file=keys'],
    ],
  });
  assert.deepEqual(readK6Flags([]), { settings: {}, load: {}, shared: [] });
});

test('a setting of a flag stands above the environment’s', () => {
  assert.equal(settingOf('NUC_LOG', ['-e', 'NUC_LOG=off'], { NUC_LOG: 'chunks' }), 'off');
  assert.equal(settingOf('NUC_LOG', ['-e', 'NUC_SEED=1'], { NUC_LOG: 'chunks' }), 'chunks');
  assert.equal(settingOf('NUC_LOG', [], {}), '');
});
