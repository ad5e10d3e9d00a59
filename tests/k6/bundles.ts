/** Bundles that are built apart from dist/. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './run-k6.ts';

/**
 * Builds every scenario with that engine into the folder, which is made or emptied.
 * @param root the project's folder, or a copy of it.
 * @param more flags of build.mjs.
 */
export async function build(
  engine: 'webcrypto' | 'crypto-js' | 'native',
  folder: string,
  root = ROOT,
  more: readonly string[] = [],
): Promise<void> {
  const flags = ['build.mjs', '--engine', engine, '--outdir', folder, ...more];
  await promisify(execFile)(process.execPath, flags, { cwd: root });
}
