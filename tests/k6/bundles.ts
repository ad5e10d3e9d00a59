/** Bundles that are built apart from dist/. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './run-k6.ts';

/** Builds every scenario with that cipher into the folder, which is made or emptied. */
export async function build(cipher: 'webcrypto' | 'crypto-js', folder: string): Promise<void> {
  const flags = ['build.mjs', '--cipher', cipher, '--outdir', folder];
  await promisify(execFile)(process.execPath, flags, { cwd: ROOT });
}
