/**
 * Makes sure of k6: the PATH's where it is recent enough, else a pinned one in a cache folder
 * outside the work tree. It comes from a release or, where none can be had, is built from source.
 */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { interruptedError, NoK6Error } from '../errors.ts';
import { Progress, type Terminal } from '../progress.ts';
import { buildK6, canBuild, goVersion, MINIMUM_GO } from './build.ts';
import { cacheFolder, install } from './cache.ts';
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

/** @throws NoK6Error that says what was tried, and names the ways to install k6. */
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
  const causes: unknown[] = [];
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
    causes.push(error);
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
      causes.push(error);
    }
  } else {
    tried.push(`build: needs Go ${MINIMUM_GO} or later, ${go ? `found ${go}` : 'found none'}`);
  }
  throw new NoK6Error(howToInstall(tried), causes);
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

function howToInstall(tried: readonly string[]): string[] {
  return [
    `no k6 v${MINIMUM_K6} or later, and none could be got:`,
    ...tried.map((line) => `  ${line}`),
    'Do one of these, then run the command again:',
    '  install k6 with a package manager: brew, dnf, apt, choco, winget',
    '    (https://grafana.com/docs/k6/latest/set-up/install-k6/)',
    '  put the k6 of a release on the PATH: https://github.com/grafana/k6/releases',
    `  install Go ${MINIMUM_GO} or later, so that k6 is built from source: https://go.dev/dl/`,
  ];
}
