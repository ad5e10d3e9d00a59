/** The folder from which paths in settings are meant: where the person is who starts k6. */
import { messageOf, SettingsError } from '../../base/errors.ts';
import { shortenedPath } from '../../base/safe-text.ts';

/** The path as the shell that started k6 would read it. */
export function fromWorkingFolder(path: string): string {
  return isAbsolute(path) || isBesideBundle(path) ? path : `${__ENV.PWD}/${path}`;
}

/** `k6 archive` hands on no environment: the working folder is not known, k6 takes the bundle's. */
export function isBesideBundle(path: string): boolean {
  return !isAbsolute(path) && !__ENV.PWD;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Linux shows the folder where k6 really is; a program that starts k6 may leave PWD as it was. */
const REAL_FOLDER = '/proc/self/cwd';

/**
 * Whether a path leads to something else from the folder where k6 really is than from PWD. Not known, and
 * so false, where the system does not show that folder, and of paths with `..`: k6 takes that away before
 * the system sees it. Of two folders no more is known than that both are there.
 */
export function isStale(path: string): boolean {
  const isOther = isAbsolute(path) || isBesideBundle(path) || path.split('/').includes('..');
  if (isOther || contentOf(REAL_FOLDER) !== FOLDER) return false;
  return contentOf(`${REAL_FOLDER}/${path}`) !== contentOf(fromWorkingFolder(path));
}

const FOLDER = Symbol('folder');

/** As text, which compares fast; null where there is nothing. */
function contentOf(path: string): string | typeof FOLDER | null {
  try {
    return open(path);
  } catch (error) {
    // k6's `open` takes no folders.
    return /directories/.test(messageOf(error)) ? FOLDER : null;
  }
}

export function staleFolder(setting: string, path: string): SettingsError {
  return new SettingsError(
    `${setting}: ${shortenedPath(path)}: PWD is ${shortenedPath(__ENV.PWD ?? '')}, but k6 was started in another folder; set PWD to that, or give the whole path`,
  );
}
