/** Starts the bench's server as a process of its own, and asks it what it saw. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Counts, Truth } from './server.ts';

const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));

/** `full`: an answer in one piece; else its recorded pace, so many times as fast. */
export type Pace = number | 'full';

export interface BenchServer {
  readonly url: string;
  counts(): Promise<Counts>;
  truth(): Promise<Truth[]>;
  /** How many frames each answer has, in the order in which sessions hear them. */
  frames(): Promise<number[]>;
  close(): Promise<void>;
}

export async function startBenchServer(pace: Pace): Promise<BenchServer> {
  const args = pace === 'full' ? ['full'] : ['recorded', String(pace)];
  const server = spawn(process.execPath, ['--import', 'tsx', SERVER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  const killAtExit = () => server.kill();
  process.once('exit', killAtExit);
  const said = await Promise.race([
    once(server.stdout.setEncoding('utf8'), 'data'),
    exited.then(([code]) => {
      throw new Error(`the bench's server does not start: exit code ${code}`);
    }),
  ]);
  const url = String(said[0]).trim();
  const ask = async (path: string) => (await fetch(url + path)).json();
  return {
    url,
    counts: () => ask('/counts') as Promise<Counts>,
    truth: () => ask('/truth') as Promise<Truth[]>,
    frames: () => ask('/frames') as Promise<number[]>,
    async close() {
      process.off('exit', killAtExit);
      server.kill();
      await exited;
    },
  };
}
