/** The folder of a run: one that the user names, or `results/2026-01-05T15-30-00+0100-smoke`. */
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { localDate, localTime, offsetOf } from '../../lib/base/moment.ts';
import { shortenedPath } from '../../lib/base/safe-text.ts';
import { writeWhole } from '../../report/write-whole.ts';
import { RunnerError } from '../errors.ts';

/** What a run leaves in its folder. */
const RESULT_FILES = [
  ...['summary.json', 'report.md', 'junit.xml', 'report.html', 'timeline.json', 'k6.log'],
];
/** A file's name has 255 bytes at the most, and the time stands before the profile's. */
const LONGEST_NAME = 100;
/** About as much as a short run writes. */
const PROBE_BYTES = 1_000_000;

/**
 * Makes the folder of a run. Two runs in one second get folders of their own.
 * @param profile a name, or the path of a file with options.
 * @returns its path.
 * @throws RunnerError where it cannot be made or written.
 */
export async function makeResultsFolder(root: string, profile: string, at: Date): Promise<string> {
  const name = `${momentName(at)}-${fileName(profile)}`;
  try {
    await makeFolder(root);
    for (let count = 1; ; count += 1) {
      const folder = join(root, count === 1 ? name : `${name}-${count}`);
      const isNew = await mkdir(folder).then(
        () => true,
        (error) => {
          if (error.code !== 'EEXIST') throw error;
          return false;
        },
      );
      if (!isNew) continue;
      await writeProbe(folder);
      return folder;
    }
  } catch (error) {
    throw new RunnerError(
      `results: ${root}: cannot be written: ${messageOf(error)}; name another folder: NUC_RESULTS_DIR`,
      1,
      error,
    );
  }
}

/**
 * Makes the folder that the user names, where it is not there.
 * @param by the setting or flag that names it.
 * @returns its absolute path.
 * @throws RunnerError where it cannot be made or written.
 */
export async function makeNamedFolder(name: string, by = 'NUC_RESULTS_DIR'): Promise<string> {
  const folder = resolve(name);
  try {
    await makeFolder(folder);
    await writeProbe(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isFile = code === 'EEXIST' || code === 'ENOTDIR';
    const problem = isFile ? 'it, or a part of it, is a file' : messageOf(error);
    throw new RunnerError(
      `${by}: ${shortenedPath(name)}: ${problem}; name a folder that can be written`,
      1,
      error,
    );
  }
  return folder;
}

/**
 * For a folder that a user names, which may have the files of an earlier run: where this one ends
 * without a summary, the earlier one's must not stand for it.
 * @param by the setting or flag that names it.
 * @returns the names of the files that were there.
 * @throws RunnerError where one cannot be taken away.
 */
export async function removeEarlierResults(
  folder: string,
  by = 'NUC_RESULTS_DIR',
): Promise<string[]> {
  const there = await readdir(folder);
  const earlier = RESULT_FILES.filter((file) => there.includes(file));
  for (const file of earlier) {
    await rm(join(folder, file)).catch((error) => {
      const isFolder = error.code === 'ERR_FS_EISDIR';
      const problem = isFolder ? 'a folder has the name of a result' : messageOf(error);
      throw new RunnerError(
        `${by}: ${shortenedPath(join(folder, file))}: ${problem}; take it away, or name another folder`,
        1,
        error,
      );
    });
  }
  return earlier;
}

/** The folder of one of the processes that share a run. */
export function instanceName(number: number): string {
  return `instance-${number}`;
}

/**
 * The same for what an earlier run by several processes left: of eight, the last four would stand
 * beside the four of this run.
 * @returns the names of the files that were there, such as `instance-5/summary.json`.
 * @throws as above.
 */
export async function removeEarlierInstances(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && /^instance-\d+$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  const earlier: string[] = [];
  for (const name of names) {
    const files = await removeEarlierResults(join(folder, name));
    earlier.push(...files.map((file) => join(name, file)));
    // One that holds something of the user's stays.
    await rmdir(join(folder, name)).catch(() => {});
  }
  return earlier;
}

/**
 * A folder and those that it is in, where they are not there. Node's own way asks for ever below a
 * folder that takes none, such as /proc/self.
 */
async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder).catch(async (error) => {
      const isThere = await stat(folder).then(
        (found) => found.isDirectory(),
        () => false,
      );
      if (!isThere) throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await make();
  });
}

/** A real write: rights, read-only disks and full ones show before any traffic. */
async function writeProbe(folder: string): Promise<void> {
  const probe = join(folder, '.can-be-written');
  await writeWhole(probe, ' '.repeat(PROBE_BYTES));
  // Another runner may try the same folder.
  await rm(probe, { force: true });
}

/** Without colons, which Windows does not take in a name. */
function momentName(at: Date): string {
  const time = localTime(at).replaceAll(':', '-');
  return `${localDate(at)}T${time}${offsetOf(at).replace(':', '')}`;
}

function fileName(profile: string): string {
  const name = basename(profile.replaceAll('\\', '/'), '.json').replace(/[^\w.-]+/g, '-');
  return name.replace(/^\.+/, '').slice(0, LONGEST_NAME) || 'run';
}
