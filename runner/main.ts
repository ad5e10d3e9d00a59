/** The commands of package.json that run k6, or work on what its runs left: `start`, `load` and so on. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorLine } from '../lib/base/safe-text.ts';
import { type CommandLine, readCommandLine, toEngine } from './command-line.ts';
import { compareCommand } from './compare/compare-command.ts';
import { deployCommand } from './deploy/deploy-command.ts';
import { NoK6Error, RefusedError, RunnerError, usageError } from './errors.ts';
import { type Engine, ensureK6For } from './k6-binary/engine.ts';
import { mergeCommand } from './merge/merge-command.ts';
import type { Terminal } from './progress.ts';
import { type Interrupts, watchInterrupts } from './run/interrupts.ts';
import { runLoad } from './run/load-run.ts';

const HELP = `npm start -- [flags] [k6 flags]
  The default run against a simulator of its own: 3 sessions, 2 courses, 20 questions each.

  --speed N              N times as fast as the recorded run             (50)

npm run load -- PROFILE [flags] [k6 flags]
  A load profile, by name or as the path of a file with k6 options, against NUC_BASE_URL; where
  that is not set, against a simulator. Results are kept in results/<time>-<profile>/.

  --simulator-speed N    N times as fast as the recorded run             (1)

Both take the simulator's other flags too, --seed, --fault, --capacity and --max-connections
(--simulator-seed, ... for load), and

  --engine native        frames are opened in Go, by a k6 that is built once        (webcrypto)
  --instances N          so many processes of k6 share the load, and leave one result          (1)
  --max-time DURATION    ends a run that takes longer    (what k6 works out from the script)
  --verbose              shows the log lines of single frames too
  --no-report            no live page and no report.html: k6 has its samples to itself, and some CPU
  --help                 this text

What is not in this list is passed on to k6, and so is everything after --.

npm run k6 -- [--engine native]
  Makes sure of k6, and says where it is.

npm run compare, npm run merge and npm run deploy have a --help of their own.

Exit codes: k6's own, such as 99 where a threshold was crossed; 3: no verdict, as the figures are
not to be trusted; 124: the watchdog ended the run; 2: wrong command line; 1: no k6, no bundle, or
results that are not complete; 130: interrupted before the run.
`;

// 40 questions at the recorded pace take about 19 minutes, at this one half a minute.
const START_SPEED = 50;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { env } = process;
// npm runs a script in the project's folder; paths are meant from where the user is.
if (env.npm_lifecycle_event && env.INIT_CWD) process.chdir(env.INIT_CWD);

const [out, err] = [process.stdout, process.stderr].map(asTerminal) as [Terminal, Terminal];

/** A terminal that is dumb shows escape sequences instead of following them. */
function asTerminal(stream: NodeJS.WriteStream): Terminal {
  return {
    write: (text) => stream.write(text),
    isTTY: stream.isTTY && env.TERM !== 'dumb',
    get columns() {
      return stream.columns;
    },
  };
}

async function start(args: readonly string[], interrupts: Interrupts): Promise<number> {
  const line = readCommandLine(args, 'start');
  if (line.help) return help();
  if (line.k6Flags.settings.NUC_BASE_URL) {
    throw usageError('NUC_BASE_URL: npm start has its own simulator; use npm run load -- default');
  }
  if (env.NUC_BASE_URL) {
    err.write('runner: NUC_BASE_URL is not used by npm start; npm run load -- default does\n');
  }
  return runLoad({
    ...common(line, interrupts),
    profile: (line.k6Flags.settings.PROFILE ?? env.PROFILE) || 'default',
    env: { ...env, NUC_LOG: env.NUC_LOG || 'chunks' },
    simulator: { speed: START_SPEED, ...line.simulator },
  });
}

async function load(args: readonly string[], interrupts: Interrupts): Promise<number> {
  const line = readCommandLine(args, 'load');
  if (line.help) return help();
  const { profile, k6Flags } = line;
  if (profile === undefined) {
    const got = k6Flags.args[0] ?? 'nothing';
    throw usageError(`load: expected a profile first, got ${got}; see --help`);
  }
  const { NUC_BASE_URL, NUC_WS_URL } = { ...env, ...k6Flags.settings };
  const hasTarget = Boolean(NUC_BASE_URL);
  if (hasTarget && line.simulatorFlag) {
    throw usageError(`--${line.simulatorFlag}: this run has no simulator, NUC_BASE_URL is set`);
  }
  if (!hasTarget && NUC_WS_URL) {
    throw usageError('NUC_WS_URL: is set without NUC_BASE_URL: set both, or none for a simulator');
  }
  const simulator = hasTarget ? undefined : line.simulator;
  return runLoad({ ...common(line, interrupts), profile, env, simulator });
}

async function k6(args: readonly string[], interrupts: Interrupts): Promise<number> {
  const engine = engineOnly(args);
  const { version, path } = await ensureK6For(engine, root, {
    terminal: err,
    signal: interrupts.first,
  });
  out.write(`k6 v${version} ${path}\n`);
  return 0;
}

/** The command `k6` has this flag alone. */
function engineOnly(args: readonly string[]): Engine {
  const [flag = '--engine', value, ...others] = args.flatMap((arg) => arg.split('='));
  if (flag !== '--engine' || others.length > 0 || (args.length > 0 && value === undefined)) {
    throw usageError(`k6: expected nothing, or --engine NAME; got ${args.join(' ')}`);
  }
  return toEngine(value);
}

function help(): number {
  out.write(HELP);
  return 0;
}

function common(line: CommandLine, interrupts: Interrupts) {
  const { k6Flags, engine, instances, verbose, noReport, maxTimeMs } = line;
  return { root, k6Flags, engine, instances, verbose, noReport, maxTimeMs, interrupts, out, err };
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  const interrupts = watchInterrupts(env);
  try {
    if (command === 'start') return await start(args, interrupts);
    if (command === 'load') return await load(args, interrupts);
    if (command === 'k6') return await k6(args, interrupts);
    if (command === 'compare') return await compareCommand(args);
    if (command === 'merge') return await mergeCommand(args, { root, out, err });
    if (command === 'deploy') {
      return await deployCommand(args, { root, env, interrupts, out, err });
    }
    if (command === '--help') return help();
    throw usageError(
      `expected start, load, compare, merge, deploy or k6, got ${command ?? 'nothing'}; see --help`,
    );
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    const lines = error instanceof NoK6Error ? error.lines : [error.message];
    const message = lines.map(errorLine).join('\n');
    err.write(error instanceof RefusedError ? `${message}\n` : `runner: ${message}\n`);
    return error.exitCode;
  } finally {
    interrupts.close();
  }
}

// Where nobody reads any more, such as in `npm start | head`, the run goes on into its log file.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));
