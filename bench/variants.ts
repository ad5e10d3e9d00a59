/** The clients that are measured: what each is, and how it is started. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, ensureK6For, scriptOf } from '../runner/k6-binary/engine.ts';
import { k6Environment } from '../runner/run/run-k6.ts';
import type { BenchServer } from './bench-server.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Variant {
  readonly name: string;
  readonly kind: 'floor' | 'asyncio' | 'k6' | 'runner';
  readonly engine?: Engine | 'crypto-js';
  readonly log?: 'off' | 'chunks';
}

export const VARIANTS: readonly Variant[] = [
  { name: 'floor', kind: 'floor' },
  { name: 'native', kind: 'k6', engine: 'native', log: 'off' },
  { name: 'native chunks', kind: 'k6', engine: 'native', log: 'chunks' },
  { name: 'native runner', kind: 'runner', engine: 'native', log: 'off' },
  { name: 'native runner chunks', kind: 'runner', engine: 'native', log: 'chunks' },
  { name: 'stock', kind: 'k6', engine: 'webcrypto', log: 'off' },
  { name: 'stock chunks', kind: 'k6', engine: 'webcrypto', log: 'chunks' },
  { name: 'stock runner', kind: 'runner', engine: 'webcrypto', log: 'off' },
  { name: 'stock runner chunks', kind: 'runner', engine: 'webcrypto', log: 'chunks' },
  { name: 'crypto-js', kind: 'k6', engine: 'crypto-js', log: 'off' },
  { name: 'asyncio', kind: 'asyncio' },
];

/** What a client has to do: so many sessions at once, each with all its questions, over and over. */
interface Work {
  readonly sessions: number;
  /** Whether questions are asked; else the sockets are held. */
  readonly asks: boolean;
  /** A folder for the files of this run. */
  readonly folder: string;
  /** A k6 options file with these sessions. */
  readonly profile: string;
  readonly questions: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Settings of the run that was started from here do not reach what is measured. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(NUC|K6|CHAT)_/.test(name));
  return Object.fromEntries(own);
}

/** The Python with both packages: of BENCH_PYTHON, else the PATH's; undefined where it lacks them. */
export function findPython(): string | undefined {
  for (const python of [process.env.BENCH_PYTHON, 'python3', '/usr/bin/python3']) {
    if (!python) continue;
    try {
      execFileSync(python, ['-c', 'import websockets.asyncio.client, cryptography'], {
        stdio: 'ignore',
      });
      return python;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** The k6 of an engine; the runner gets or builds it where it is not there. */
export async function k6For(engine: Engine): Promise<string> {
  return (await ensureK6For(engine, ROOT, { env: process.env, terminal: process.stderr })).path;
}

/** The settings that lead a scenario to the bench's server. */
export function settingsFor(server: BenchServer, engine: Engine = 'webcrypto'): NodeJS.ProcessEnv {
  return {
    ...k6Environment(plainEnvironment(), { engine }),
    NUC_BASE_URL: server.url,
    NUC_ACCESS_KEY: 'bench',
    NUC_SECRET_KEY: 'bench',
  };
}

/** The arguments that k6 gets of the runner too. */
export const K6_RUN = ['run', '--quiet', '--no-color', '--log-format', 'raw'];

export async function commandOf(
  variant: Variant,
  server: BenchServer,
  work: Work,
): Promise<Command> {
  const { kind, engine } = variant;
  const sessions = String(work.sessions);
  if (kind === 'asyncio') {
    const args = [join(ROOT, 'bench/asyncio_client.py'), server.url, sessions];
    const questions = String(work.asks ? work.questions : 0);
    return { file: findPython() ?? 'python3', args: [...args, questions], env: plainEnvironment() };
  }
  const env = settingsFor(server, engine === 'native' ? engine : 'webcrypto');
  if (kind === 'floor') {
    const own = {
      BENCH_URL: server.url,
      BENCH_SESSIONS: sessions,
      BENCH_QUESTIONS: String(work.asks ? work.questions : 0),
      BENCH_FRAMES: (await server.frames()).join(),
    };
    const args = [...K6_RUN, '--include-system-env-vars', join(ROOT, 'bench/k6/floor.ts')];
    return { file: await k6For('webcrypto'), args, env: { ...env, ...own } };
  }
  const profile = work.asks ? work.profile : 'connections';
  const settings = {
    ...env,
    PROFILE: profile,
    NUC_LOG: variant.log,
    NUC_RESULTS_DIR: work.folder,
    ...(work.asks ? {} : { CONNECTIONS_LEVELS: sessions, CONNECTIONS_HOLD: '1h' }),
  };
  if (kind === 'runner') {
    const flags = ['--engine', String(engine), '--max-time', '2h'];
    const args = ['--import', 'tsx', join(ROOT, 'runner/main.ts'), 'load', profile, ...flags];
    return { file: process.execPath, args, env: settings };
  }
  const isReference = engine === 'crypto-js';
  const script = isReference ? 'dist/crypto-js/chat.js' : scriptOf(engine ?? 'webcrypto');
  const k6 = await k6For(isReference ? 'webcrypto' : (engine ?? 'webcrypto'));
  return { file: k6, args: [...K6_RUN, join(ROOT, script)], env: settings };
}
