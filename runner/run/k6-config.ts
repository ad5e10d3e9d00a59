/** k6's config file, for what the runner has to know of it: k6 itself reads all of it. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { K6Flags } from './k6-flags.ts';

export interface K6Config {
  /** Outputs, as `--out` names them. */
  readonly out: readonly string[];
  readonly linger: boolean;
}

/** @returns nothing set where there is no file, or none that can be read: k6 says so itself. */
export async function readK6Config(flags: K6Flags, env: NodeJS.ProcessEnv): Promise<K6Config> {
  const path =
    flags.options.config ?? env.K6_CONFIG ?? join(configFolder(env), 'k6', 'config.json');
  try {
    const config = JSON.parse(await readFile(path, 'utf8')) as { out?: unknown; linger?: unknown };
    const out = Array.isArray(config.out) ? config.out.map(String) : [];
    return { out, linger: config.linger === true };
  } catch {
    return { out: [], linger: false };
  }
}

/** Go's os.UserConfigDir, which k6 asks. */
function configFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return env.AppData ?? '.config';
  const home = env.HOME ?? safeHome();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env.XDG_CONFIG_HOME || join(home, '.config');
}

/** Node throws where there is neither HOME nor an entry of the user in the system's list. */
function safeHome(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
