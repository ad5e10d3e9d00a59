/** Runs of 2,000 courses side by side: what is said of them has an end. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { counter, rate, sampleSummary, times } from '../results/sample-run.ts';
import { compare, runFolder } from './compare-scene.ts';
import { scratchFolder } from './scratch.ts';

const COMMENT_OF_A_PULL_REQUEST = 65_536;
const COURSES = Array.from({ length: 2_000 }, (_, index) => `${'LONG-'.repeat(20)}${index}`);

/** @param failed answers of each course, of ten; the last course may have others. */
async function run(
  t: TestContext,
  courses: readonly string[],
  failed: number,
  ofLast = failed,
): Promise<string> {
  const failedOf = (course: string) => (course === courses.at(-1) ? ofLast : failed);
  const changes = Object.fromEntries(
    courses.flatMap((course) => [
      [`chat_questions_sent{course:${course}}`, counter(10)],
      [`chat_response_success{course:${course}}`, rate(10 - failedOf(course), failedOf(course))],
      [`chat_response_time{course:${course}}`, times(9, 1_000)],
    ]),
  );
  const settings = { COURSES: courses.join(',') };
  const summary = sampleSummary(changes, { courses, settings });
  return runFolder(await scratchFolder(t), 'run', summary);
}

test('with 2,000 courses that got worse, --markdown fits a comment, and counts what it leaves out', async (t) => {
  const [base, next] = [await run(t, COURSES, 0), await run(t, COURSES, 5, 9)];
  const { exitCode, out } = await compare(base, next, '--markdown');
  assert.equal(exitCode, 1);
  const [worst = ''] = out.match(/^.*✗ worse.*$/m) ?? [];
  assert.match(worst, / 10\.0+ %/, 'the course that got worst stands first');
  assert.ok(out.length < COMMENT_OF_A_PULL_REQUEST, `${out.length} characters`);
  assert.match(out, /^And 1,900 more: with `--all` in place of `--markdown`, all are shown\.$/m);
  assert.equal(out.match(/✗ worse/g)?.length, 100);
  const text = await compare(base, next);
  assert.equal(text.out.match(/✗ worse/g)?.length, 20);
  assert.match(text.out, /^\d,\d{3} more figures: 1,980 worse, [\d,]+ same.*; --all shows each$/ms);
  const all = await compare(base, next, '--all');
  assert.equal(all.out.match(/✗ worse/g)?.length, 2_000);
});

test('settings that differ are told by their beginning and end', async (t) => {
  const [base, next] = [await run(t, COURSES, 0), await run(t, COURSES.slice(1), 0)];
  const { exitCode, err } = await compare(base, next);
  assert.equal(exitCode, 2);
  assert.match(err, /^compare: not the same test: COURSES: LONG-.*….*1999 or LONG-.*….*1999; /);
  assert.ok(err.length < 1_000, `${err.length} characters`);
});
