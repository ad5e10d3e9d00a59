/**
 * Makes sure of k6: the PATH's where it is recent enough, else a pinned one in a cache folder
 * outside the work tree. It comes from a release or, where none can be had, is built from source.
 */
import { access, constants, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { interruptedError, RunnerError } from '../errors.ts';
import { Progress, type Terminal } from '../progress.ts';
import { buildK6, canBuild, goVersion, MINIMUM_GO } from './build.ts';
import { downloadK6, K6_FILE, RELEASES } from './download.ts';
import { isRecentEnough, type K6, k6VersionOf, MINIMUM_K6, PINNED_K6 } from './version.ts';

export interface EnsureK6 {
  /**
   * PATH; CHAT_K6_CACHE, the cache folder; CHAT_K6_RELEASES, a mirror of RELEASES. Not NUC_ names:
   * those are the scenarios' settings.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Where progress and remarks go. */
  readonly terminal?: Terminal;
  /** Gives up, and leaves nothing behind. */
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte after which a download is given up. */
  readonly silenceMs?: number;
}

/** @throws RunnerError that says what was tried, and names the ways to install k6. */
export async function ensureK6(options: EnsureK6 = {}): Promise<K6> {
  const { env = process.env, terminal = process.stderr, signal } = options;
  const onPath = await k6OnPath(env, terminal);
  if (onPath) return onPath;
  const target = join(cacheFolder(env), 'k6', `v${PINNED_K6}`, K6_FILE);
  const cached: K6 = { path: target, version: PINNED_K6, source: 'cache' };
  if ((await k6VersionOf(target)) === PINNED_K6) return cached;

  const common = { version: PINNED_K6, progress: new Progress(terminal), signal, env };
  const say = (text: string) => terminal.write(`k6: ${text}\n`);
  const tried: string[] = [];
  const releases = env.CHAT_K6_RELEASES || RELEASES;
  try {
    say(`getting v${PINNED_K6} from ${releases}`);
    const { silenceMs } = options;
    await install(target, (folder) => downloadK6(folder, { ...common, releases, silenceMs }));
    say(`v${PINNED_K6} is now in ${target}`);
    return cached;
  } catch (error) {
    if (signal?.aborted) throw interruptedError();
    tried.push(`download: ${messageOf(error)}`);
    say(`download failed: ${messageOf(error)}`);
  }

  const go = await goVersion(env);
  if (go && canBuild(go)) {
    try {
      say(`building v${PINNED_K6} from source with Go ${go}`);
      await install(target, (folder) => buildK6(folder, common));
      say(`v${PINNED_K6} is now in ${target}`);
      return cached;
    } catch (error) {
      if (signal?.aborted) throw interruptedError();
      tried.push(`build: ${messageOf(error)}`);
    }
  } else {
    tried.push(`build: needs Go ${MINIMUM_GO} or later, ${go ? `found ${go}` : 'found none'}`);
  }
  throw new RunnerError(howToInstall(tried));
}

async function k6OnPath(env: NodeJS.ProcessEnv, terminal: Terminal): Promise<K6 | undefined> {
  const path = await onPath(K6_FILE, env);
  if (!path) return undefined;
  const version = await k6VersionOf(path);
  if (version && isRecentEnough(version)) return { path, version, source: 'PATH' };
  const got = version ? `v${version}` : 'no k6 that runs';
  terminal.write(`k6: ${path} is not used: expected v${MINIMUM_K6} or later, got ${got}\n`);
  return undefined;
}

async function onPath(file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, file);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

/** The folder in which this project keeps what it may get again. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.CHAT_K6_CACHE) return resolve(env.CHAT_K6_CACHE);
  return join(env.XDG_CACHE_HOME || platformCache(env), 'nuc-k6');
}

function platformCache(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32' && env.LOCALAPPDATA) return env.LOCALAPPDATA;
  const home = homeFolder();
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}

/** Node throws where there is neither HOME nor an entry of the user in the system's list. */
function homeFolder(): string {
  try {
    return homedir();
  } catch (error) {
    throw new RunnerError(
      'no home folder for the cache of k6: set HOME, or name a folder in CHAT_K6_CACHE',
      1,
      error,
    );
  }
}

const NEW = '.new-';
/** Longer than a download or a build takes. */
const ABANDONED_MS = 3_600_000;

/** A runner that was killed leaves its folder. */
async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(NEW)) continue;
    const folder = join(home, name);
    const made = await stat(folder).catch(() => null);
    if (made !== null && Date.now() - made.mtimeMs > ABANDONED_MS) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/**
 * Gets k6 in a folder of its own beside the target, and renames it into place when it is whole:
 * another process sees nothing or all of it, and whoever is last replaces an equal file.
 */
async function install(target: string, get: (folder: string) => Promise<string>): Promise<void> {
  const home = dirname(dirname(target));
  await mkdir(home, { recursive: true });
  await removeAbandoned(home);
  const folder = await mkdtemp(join(home, NEW));
  try {
    const file = await get(folder);
    const version = await k6VersionOf(file);
    if (version !== PINNED_K6) {
      throw new RunnerError(`expected k6 v${PINNED_K6}, got ${version ?? 'a file that is no k6'}`);
    }
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function howToInstall(tried: readonly string[]): string {
  return [
    `no k6 v${MINIMUM_K6} or later, and none could be got:`,
    ...tried.map((line) => `  ${line}`),
    'Do one of these, then run the command again:',
    '  install k6 with a package manager: brew, dnf, apt, choco, winget',
    '    (https://grafana.com/docs/k6/latest/set-up/install-k6/)',
    '  put the k6 of a release on the PATH: https://github.com/grafana/k6/releases',
    `  install Go ${MINIMUM_GO} or later, so that k6 is built from source: https://go.dev/dl/`,
  ].join('\n');
}
