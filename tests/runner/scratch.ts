/** A folder for one test, and programs to put in it. */
import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';

/** An empty folder that goes with the test. */
export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A disk of its own that goes with the test.
 * @param options of its mounting, such as `size=1m` or `ro`.
 * @returns its folder; null where this user may not mount one.
 */
export async function scratchDisk(t: TestContext, options: string): Promise<string | null> {
  const run = promisify(execFile);
  const folder = await mkdtemp(join(tmpdir(), 'runner-disk-'));
  t.after(async () => {
    await run('umount', [folder]).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });
  return run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).then(
    () => folder,
    () => null,
  );
}

/** Writes a shell script that can be run. @returns its path. */
export async function program(folder: string, name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** The body of a k6 that knows its version alone. */
export function versionOnly(version: string = PINNED_K6): string {
  return `[ "$1" = version ] && echo "k6 v${version} (go1.25.0, a stand-in)"`;
}

/** A folder with the tools that the runner calls, without k6 and Go. @returns its path. */
export async function toolsOnly(folder: string): Promise<string> {
  const tools = join(folder, 'tools');
  await mkdir(tools);
  for (const tool of ['tar', 'gzip', 'unzip']) {
    for (const place of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(place, tool);
      if (!(await exists(path))) continue;
      await symlink(path, join(tools, tool));
      break;
    }
  }
  return tools;
}

/** Every file below the folder, by its path from there, sorted; folders do not count. */
export async function filesIn(folder: string): Promise<string[]> {
  if (!(await exists(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Packs files as the release archives are packed: by the ending of the name. */
export async function pack(archive: string, folder: string, file: string): Promise<void> {
  await promisify(execFile)('tar', ['-acf', archive, '-C', folder, file]);
}

/** What was written to a stream that a person would look at. */
export class Written {
  text = '';

  constructor(readonly isTTY = false) {}

  write(text: string): void {
    this.text += text;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The text of a file; '' where there is none yet. */
export function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Waits until that is so. @throws after 10 s. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const limit = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error(`not so within ${limitMs} ms: ${isSo}`);
    await delay(10);
  }
}
