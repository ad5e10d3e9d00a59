/** The command line of `npm run deploy`. */
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/base/errors.ts';
import { toEngine } from '../command-line.ts';
import { usageError } from '../errors.ts';
import type { Engine } from '../k6-binary/engine.ts';
import { readK6Flags } from '../run/k6-flags.ts';

export interface DeployFlags {
  /** A profile's name, or the path of a file with options. */
  readonly profile: string;
  readonly parallelism: number;
  readonly image: string;
  readonly mergeImage: string;
  readonly engine: Engine;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly secret: string;
  /** Of each pod; undefined: by the sizing table. */
  readonly millicores: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly storage: string;
  readonly storageClass: string | undefined;
  readonly separate: boolean;
  readonly cleanup: boolean;
  /** A folder for the manifests; undefined: stdout. */
  readonly out: string | undefined;
  readonly wait: boolean;
  /** Of k6, as the operator reads them. */
  readonly k6Flags: readonly string[];
}

/** With the longest ending, `-service-100`, a name of 63 characters. */
const LONGEST_NAME = 45;
const MOST_PODS = 1000;

const OPTIONS = {
  parallelism: { type: 'string' },
  image: { type: 'string' },
  'merge-image': { type: 'string' },
  engine: { type: 'string' },
  name: { type: 'string' },
  namespace: { type: 'string' },
  secret: { type: 'string', default: 'nuc-credentials' },
  cpu: { type: 'string' },
  memory: { type: 'string' },
  storage: { type: 'string', default: '5Gi' },
  'storage-class': { type: 'string' },
  separate: { type: 'boolean', default: false },
  cleanup: { type: 'boolean', default: false },
  out: { type: 'string' },
  wait: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * @param env the user's: k6 would not heed its outputs (K6_OUT) beside the flag that the pods have.
 * @returns null where help is asked for.
 * @throws RunnerError in one line, which names the flag, what it expected and what it got.
 */
export function readDeployFlags(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): DeployFlags | null {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  const { values, positionals } = parsed(own);
  const [profile = '', ...others] = positionals;
  if (values.help) return null;
  if (profile === '' || others.length > 0) {
    throw usageError(`expected one profile, got ${positionals.join(' ') || 'nothing'}; see --help`);
  }
  const image = needed('image', values.image, 'the image that your cluster can pull');
  if (values.out !== undefined && values.wait) {
    throw usageError('--wait applies the manifests itself; leave out --out');
  }
  return {
    profile,
    parallelism: podCount(needed('parallelism', values.parallelism, 'how many pods')),
    image,
    mergeImage: values['merge-image'] ?? mergeImageOf(image),
    engine: toEngine(values.engine),
    name: values.name === undefined ? undefined : runName(values.name),
    namespace: values.namespace === undefined ? undefined : dnsLabel('namespace', values.namespace),
    secret: dnsLabel('secret', values.secret),
    millicores: values.cpu === undefined ? undefined : millicoresOf(values.cpu),
    memoryBytes: values.memory === undefined ? undefined : bytesOf('memory', values.memory),
    storage: quantity('storage', values.storage),
    storageClass: values['storage-class'],
    separate: values.separate,
    cleanup: values.cleanup,
    out: values.out,
    wait: values.wait,
    k6Flags: k6FlagsOf(end < 0 ? [] : args.slice(end + 1), env),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    const [text = ''] = messageOf(error).split(/\.\s/);
    throw usageError(`${text}; see --help; flags of k6 stand after --`);
  }
}

function needed(flag: string, value: string | undefined, what: string): string {
  if (value) return value;
  throw wrong(flag, what, value ?? 'nothing');
}

function wrong(flag: string, expected: string, got: string) {
  return usageError(`--${flag}: expected ${expected}, got ${got}`);
}

function podCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_PODS) return count;
  throw wrong('parallelism', `a whole number from 1 to ${MOST_PODS}`, text);
}

/** `nuc-k6:1.2` → `nuc-k6:1.2-merge`, as deploy/Dockerfile says to name them. */
function mergeImageOf(image: string): string {
  if (!image.includes('@')) return `${image}-merge`;
  throw usageError('--merge-image: is needed where --image has a digest');
}

/** The operator makes a Service of it, whose name may not begin with a digit. */
function runName(text: string): string {
  if (/^[a-z]/.test(text)) return dnsLabel('name', text, LONGEST_NAME);
  throw wrong('name', 'a lower-case letter first', text || 'nothing');
}

function dnsLabel(flag: string, text: string, longest = 63): string {
  if (text.length <= longest && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) return text;
  throw wrong(flag, `up to ${longest} lower-case letters, digits and -`, text);
}

function millicoresOf(text: string): number {
  const millicores = text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000;
  if (/^\d+(\.\d+)?m?$/.test(text) && millicores >= 1) return Math.ceil(millicores);
  throw wrong('cpu', 'a number of cores such as 2 or 500m', text);
}

const UNITS: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30 };

function bytesOf(flag: string, text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(Mi|Gi)$/.exec(text) ?? [];
  const bytes = Number(amount) * (UNITS[unit] ?? 0);
  if (bytes >= 2 ** 20) return bytes;
  throw wrong(flag, 'an amount such as 512Mi or 2Gi', text);
}

function quantity(flag: string, text: string): string {
  bytesOf(flag, text);
  return text;
}

const OF_THE_OPERATOR = ['execution-segment', 'execution-segment-sequence', 'paused', 'address'];

/** The operator cuts its `arguments` at spaces, and a shell reads what comes of them. */
function k6FlagsOf(given: readonly string[], { K6_OUT = '' }: NodeJS.ProcessEnv): string[] {
  const isGiven = readK6Flags(given).outputs.length > 0;
  const inherited = isGiven ? [] : K6_OUT.split(',').filter(Boolean);
  const args = [...given, ...inherited.flatMap((output) => ['-o', output])];
  const odd = args.find((arg) => !/^[\w./:=,@%+-]+$/.test(arg));
  if (odd !== undefined) {
    throw usageError(`${odd}: k6-operator’s shell would not pass it on; use a K6_ variable`);
  }
  if (args[0] !== undefined && !args[0].startsWith('-')) {
    throw usageError(`${args[0]}: expected flags of k6 after --`);
  }
  if (Object.keys(readK6Flags(args).settings).length > 0) {
    throw usageError('-e: settings are taken from the environment: NAME=value npm run deploy -- …');
  }
  const { options } = readK6Flags(args);
  const operators = OF_THE_OPERATOR.find((name) => options[name] !== undefined);
  if (operators !== undefined) {
    throw usageError(`--${operators}: k6-operator sets it; leave it out`);
  }
  return args.flatMap((arg) => (arg.startsWith('--out=') ? ['-o', arg.slice(6)] : [arg]));
}
