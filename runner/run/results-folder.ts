/** One folder for each run: `results/2026-01-05T15-30-00-smoke`. */
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * Makes the folder of a run. Two runs in one second get folders of their own.
 * @param profile a name, or the path of a file with options.
 * @returns its path.
 */
export async function makeResultsFolder(root: string, profile: string, at: Date): Promise<string> {
  await mkdir(root, { recursive: true });
  const name = `${localTime(at)}-${fileName(profile)}`;
  for (let count = 1; ; count += 1) {
    const folder = join(root, count === 1 ? name : `${name}-${count}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** What a run leaves in its folder, beside its log. */
const RESULT_FILES = ['summary.json', 'report.md', 'junit.xml', 'report.html', 'timeline.json'];

/**
 * For a folder that a user names, which may have the files of an earlier run: they would be written
 * over, but where this run ends without a summary, the earlier one must not stand for it.
 */
export async function removeEarlierResults(folder: string): Promise<void> {
  for (const file of RESULT_FILES) await rm(join(folder, file), { force: true });
}

function localTime(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('-')}`;
}

function fileName(profile: string): string {
  const name = basename(profile.replaceAll('\\', '/'), '.json').replace(/[^\w.-]+/g, '-');
  return name.replace(/^\.+/, '') || 'run';
}
