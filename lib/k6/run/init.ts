/** What every script may do in k6's init context: read files, or stop the run. */
import { messageOf, SettingsError } from '../../base/errors.ts';
import { errorLine, shortenedPath } from '../../base/safe-text.ts';
import { fromWorkingFolder, isBesideBundle, isStale, staleFolder } from './working-folder.ts';

/**
 * Runs a part of the init context. k6 prints a thrown text as it is, in one line and with exit
 * code 107; an Error would come with a stack that says nothing to whoever set a wrong value.
 */
export function orStop<T>(init: () => T): T {
  try {
    return init();
  } catch (error) {
    if (error instanceof SettingsError) throw errorLine(error.message);
    throw error;
  }
}

/** What was read, in order: the setting and the whole path. For the log's head. */
export const filesRead: string[] = [];

/**
 * Reads a file that a setting names. k6 reads a relative path from the bundle's folder; a person
 * means the folder they are in, which the shell gives as PWD.
 */
export function readFile(setting: string, path: string): string {
  let bytes: ArrayBuffer;
  const whole = fromWorkingFolder(path);
  try {
    bytes = open(whole, 'b');
  } catch (error) {
    if (isStale(path)) throw staleFolder(setting, path);
    const reason = /no such file|does not exist|couldn't be found|could not be found/i.test(
      messageOf(error),
    )
      ? `there is no such file${isBesideBundle(path) ? BESIDE_BUNDLE : ''}`
      : messageOf(error).split('\n')[0];
    throw new SettingsError(`${setting}: ${shortenedPath(path)}: ${reason}`, { cause: error });
  }
  if (isStale(path)) throw staleFolder(setting, path);
  filesRead.push(`${setting}: ${whole}`);
  try {
    // Some editors put a byte order mark before a text.
    return utf8(bytes).replace(/^\uFEFF/, '');
  } catch (error) {
    const line = lineThatIsNotUtf8(bytes);
    throw new SettingsError(
      `${setting}: ${path}: line ${line}: expected UTF-8, got other bytes; save the file as UTF-8`,
      { cause: error },
    );
  }
}

/** Throws where the bytes are not UTF-8. A function, since virtual users evaluate this file too. */
function utf8(bytes: ArrayBuffer): string {
  // ignoreBOM means: leave it in the text.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

const LINE_END = 10;

/** Counted from 1. A line's end is never a part of another character. */
function lineThatIsNotUtf8(buffer: ArrayBuffer): number {
  const bytes = new Uint8Array(buffer);
  let from = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(LINE_END, from);
    try {
      utf8(buffer.slice(from, end < 0 ? buffer.byteLength : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    from = end + 1;
  }
}

const BESIDE_BUNDLE = ' in the bundle’s folder; k6 archive needs an absolute path';

/** Else k6 would tell of a missing folder only at the end, when the run's results are lost. */
export function expectFolder(setting: string, path: string): void {
  const whole = fromWorkingFolder(path);
  let problem = 'it, or a part of it, is a file';
  try {
    // Opening a pipe would wait for ever: what is no folder shows without opening it.
    open(`${whole}/.can-be-written`);
  } catch (error) {
    if (/not a directory/.test(messageOf(error))) throw noFolder(setting, path, problem);
  }
  try {
    open(whole);
  } catch (error) {
    if (isStale(path)) throw staleFolder(setting, path);
    // k6 has no call that looks at a folder: `open` refuses one that is there. What an archive holds
    // says nothing of the machine that runs it, and reads `file does not exist`.
    const text = messageOf(error);
    if (/no such file or directory|cannot find the/.test(text)) {
      problem = 'there is no such folder';
    } else return;
  }
  throw noFolder(setting, path, problem);
}

function noFolder(setting: string, path: string, problem: string): SettingsError {
  return new SettingsError(
    `${setting}: ${shortenedPath(path)}: ${problem}; create the folder first`,
  );
}
