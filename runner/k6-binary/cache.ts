/** The cache folder, and how a k6 gets into it: whole, or not at all. */
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RunnerError } from '../errors.ts';
import { k6VersionOf, PINNED_K6 } from './version.ts';

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
export async function install(
  target: string,
  get: (folder: string) => Promise<string>,
): Promise<void> {
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
