/** The project as a checkout has it, in a folder where commands may install and build. */
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const NOT_CHECKED_OUT = ['.git', 'node_modules', 'dist', 'results'];

/** @returns the folder, which is the caller's to remove. */
export async function copyOfProject(root: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'workflow-test-'));
  const top = join(root, '.').replace(/[\\/]$/, '');
  await cp(top, folder, {
    recursive: true,
    filter: (path) => dirname(path) !== top || !NOT_CHECKED_OUT.includes(basename(path)),
  });
  return folder;
}
