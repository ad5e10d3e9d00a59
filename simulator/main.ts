/** The command: `npm run simulator -- [flags]`. */
import { parseArgs } from 'node:util';
import { messageOf } from '../lib/base/errors.ts';
import { errorLine } from '../lib/base/safe-text.ts';
import { FAULTS, OptionError } from './faults.ts';
import type { SimulatorOptions } from './options.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const HELP = `A stand-in for the NUC chatbot. It prints one line with its address, serves until SIGINT or
SIGTERM, and tells at GET /stats what it saw.

  --port N             port to listen on; 0 picks a free one             (8787)
  --host ADDRESS       address to listen on                              (127.0.0.1)
  --speed N            N times as fast as the recorded run               (1)
  --seed N             the same seed repeats the same answers            (1)
  --capacity N         answers that stream at once without slowing down  (no limit)
  --max-connections N  sockets at once; more are refused with 503        (no limit)
  --fault NAME[:1/K]   what goes wrong, in every K-th session; may be repeated
  --help               this text

Faults:
${Object.entries(FAULTS)
  .map(([name, purpose]) => `  ${name.padEnd(22)} ${purpose}`)
  .join('\n')}
`;

const BAD_USAGE = 2;

function readFlags(): SimulatorOptions | 'help' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      speed: { type: 'string' },
      seed: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
      capacity: { type: 'string' },
      'max-connections': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const options: SimulatorOptions = { faults: values.fault };
  if (values.host !== undefined) options.host = values.host;
  if (values.port !== undefined) options.port = toNumber('port', values.port);
  if (values.speed !== undefined) options.speed = toNumber('speed', values.speed);
  if (values.seed !== undefined) options.seed = toNumber('seed', values.seed);
  if (values.capacity !== undefined) options.capacity = toNumber('capacity', values.capacity);
  const limit = values['max-connections'];
  if (limit !== undefined) options.maxConnections = toNumber('max-connections', limit);
  return options;
}

function toNumber(flag: string, text: string): number {
  if (/^-?(\d+\.?|\d*\.\d+)$/.test(text)) return Number(text);
  throw new OptionError(`${flag}: expected a number, got ${JSON.stringify(text)}`);
}

/** @returns one line that says what to do next. */
function explain(error: unknown): string {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use: stop what listens there, or choose another with --port`;
  }
  const [line] = messageOf(error).split('\n');
  return code?.startsWith('ERR_PARSE_ARGS')
    ? `${line?.replace(/\.$/, '')}; --help lists the flags`
    : `${line}`;
}

let simulator: Simulator | undefined;
try {
  const options = readFlags();
  if (options === 'help') {
    process.stdout.write(HELP);
  } else {
    simulator = await startSimulator(options);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void simulator?.close());
    }
    console.log(`simulator listening on ${simulator.url}`);
  }
} catch (error) {
  console.error(`simulator: ${errorLine(explain(error))}`);
  process.exitCode = BAD_USAGE;
}
