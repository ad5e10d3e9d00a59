/** k6-operator's own code on this project's manifests: deploy/jobs, built with Go. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BUILD_ENV } from '../../runner/k6-binary/build.ts';
import { ROOT } from '../k6/run-k6.ts';

const MODULE = join(ROOT, 'deploy');

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
}

export interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPathExpr?: string;
    readonly subPath?: string;
  }[];
}

/** A Job of the operator's, as far as a test looks at it. */
export interface Job {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly [Container];
        readonly volumes?: readonly {
          readonly name: string;
          readonly persistentVolumeClaim?: unknown;
        }[];
      };
    };
  };
}

export interface OperatorJobs {
  readonly initializer: Job;
  readonly runners: readonly Job[];
  readonly services: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly selector: Readonly<Record<string, string>> };
  }[];
  readonly starter: Job;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program in deploy/ to its end, behind the tests beside it, which measure times. */
export async function inModule(
  program: string,
  args: readonly string[],
  input = '',
): Promise<Ended> {
  const child = spawn(program, args, { cwd: MODULE, env: { ...process.env, ...BUILD_ENV } });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  child.stdin.on('error', () => {}).end(input);
  const closed = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code: child.exitCode, out, err };
}

/** @returns the path of the program that makes the Jobs. */
export async function buildJobs(folder: string): Promise<string> {
  const path = join(folder, 'jobs');
  const { code, err } = await inModule('go', ['build', '-o', path, './jobs']);
  if (code !== 0) throw new Error(err);
  return path;
}
