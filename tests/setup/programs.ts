/** The programs that the tests use and npm cannot install: stores, a browser, containers. */
import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

export interface Program {
  readonly name: string;
  /** Debian's package. */
  readonly package: string;
  /** The module of the tests that starts it: whoever imports that needs the program. */
  readonly startedBy: string;
  /** How to get it by hand, for a person. */
  readonly advice: string;
  /** @returns its path, or the address of one that is running; undefined where there is none. */
  find(env: NodeJS.ProcessEnv): Promise<string | undefined>;
}

export const PROGRAMS: readonly Program[] = [
  {
    name: 'InfluxDB 1',
    package: 'influxdb',
    startedBy: 'tests/stores/influxdb-server.ts',
    advice: 'apt-get install influxdb, or set INFLUXDB_URL',
    find: async (env) => env.INFLUXDB_URL || onPath(['influxd'], env),
  },
  {
    name: 'Prometheus',
    package: 'prometheus',
    startedBy: 'tests/stores/prometheus-server.ts',
    advice: 'apt-get install prometheus, or put it on the PATH',
    find: (env) => onPath(['prometheus'], env),
  },
  {
    name: 'Chromium',
    package: 'chromium',
    startedBy: 'tests/report/browser.ts',
    advice: 'apt-get install chromium, or set CHROMIUM_PATH',
    find: findChromium,
  },
];

/** With them the pods of tests/deploy are real containers; without, the same commands run as processes. */
export const FOR_CONTAINERS: readonly Pick<Program, 'name' | 'package' | 'find'>[] = [
  { name: 'podman', package: 'podman', find: (env) => onPath(['podman'], env) },
  { name: 'buildah', package: 'buildah', find: (env) => onPath(['buildah'], env) },
  { name: 'runc', package: 'runc', find: (env) => onPath(['runc'], env) },
  { name: 'catatonit', package: 'catatonit', find: (env) => onPath(['catatonit'], env) },
  { name: 'busybox', package: 'busybox-static', find: (env) => onPath(['busybox'], env) },
];

const ANSWER_MS = 30_000;

/** @returns the path of a browser that runs: CHROMIUM_PATH, the PATH's, or Playwright's own. */
export async function findChromium(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const onThePath = ['chromium', 'google-chrome-stable', 'google-chrome'];
  const path = env.CHROMIUM_PATH || (await onPath(onThePath, env)) || chromium.executablePath();
  try {
    await promisify(execFile)(path, ['--version'], { timeout: ANSWER_MS, env });
    return path;
  } catch {
    return undefined;
  }
}

async function onPath(
  names: readonly string[],
  { PATH = '' }: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of PATH.split(delimiter).filter(Boolean)) {
      const path = join(folder, name);
      if (await canRun(path)) return path;
    }
  }
  return undefined;
}

/** A program of a snap does not count: it cannot read the files that a test makes in /tmp. */
async function canRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return !/\/snap(\/|$)/.test(await realpath(path));
  } catch {
    return false;
  }
}
