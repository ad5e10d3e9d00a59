/** A real server of a Debian package, on a free port and a folder of its own, for one test file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

export interface ServerProgram {
  readonly command: string;
  /** Debian's package that has the command. */
  readonly package: string;
  readonly args: (folder: string) => readonly string[];
  readonly env: (folder: string) => NodeJS.ProcessEnv;
  /** Finds the address in the log, once the server listens. */
  readonly listening: RegExp;
}

export interface ServerProcess {
  /** `HOST:PORT` */
  readonly address: string;
  close(): Promise<void>;
}

/** @throws Error which names the package where the command is not there. */
export async function startServer(program: ServerProgram): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), `nuc-k6-${basename(program.command)}-`));
  const server = spawn(program.command, [...program.args(folder)], {
    cwd: folder,
    env: { ...process.env, ...program.env(folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const close = async () => {
    await stop(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { address: await addressFrom(server, program), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressFrom(server: ChildProcess, program: ServerProgram): Promise<string> {
  let log = '';
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`${program.command} does not listen; its log:\n${log}`)),
      START_LIMIT_MS,
    );
    const read = (text: string) => {
      log += text;
      const address = program.listening.exec(log)?.[1];
      if (address === undefined) return;
      clearTimeout(limit);
      resolve(address);
    };
    server.stdout?.setEncoding('utf8').on('data', read);
    server.stderr?.setEncoding('utf8').on('data', read);
    server.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      reject(error.code === 'ENOENT' ? missing(program) : error);
    });
    server.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`${program.command} ended with ${code}; its log:\n${log}`));
    });
  });
}

function missing({ command, package: name }: ServerProgram): Error {
  return new Error(`${command}: not installed; apt-get install ${name}, or run npm test`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  const limit = setTimeout(() => server.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(limit);
}
