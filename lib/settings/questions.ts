/** The questions of a run: which courses, which questions, in which order. */

import { SettingsError } from '../base/errors.ts';
import { parseJsonFile } from '../base/json-file.ts';
import { isObject } from '../base/json-object.ts';
import { shortenedName } from '../base/safe-text.ts';
import builtIn from './built-in-questions.json' with { type: 'json' };

/** Course code → its questions, in order. */
export type QuestionBook = Readonly<Record<string, readonly string[]>>;

export interface Question {
  readonly course: string;
  readonly text: string;
}

/** 20 questions for each of MED1060 and BUMA1000, written for this project. */
export const BUILT_IN_QUESTIONS: QuestionBook = builtIn;

/**
 * Reads a questions file: a JSON object, course code → list of questions.
 * @param source the file's name, for the error.
 * @throws SettingsError which names the file and the place.
 */
export function parseQuestionBook(text: string, source: string): QuestionBook {
  const book = parseJsonFile(text, `NUC_QUESTIONS_FILE: ${source}`);
  if (!isObject(book)) {
    throw wrong(source, 'expected an object, course code → list of questions');
  }
  for (const [course, questions] of Object.entries(book)) {
    if (!Array.isArray(questions)) {
      throw wrong(
        source,
        `${course}: expected a list of questions, got ${questions === null ? 'null' : typeof questions}`,
      );
    }
    questions.forEach((question, index) => {
      if (typeof question !== 'string' || question.trim() === '') {
        throw wrong(source, `${course}: question ${index + 1}: expected a text that is not empty`);
      }
    });
  }
  return book as QuestionBook;
}

/**
 * The questions that one session asks, course after course.
 * @param limit how many questions of each course at the most, or null for all.
 * @param setting where the courses come from, for the error.
 * @throws SettingsError where a course has none.
 */
export function planQuestions(
  book: QuestionBook,
  source: string,
  courses: readonly string[],
  limit: number | null,
  setting = 'COURSES',
): Question[] {
  // Only the book's own keys: every object has a `constructor` too.
  const byCourse = new Map(Object.entries(book).filter(([, questions]) => questions.length > 0));
  return courses.flatMap((course) => {
    const questions = byCourse.get(course);
    if (questions === undefined) {
      throw new SettingsError(
        `${setting}: ${shortenedName(course)} has no questions in ${source}, which has ${[...byCourse.keys()].join(', ') || 'none'}`,
      );
    }
    return questions.slice(0, limit ?? questions.length).map((text) => ({ course, text }));
  });
}

/** How many questions of each course, in the order of the courses. */
export function countByCourse(questions: readonly Question[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { course } of questions) counts.set(course, (counts.get(course) ?? 0) + 1);
  return counts;
}

function wrong(source: string, detail: string): SettingsError {
  return new SettingsError(`NUC_QUESTIONS_FILE: ${source}: ${detail}`);
}
