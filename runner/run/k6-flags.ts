/** What the runner has to know of the flags that a user gives to k6; it passes all of them on. */
import { parseArgs } from 'node:util';

/** The flags of one run, read once. */
export interface K6Flags {
  /** As they were given. */
  readonly args: readonly string[];
  /** Of `-e NAME=value`, which the script sees instead of the environment's. */
  readonly settings: Readonly<Record<string, string>>;
  /** Flags that replace the script's scenarios, as the K6_ variables of the same meaning. */
  readonly load: Readonly<Record<string, string>>;
  /** The flags of `k6 run` that `k6 inspect` takes too. */
  readonly shared: readonly string[];
  /** Of `--out`, such as `csv=samples.csv`. */
  readonly outputs: readonly string[];
  /** Others that decide whether there are results: name → value, the last one given. */
  readonly options: Readonly<Record<string, string>>;
}

/** Flags that are true where no value stands behind them. */
const SWITCHES = [
  'http-debug',
  'linger',
  'new-machine-readable-summary',
  'include-system-env-vars',
];
/** Flags with a value, which several processes cannot have alike. */
const OF_ONE_PROCESS = [
  'execution-segment',
  'execution-segment-sequence',
  'summary-export',
  'console-output',
];

export function readK6Flags(args: readonly string[]): K6Flags {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      env: { type: 'string', short: 'e', multiple: true },
      duration: { type: 'string', short: 'd' },
      iterations: { type: 'string', short: 'i' },
      vus: { type: 'string', short: 'u' },
      stage: { type: 'string', short: 's', multiple: true },
      config: { type: 'string', short: 'c' },
      'secret-source': { type: 'string', multiple: true },
      out: { type: 'string', short: 'o', multiple: true },
      'summary-mode': { type: 'string' },
      ...Object.fromEntries(SWITCHES.map((name) => [name, { type: 'boolean' } as const])),
      ...Object.fromEntries(OF_ONE_PROCESS.map((name) => [name, { type: 'string' } as const])),
      linger: { type: 'boolean', short: 'l' },
      paused: { type: 'boolean', short: 'p' },
      address: { type: 'string', short: 'a' },
    },
  });
  // k6 takes `-u=3` as `-u 3`; to Node, the `=` is part of the value.
  const texts = (value: unknown): string[] =>
    [value]
      .flat()
      .filter((item): item is string => typeof item === 'string')
      .map((item) => item.replace(/^=/, ''));

  const settings = Object.fromEntries(
    texts(values.env).map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      return [name, rest.join('=')];
    }),
  );
  const load: Record<string, string> = {};
  for (const [flag, variable] of [
    ['duration', 'K6_DURATION'],
    ['iterations', 'K6_ITERATIONS'],
    ['vus', 'K6_VUS'],
    ['stage', 'K6_STAGES'],
  ] as const) {
    const given = texts(values[flag]);
    if (given.length > 0) load[variable] = given.join(',');
  }
  const shared = [
    ...texts(values.env).flatMap((pair) => ['-e', pair]),
    ...texts(values.config).flatMap((file) => ['--config', file]),
    ...texts(values['secret-source']).flatMap((source) => ['--secret-source', source]),
  ];
  const options: Record<string, string> = {};
  for (const name of [
    'config',
    'summary-mode',
    'paused',
    'address',
    ...SWITCHES,
    ...OF_ONE_PROCESS,
  ]) {
    const value = [values[name]].flat().at(-1);
    if (value !== undefined) options[name] = String(value).replace(/^=/, '');
  }
  return { args, settings, load, shared, outputs: texts(values.out), options };
}
