/** A GitHub workflow's file, and its commands run as GitHub runs them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: unknown;
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group?: string; readonly 'cancel-in-progress'?: boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

export async function readWorkflow(file: string): Promise<Workflow> {
  return parse(await readFile(file, 'utf8'));
}

/** A command that was run. */
export interface Ran {
  readonly name: string;
  readonly exitCode: number | null;
  readonly output: string;
}

export interface StepsRun {
  readonly steps: readonly Step[];
  readonly folder: string;
  /** Beside what a command needs of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What GitHub would put in place of each expression. */
  readonly expressions: Readonly<Record<string, string>>;
}

const STEP_LIMIT_MS = 240_000;

/**
 * Runs the commands one after the other: after one that failed, only those with `if: always()`.
 * @returns those that were run, in order.
 */
export async function runSteps({ steps, folder, env, expressions }: StepsRun): Promise<Ran[]> {
  const ran: Ran[] = [];
  for (const step of steps) {
    const failed = ran.some(({ exitCode }) => exitCode !== 0);
    assert.ok(step.if === undefined || step.if === 'always()', `not known here: if: ${step.if}`);
    if (step.run === undefined || (failed && step.if === undefined)) continue;
    const own = Object.entries({ ...env, ...step.env }).map(([name, value]) => [
      name,
      filledIn(String(value), expressions),
    ]);
    ran.push(await runCommand(step, folder, { ...outerEnvironment(), ...Object.fromEntries(own) }));
  }
  return ran;
}

/** GitHub's `shell: bash`. */
async function runCommand(step: Step, folder: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  const script = join(folder, 'step.sh');
  await writeFile(script, step.run ?? '');
  const bash = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_LIMIT_MS,
  });
  let output = '';
  for (const stream of [bash.stdout, bash.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [exitCode] = await once(bash, 'close');
  return { name: step.name ?? '', exitCode, output };
}

function filledIn(value: string, expressions: StepsRun['expressions']): string {
  return value.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const text = expressions[expression];
    assert.ok(text !== undefined, `not known here: ${expression}`);
    return text;
  });
}

// What the npm and the test runner that run this test tell their own children, and a user's settings.
const NOT_OURS =
  /^(NUC_|NUM_SESSIONS$|COURSES$|PROFILE$|K6_|GITHUB_|INIT_CWD$|NODE_TEST|NODE_OPTIONS$|npm_(lifecycle|package|command|config_local_prefix|execpath|node_execpath))/;

function outerEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_OURS.test(name));
  return {
    ...Object.fromEntries(kept),
    // What `npm ci` fetched for this tree is at hand.
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}
