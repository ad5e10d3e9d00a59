/** The settings of this run, and the questions that they name. */
import { SettingsError } from '../../base/errors.ts';
import {
  BUILT_IN_QUESTIONS,
  parseQuestionBook,
  planQuestions,
  type Question,
} from '../../settings/questions.ts';
import { readSettings, type Settings } from '../../settings/settings.ts';
import { expectFolder, readFile } from './init.ts';

/** Variables of k6 under which a run would leave no summary: what they must not be, as Go reads it. */
const NO_SUMMARY: readonly (readonly [name: string, value: RegExp])[] = [
  ['K6_NEW_MACHINE_READABLE_SUMMARY', /^(1|t|true)$/i],
  ['K6_SUMMARY_MODE', /^disabled$/],
];

/** With what follows from the base URL, where it is not set. */
export type RunSettings = Settings & { readonly wsUrl: string; readonly origin: string };

/** @throws SettingsError */
export function loadSettings(): RunSettings {
  const settings = readSettings(__ENV);
  const variable = NO_SUMMARY.find(([name, value]) => value.test(__ENV[name] ?? ''));
  if (settings.summary !== 'k6' && variable !== undefined) {
    throw new SettingsError(
      `${variable[0]}: would leave this run without its summary; set NUC_SUMMARY=k6, or unset it`,
    );
  }
  if (settings.resultsDir !== null) {
    if (settings.summary === 'k6') {
      throw new SettingsError(
        'NUC_SUMMARY: k6 shows its own summary only where nothing else is written; unset NUC_RESULTS_DIR',
      );
    }
    expectFolder('NUC_RESULTS_DIR', settings.resultsDir);
  }
  const { baseUrl } = settings;
  return {
    ...settings,
    wsUrl: settings.wsUrl ?? baseUrl.replace(/^http/, 'ws'),
    origin: originOf(settings.origin ?? baseUrl),
  };
}

/** As a browser writes it: in lower case, without a path and without the scheme's own port. */
function originOf(url: string): string {
  const [origin = url] = /^\w+:\/\/[^/]+/.exec(url.toLowerCase()) ?? [];
  return origin.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}

/**
 * The questions of one session.
 * @param limit how many questions of each course at the most, or null for all.
 * @param setting where the courses come from, for the error.
 * @throws SettingsError
 */
export function loadQuestions(
  { questionsFile }: Settings,
  courses: readonly string[],
  limit: number | null,
  setting: 'COURSES' | 'NUC_COURSE' = 'COURSES',
): Question[] {
  const source = questionsFile ?? 'the built-in questions';
  const book =
    questionsFile === null
      ? BUILT_IN_QUESTIONS
      : parseQuestionBook(readFile('NUC_QUESTIONS_FILE', questionsFile), questionsFile);
  return planQuestions(book, source, courses, limit, setting);
}
