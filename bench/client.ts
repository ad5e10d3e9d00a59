/** A client that is measured, as a process: how it is started, looked at, and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { lookAtTree, type ProcessLook } from './process-tree.ts';
import type { Command } from './variants.ts';

const END_WAIT_MS = 8_000;
const KEPT_CHARS = 2000;

export class Client {
  private said = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor(command: Command) {
    this.child = spawn(command.file, command.args, {
      env: command.env,
      // The log goes nowhere, as cheaply as it can.
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-KEPT_CHARS);
    });
    this.exited = once(this.child, 'exit').catch((error) => {
      this.said += String(error);
    });
  }

  /** @throws Error with the last of what it said, where it has ended. */
  look(): ProcessLook[] {
    const tree = this.child.pid === undefined ? [] : lookAtTree(this.child.pid);
    if (this.child.exitCode !== null || tree.length === 0) {
      throw new Error(`a client ended too early:\n${this.said}`);
    }
    return tree;
  }

  /** Waits for it to end by itself. @returns its exit code. */
  async untilExit(): Promise<number | null> {
    await this.exited;
    return this.child.exitCode;
  }

  /** Interrupts it, as Ctrl-C does, and kills what is left of it after some time. */
  async end(): Promise<void> {
    const tree = this.child.pid === undefined ? [] : lookAtTree(this.child.pid);
    this.child.kill('SIGINT');
    await Promise.race([this.exited, delay(END_WAIT_MS, undefined, { ref: false })]);
    for (const { pid, name } of tree) {
      // Not another one that has got the number since.
      if (lookAtTree(pid)[0]?.name !== name) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
    await this.exited;
  }
}
