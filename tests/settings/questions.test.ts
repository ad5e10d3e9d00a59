import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/base/errors.ts';
import {
  BUILT_IN_QUESTIONS,
  countByCourse,
  parseQuestionBook,
  planQuestions,
} from '../../lib/settings/questions.ts';

const BOOK = { A: ['a1', 'a2', 'a3'], B: ['b1'], NONE: [] };

/** @returns the text of the SettingsError, one line. */
function refused(act: () => unknown): string {
  let message = '';
  assert.throws(act, (error) => {
    assert.ok(error instanceof SettingsError);
    message = error.message;
    return true;
  });
  assert.ok(!message.includes('\n'), message);
  return message;
}

test('the built-in questions: 20 for each course, no two the same', () => {
  assert.deepEqual(Object.keys(BUILT_IN_QUESTIONS), ['MED1060', 'BUMA1000']);
  const all = Object.values(BUILT_IN_QUESTIONS).flat();
  for (const questions of Object.values(BUILT_IN_QUESTIONS)) assert.equal(questions.length, 20);
  assert.equal(new Set(all.map((question) => question.toLowerCase())).size, 40);
  for (const question of all) assert.match(question, /^[A-Z].{15,}[?.]$/);
});

test('a plan asks course after course, in the order given', () => {
  assert.deepEqual(planQuestions(BOOK, 'book', ['B', 'A'], null), [
    { course: 'B', text: 'b1' },
    { course: 'A', text: 'a1' },
    { course: 'A', text: 'a2' },
    { course: 'A', text: 'a3' },
  ]);
});

test('a limit takes the first of each course, and no more than there are', () => {
  const texts = planQuestions(BOOK, 'book', ['A', 'B'], 2).map(({ text }) => text);
  assert.deepEqual(texts, ['a1', 'a2', 'b1']);
});

test('questions are counted by course, in order', () => {
  const counts = countByCourse(planQuestions(BOOK, 'book', ['B', 'A'], null));
  assert.deepEqual(
    [...counts],
    [
      ['B', 1],
      ['A', 3],
    ],
  );
});

test('a course without questions is named, with those that have some', () => {
  const expected = (course: string) =>
    `COURSES: ${course} has no questions in book.json, which has A, B`;
  for (const course of ['C', 'NONE']) {
    assert.equal(
      refused(() => planQuestions(BOOK, 'book.json', ['A', course], null)),
      expected(course),
    );
  }
  assert.equal(
    refused(() => planQuestions({}, 'book.json', ['A'], null)),
    'COURSES: A has no questions in book.json, which has none',
  );
});

test('a name that every object inherits is no course', () => {
  for (const course of ['constructor', 'toString', '__proto__']) {
    assert.match(
      refused(() => planQuestions(BOOK, 'book', [course], null)),
      /has no questions/,
    );
  }
});

test('a questions file reads as it is', () => {
  assert.deepEqual(parseQuestionBook('{"A":["¿Qué?","b"]}', 'f.json'), { A: ['¿Qué?', 'b'] });
});

test('a questions file of the wrong shape: the file and the place are named', () => {
  const wrong: [text: string, message: string | RegExp][] = [
    ['', /^NUC_QUESTIONS_FILE: f\.json: expected JSON, got other text$/],
    ['{"A":[}', /^NUC_QUESTIONS_FILE: f\.json: expected JSON, got other text$/],
    ['[]', 'NUC_QUESTIONS_FILE: f.json: expected an object, course code → list of questions'],
    ['null', 'NUC_QUESTIONS_FILE: f.json: expected an object, course code → list of questions'],
    ['"A"', 'NUC_QUESTIONS_FILE: f.json: expected an object, course code → list of questions'],
    ['{"A":"a"}', 'NUC_QUESTIONS_FILE: f.json: A: expected a list of questions, got string'],
    ['{"A":null}', 'NUC_QUESTIONS_FILE: f.json: A: expected a list of questions, got null'],
    [
      '{"A":["a",7]}',
      'NUC_QUESTIONS_FILE: f.json: A: question 2: expected a text that is not empty',
    ],
    [
      '{"A":["a"],"B":[" "]}',
      'NUC_QUESTIONS_FILE: f.json: B: question 1: expected a text that is not empty',
    ],
  ];
  for (const [text, message] of wrong) {
    const got = refused(() => parseQuestionBook(text, 'f.json'));
    if (typeof message === 'string') assert.equal(got, message);
    else assert.match(got, message);
  }
});
