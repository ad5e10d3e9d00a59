/** Builds k6 from its source, where Go is there. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import semver from 'semver';
import { interruptedError, RunnerError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { K6_FILE } from './download.ts';

/** The oldest Go that builds k6: the `go` line of its go.mod. */
export const MINIMUM_GO = '1.25.0';

/** Without C the binary is static, as k6's own releases are: it runs in an image that holds nothing else. */
export const BUILD_ENV = { CGO_ENABLED: '0', GOWORK: 'off' };

export interface Build {
  /** Without the `v`. */
  readonly version: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** @returns the version of the Go on the PATH, without the `go`; undefined where there is none. */
export async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('go', ['env', 'GOVERSION'], { env });
    return semver.coerce(stdout)?.version;
  } catch {
    return undefined;
  }
}

/** @returns whether that Go builds k6. */
export function canBuild(go: string): boolean {
  return semver.gte(go, MINIMUM_GO);
}

/**
 * Builds k6 in a folder, which is the caller's to remove.
 * Takes two to four minutes the first time: k6 and all it needs are fetched and compiled.
 * @returns the path of k6.
 * @throws RunnerError with the last line that Go said.
 */
export async function buildK6(folder: string, build: Build): Promise<string> {
  const { version } = build;
  // A module of its own, not `go install go.k6.io/k6/v2@vX.Y.Z`: that also asks the module proxy
  // for the list of all versions, which not every company's proxy gives.
  const module = join(folder, 'build');
  await mkdir(module);
  const k6 = join(module, K6_FILE);
  const major = semver.major(version);
  const path = `go.k6.io/k6${major > 1 ? `/v${major}` : ''}`;
  await writeFile(
    join(module, 'go.mod'),
    `module local/k6-build\n\ngo ${MINIMUM_GO}\n\nrequire ${path} v${version}\n`,
  );
  await goBuild(
    {
      folder: module,
      flags: ['-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', k6, path],
      shown: `${path}@v${version}`,
      doing: `building v${version} from source`,
    },
    build,
  );
  return k6;
}

/**
 * Builds k6 with the project's extension from its module.
 * @param module the folder `native/`.
 * @returns the path of k6, in a folder that is the caller's to remove.
 * @throws RunnerError with the last line that Go said.
 */
export async function buildNativeK6(module: string, folder: string, build: Build): Promise<string> {
  const k6 = join(folder, K6_FILE);
  await goBuild(
    {
      folder: module,
      flags: ['-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o', k6, './cmd/k6'],
      shown: './cmd/k6 in native/',
      doing: `building v${build.version} with native/`,
    },
    build,
  );
  return k6;
}

interface GoBuild {
  /** Of the module. */
  readonly folder: string;
  readonly flags: readonly string[];
  /** What is built, in an error. */
  readonly shown: string;
  /** What is done, in the progress. */
  readonly doing: string;
}

async function goBuild({ folder, flags, shown, doing }: GoBuild, build: Build): Promise<void> {
  const { progress, signal } = build;
  if (signal?.aborted) throw interruptedError();
  const go = spawn('go', ['build', ...flags], {
    cwd: folder,
    env: { ...build.env, ...BUILD_ENV },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Go takes its own temporary files away on SIGINT, and is waited for.
  const interrupt = () => go.kill('SIGINT');
  signal?.addEventListener('abort', interrupt);

  const startedAt = Date.now();
  const ticker = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    progress.update(`k6: ${doing}, ${seconds} s (2 to 4 minutes at first)`);
  }, 1_000);
  let said = '';
  go.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      go.once('error', reject);
      go.once('close', resolve);
    });
    if (exitCode !== 0) throw new RunnerError(`go build ${shown}: ${lastLine(said)}`);
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener('abort', interrupt);
    progress.clear();
  }
}

function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? 'failed without a word';
}
