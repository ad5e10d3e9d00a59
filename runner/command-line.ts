/** The runner's own flags, and the rest of the line, which is k6's. */
import { parseArgs } from 'node:util';
import { parseDuration } from '../lib/base/duration.ts';
import type { SimulatorOptions } from '../simulator/options.ts';
import { usageError } from './errors.ts';
import { ENGINES, type Engine } from './k6-binary/engine.ts';
import { type K6Flags, readK6Flags } from './run/k6-flags.ts';

export interface CommandLine {
  readonly help: boolean;
  readonly verbose: boolean;
  /** Neither a report nor a live page. */
  readonly noReport: boolean;
  readonly engine: Engine;
  /** So many processes of k6 share the load. */
  readonly instances: number;
  /** Milliseconds. */
  readonly maxTimeMs: number | undefined;
  readonly simulator: SimulatorOptions;
  /** The first flag on the line that is for the simulator. */
  readonly simulatorFlag: string | undefined;
  /** Of `load`: a profile's name, or the path of a file with options. */
  readonly profile: string | undefined;
  /** All that is not the runner's. */
  readonly k6Flags: K6Flags;
}

/** More processes than this only cost memory: each of them uses several cores. */
const MOST_INSTANCES = 64;
const SWITCHES = ['help', 'verbose', 'no-report'];
const NUMBERS = {
  speed: 'speed',
  seed: 'seed',
  capacity: 'capacity',
  'max-connections': 'maxConnections',
} as const;

/**
 * Everything after `--`, and every flag that the runner does not know, is k6's.
 * @param command `load` takes a profile first, and has `--simulator-speed` where `start` has `--speed`.
 * @throws RunnerError which names the flag, what it expected and what it got; or the two profiles.
 */
export function readCommandLine(args: readonly string[], command: 'start' | 'load'): CommandLine {
  const prefix = command === 'load' ? 'simulator-' : '';
  const simulatorNames = [...Object.keys(NUMBERS), 'fault'].map((name) => prefix + name);
  const valueNames = ['max-time', 'engine', 'instances', ...simulatorNames];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(SWITCHES.map((name) => [name, { type: 'boolean' } as const])),
      ...Object.fromEntries(valueNames.map((name) => [name, { type: 'string' } as const])),
    },
  });
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? args.length;
  const own = new Set([end]);
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, index, value, inlineValue } = token;
    const takesValue = valueNames.includes(name);
    if (!takesValue && !SWITCHES.includes(name)) continue;
    if (takesValue && value === undefined) throw usageError(`${rawName}: needs a value`);
    own.add(index);
    if (takesValue && !inlineValue) own.add(index + 1);
    given.set(name, [...(given.get(name) ?? []), value ?? '']);
  }

  const last = (name: string) => given.get(name)?.at(-1);
  const simulator: SimulatorOptions = {};
  for (const [name, option] of Object.entries(NUMBERS)) {
    const text = last(prefix + name);
    if (text !== undefined) simulator[option] = toNumber(prefix + name, text);
  }
  const faults = given.get(`${prefix}fault`);
  if (faults) simulator.faults = faults;
  const maxTime = last('max-time');
  const engine = toEngine(last('engine'));
  const rest = args.filter((_, index) => !own.has(index));
  const [first = '-'] = rest;
  const profile = command === 'load' && !first.startsWith('-') ? first : undefined;
  // Such as "$PROFILE" in a shell where that is not set: the script would take it for the default.
  if (profile === '')
    throw usageError('load: expected a profile first, got an empty text; see --help');
  const k6Flags = readK6Flags(profile === undefined ? rest : rest.slice(1));
  checkProfile(profile, k6Flags);
  return {
    help: given.has('help'),
    verbose: given.has('verbose'),
    noReport: given.has('no-report'),
    engine,
    instances: toInstances(last('instances')),
    maxTimeMs: maxTime === undefined ? undefined : toDuration('max-time', maxTime),
    simulator,
    simulatorFlag: [...given.keys()].find((name) => simulatorNames.includes(name)),
    profile,
    k6Flags,
  };
}

/** The script would run the one of `-e`, and the results would be named after the other. */
function checkProfile(profile: string | undefined, { settings }: K6Flags): void {
  const other = settings.PROFILE;
  if (profile === undefined || other === undefined || other === profile) return;
  throw usageError(
    `load: the profile is given twice: ${profile}, and PROFILE=${other} by -e; leave one out`,
  );
}

function toNumber(flag: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw usageError(`--${flag}: expected a number, got ${JSON.stringify(text)}`);
}

/** @param text of the flag; the stock engine where it was not given. */
export function toEngine(text: string = ENGINES[0]): Engine {
  const engine = ENGINES.find((name) => name === text);
  if (engine !== undefined) return engine;
  throw usageError(`--engine: expected ${ENGINES.join(' or ')}, got ${JSON.stringify(text)}`);
}

/** @param text of the flag; one process where it was not given. */
function toInstances(text = '1'): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_INSTANCES) return count;
  throw usageError(
    `--instances: expected a whole number from 1 to ${MOST_INSTANCES}, got ${JSON.stringify(text)}`,
  );
}

function toDuration(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw usageError(
    `--${flag}: expected a duration such as 30s or 20m, got ${JSON.stringify(text)}`,
  );
}
