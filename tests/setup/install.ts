/** Installs what the tests need, where that can be done without asking: Debian and Ubuntu, as root. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Program } from './programs.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('install-packages.sh', import.meta.url));
const PLAYWRIGHT = fileURLToPath(
  new URL('../../node_modules/playwright-core/cli.js', import.meta.url),
);

/** Whom the commands run as: '' is this process. Null: nobody who may install packages. */
export type Installer = readonly string[];

/** @returns what a command begins with so that it may install packages; null where none may. */
export async function findInstaller(env: NodeJS.ProcessEnv): Promise<Installer | null> {
  if (env.CHAT_INSTALL === '0' || !(await isDebianLike())) return null;
  if (process.getuid?.() === 0) return [];
  const asksNothing = await run('sudo', ['-n', 'true'], { env }).then(
    () => true,
    () => false,
  );
  return asksNothing ? ['sudo', '-n'] : null;
}

async function isDebianLike(): Promise<boolean> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(text);
}

/** @returns why something was not installed, in a line each; none where all went well. */
export async function install(
  programs: readonly Pick<Program, 'package'>[],
  installer: Installer,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const problems: string[] = [];
  const packages = programs.map((program) => program.package);
  const attempt = async (command: readonly string[]): Promise<string> => {
    const [file = '', ...args] = [...installer, ...command];
    try {
      const { stdout } = await run(file, args, { env, maxBuffer: 50_000_000 });
      return stdout;
    } catch (error) {
      problems.push(lastLine(error));
      return '';
    }
  };
  const unknown = await attempt(['sh', SCRIPT, ...packages]);
  // Ubuntu has Chromium as a snap alone, which cannot read a test's files.
  if (/^chromium$/m.test(unknown)) {
    await attempt([process.execPath, PLAYWRIGHT, 'install-deps', 'chromium']);
    await run(process.execPath, [PLAYWRIGHT, 'install', '--only-shell', 'chromium'], { env }).catch(
      (error) => problems.push(lastLine(error)),
    );
  }
  return problems;
}

function lastLine(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  return (stderr.trim() || message).split('\n').at(-1) ?? '';
}
