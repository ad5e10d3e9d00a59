/** Of many steps, those that matter are in sight, on the terminal, in Markdown and on the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import { stepsInSight, stepsInSightText } from '../../lib/render/steps-in-sight.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import type { Limit, Summary } from '../../lib/results/model.ts';
import { sampleSummary } from '../results/sample-run.ts';

const STEPS = Array.from({ length: 50 }, (_, index) => String(10 * (index + 1)));

/** @param reached how many of the steps had sessions. @param broke the step that did not hold. */
function climb(reached: number, broke: string | null): Summary {
  const limit: Limit = { unit: 'sessions', held: '10', broke, why: 'slow' };
  const whole = sampleSummary({}, { steps: STEPS });
  const bySteps = whole.bySteps.map((step, index) => ({
    ...step,
    fromMs: 1e9,
    sessionsStarted: index < reached ? 10 : 0,
  }));
  return { ...whole, bySteps, limit };
}

function names(
  summary: Summary,
): [first: string | undefined, last: string | undefined, count: number] {
  const shown = stepsInSight(summary).map(({ name }) => name);
  return [shown[0], shown.at(-1), shown.length];
}

test('few steps are all in sight', () => {
  const few = climb(20, '200');
  assert.deepEqual(names(few), ['10', '200', 20]);
  assert.equal(stepsInSightText(few), '');
  assert.deepEqual(names(climb(0, null)), [undefined, undefined, 0]);
});

test('of many, those around the limit, or the last', () => {
  assert.deepEqual(names(climb(49, '490')), ['300', '490', 20]);
  assert.deepEqual(names(climb(50, '250')), ['150', '340', 20]);
  assert.deepEqual(names(climb(50, '20')), ['10', '200', 20]);
  assert.deepEqual(names(climb(50, null)), ['310', '500', 20]);
});

test('terminal and Markdown say which steps they leave out', () => {
  const summary = climb(49, '490');
  const text = 'Of 49 steps, 300 sessions to 490 sessions ✗; summary.json has all';
  assert.ok(summaryText(summary).includes(`\n${text}\n`));
  assert.equal(summaryText(summary).match(/^\d+ sessions/gm)?.length, 20);
  assert.ok(reportMarkdown(summary).includes(`${text}.`));
  assert.equal(reportMarkdown(summary).match(/^\| \d+ sessions/gm)?.length, 20);
});
