/** What every script does in k6's init context: read settings and files, or stop the run. */
import { SharedArray } from 'k6/data';
import { messageOf, SettingsError } from '../shared/errors.ts';
import {
  BUILT_IN_QUESTIONS,
  parseQuestionBook,
  planQuestions,
  type Question,
} from '../shared/questions.ts';
import { readSettings, type Settings } from '../shared/settings.ts';

/**
 * Runs a part of the init context. k6 prints a thrown text as it is, in one line and with exit
 * code 107; an Error would come with a stack that says nothing to whoever set a wrong value.
 */
export function orStop<T>(init: () => T): T {
  try {
    return init();
  } catch (error) {
    if (error instanceof SettingsError) throw error.message;
    throw error;
  }
}

export function loadSettings(): Settings {
  return orStop(() => {
    const settings = readSettings(__ENV);
    if (settings.summary === 'k6' && settings.resultsDir !== null) {
      throw new SettingsError(
        'NUC_SUMMARY: k6 shows its own summary only where nothing else is written; unset NUC_RESULTS_DIR',
      );
    }
    if (settings.resultsDir !== null && __VU === 0) {
      expectFolder('NUC_RESULTS_DIR', settings.resultsDir);
    }
    return settings;
  });
}

/** Else k6 would tell of a missing folder only at the end, when the run's results are lost. */
function expectFolder(setting: string, path: string): void {
  let problem = 'it is a file';
  try {
    open(fromWorkingFolder(path));
  } catch (error) {
    // k6 has no call that looks at a folder: `open` refuses one that is there. What an archive holds
    // says nothing of the machine that runs it, and reads `file does not exist`.
    if (!/no such file or directory|cannot find the/.test(messageOf(error))) return;
    problem = 'there is no such folder';
  }
  throw new SettingsError(`${setting}: ${path}: ${problem}; create the folder first`);
}

/**
 * The questions of one session, in memory once for all virtual users.
 * @param limit the first so many of each course, or null for all.
 */
export function loadQuestions(
  settings: Settings,
  courses: readonly string[],
  limit: number | null,
): readonly Question[] {
  return new SharedArray('questions', () =>
    orStop(() => {
      const { questionsFile } = settings;
      const source = questionsFile ?? 'the built-in questions';
      const book =
        questionsFile === null
          ? BUILT_IN_QUESTIONS
          : parseQuestionBook(readFile('NUC_QUESTIONS_FILE', questionsFile), questionsFile);
      return planQuestions(book, source, courses, limit);
    }),
  );
}

/**
 * Reads a file that a setting names. k6 reads a relative path from the bundle's folder; a person
 * means the folder they are in, which the shell gives as PWD.
 */
export function readFile(setting: string, path: string): string {
  try {
    return open(fromWorkingFolder(path));
  } catch (error) {
    const reason = /no such file|does not exist|couldn't be found|could not be found/i.test(
      messageOf(error),
    )
      ? 'there is no such file'
      : messageOf(error).split('\n')[0];
    throw new SettingsError(`${setting}: ${path}: ${reason}`);
  }
}

/** The path as the shell that started k6 would read it. */
export function fromWorkingFolder(path: string): string {
  const absolute = path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
  return absolute || !__ENV.PWD ? path : `${__ENV.PWD}/${path}`;
}
