/** Which k6 this project needs, and which one a given file is. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import semver from 'semver';

/** The oldest k6 on the PATH that is used: older ones have not been run with this project. */
export const MINIMUM_K6 = '2.2.0';
/** The k6 that the runner gets where the PATH has none that is recent enough. */
export const PINNED_K6 = '2.2.0';

const ANSWER_TIME_MS = 10_000;

/** A k6 that can be run. */
export interface K6 {
  readonly path: string;
  /** Without the `v`. */
  readonly version: string;
  readonly source: 'PATH' | 'cache';
}

/** @returns the version of that k6, without the `v`; undefined where it is no k6 that runs. */
export async function k6VersionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, ['version'], {
      // A wrong variable of k6 or Go would say nothing of this k6; of the run, k6 itself says what is wrong.
      env: withoutSettings(process.env),
      timeout: ANSWER_TIME_MS,
      killSignal: 'SIGKILL',
    });
    const [, version] = /^k6(?:\.exe)? v(\S+)/.exec(stdout) ?? [];
    return semver.valid(version) ?? undefined;
  } catch {
    return undefined;
  }
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(K6_|GO)/.test(name)));
}

/** @returns whether this project can use that version of k6. */
export function isRecentEnough(version: string): boolean {
  return semver.gte(version, MINIMUM_K6);
}
