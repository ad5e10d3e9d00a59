/**
 * k6 with the project's own extension, `k6/x/nuc`: built with Go from native/, once for each version of
 * k6 and of these sources, and kept in the cache.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { interruptedError, RunnerError } from '../errors.ts';
import { Progress } from '../progress.ts';
import { BUILD_ENV, buildNativeK6, canBuild, goVersion, MINIMUM_GO } from './build.ts';
import { cacheFolder, install } from './cache.ts';
import { K6_FILE } from './download.ts';
import type { EnsureK6 } from './ensure-k6.ts';
import { type K6, k6VersionOf, PINNED_K6 } from './version.ts';

const DIGEST_CHARS = 16;
/** What a build is made of. */
const SOURCE = /^(?!.*_test\.go$).*\.go$|^go\.(mod|sum)$/;

export interface EnsureNativeK6 extends EnsureK6 {
  /** The project's folder, of native/. */
  readonly root: string;
}

/** @throws RunnerError in one line, which names the ways where there is no Go. */
export async function ensureNativeK6(options: EnsureNativeK6): Promise<K6> {
  const { root, env = process.env, terminal = process.stderr, signal } = options;
  const module = join(root, 'native');
  const digest = await digestOfSources(module);
  const folder = join(cacheFolder(env), 'k6-native');
  const target = join(folder, `v${PINNED_K6}-${digest}`, K6_FILE);
  const cached: K6 = { path: target, version: PINNED_K6, source: 'cache' };
  if ((await k6VersionOf(target)) === PINNED_K6) return cached;

  const go = await goVersion(env);
  if (go === undefined || !canBuild(go)) throw new RunnerError(withoutGo(go));
  const say = (text: string) => terminal.write(`k6: ${text}\n`);
  say(`building v${PINNED_K6} with native/, by Go ${go}`);
  const build = { version: PINNED_K6, progress: new Progress(terminal), signal, env };
  try {
    await install(target, (newFolder) => buildNativeK6(module, newFolder, build));
  } catch (error) {
    if (signal?.aborted) throw interruptedError();
    throw new RunnerError(`--engine native: ${messageOf(error)}`, 1, error);
  }
  say(`v${PINNED_K6} with native/ is now in ${target}`);
  return cached;
}

/** @returns of the names and bytes of all files that a build is made of, and of how it is built. */
async function digestOfSources(module: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(BUILD_ENV));
  const entries = await readdir(module, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of files) {
    const bytes = await readFile(file);
    hash.update(`${file.slice(module.length)}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex').slice(0, DIGEST_CHARS);
}

function withoutGo(found: string | undefined): string {
  const got = found === undefined ? 'none' : found;
  return (
    `--engine native: needs Go ${MINIMUM_GO} or later to build k6 with native/, found ${got}: ` +
    'install it (https://go.dev/dl/), or build it elsewhere and run dist/native/chat.js with it ' +
    '(native/README.md), or leave the flag out'
  );
}
