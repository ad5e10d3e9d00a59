/** kubectl, as the user has it: its configuration says which cluster. */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../lib/base/errors.ts';
import { RunnerError } from '../errors.ts';

export class Kubectl {
  /** @param namespace undefined: the one that its configuration has. */
  constructor(
    private readonly namespace: string | undefined,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * @returns what it wrote to stdout.
   * @throws RunnerError with the last line that it said.
   */
  async run(args: readonly string[], input = ''): Promise<string> {
    const kubectl = this.start(args);
    kubectl.stdin.on('error', () => {}).end(input);
    const [out, said, code] = await Promise.all([
      text(kubectl.stdout),
      text(kubectl.stderr),
      ended(kubectl),
    ]);
    if (code !== 0) throw failed(args, said, code);
    return out;
  }

  /** @returns what it tells of the objects; null where the one that is asked for is not there. */
  async get<T>(...args: readonly string[]): Promise<T | null> {
    const out = await this.run(['get', ...args, '--ignore-not-found', '-o', 'json']);
    return out.trim() === '' ? null : JSON.parse(out);
  }

  /** Copies a folder out of a pod that runs, as a tar. @param to is made. */
  async copyOut(pod: string, from: string, to: string): Promise<void> {
    await mkdir(to, { recursive: true });
    const args = ['exec', pod, '--', 'tar', '-cf', '-', '-C', from, '.'];
    const kubectl = this.start(args);
    kubectl.stdin.on('error', () => {}).end();
    const tar = spawn('tar', ['-xf', '-', '-C', to, '--no-same-owner'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    tar.stdin.on('error', () => {});
    kubectl.stdout.pipe(tar.stdin);
    const [said, ofTar, code, tarCode] = await Promise.all([
      text(kubectl.stderr),
      text(tar.stderr),
      ended(kubectl),
      ended(tar),
    ]);
    if (code !== 0) throw failed(args, said, code);
    if (tarCode !== 0) throw new RunnerError(`tar: ${lastLine(ofTar) || `exit code ${tarCode}`}`);
  }

  private start(args: readonly string[]) {
    const place = this.namespace === undefined ? [] : ['--namespace', this.namespace];
    // In a group of its own: Ctrl-C is for the runner, which says what becomes of the run.
    const options = { env: this.env, stdio: 'pipe', detached: true } as const;
    return spawn('kubectl', [...place, ...args], options);
  }
}

function ended(process: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    process.once('error', (error) => {
      const advice = '; install it, or leave out --wait';
      reject(new RunnerError(`${process.spawnfile}: ${messageOf(error)}${advice}`, 1, error));
    });
    process.once('close', resolve);
  });
}

function failed(args: readonly string[], said: string, code: number | null): RunnerError {
  return new RunnerError(
    `kubectl ${args.slice(0, 3).join(' ')}: ${lastLine(said) || `exit code ${code}`}`,
  );
}

function lastLine(said: string): string {
  return said.trim().split('\n').at(-1) ?? '';
}
