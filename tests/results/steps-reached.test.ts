import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepPart } from '../../lib/results/model.ts';
import { stepsNotReached, stepsReached } from '../../lib/results/steps-reached.ts';
import { sampleSummary } from './sample-run.ts';

function step(name: string, fromMs: number, sent: number): StepPart {
  const { overall } = sampleSummary();
  const none = { received: 0, failed: 0, sessionsStarted: 0, errors: 0 };
  const setUp = { setupSuccessRate: null, socketOpen: null };
  return { ...overall, ...none, ...setUp, name, fromMs, toMs: fromMs + 6000, sent };
}

test('a step was reached where it has figures, or the run had time for some', () => {
  const steps = [
    step('2', 0, 8),
    step('6', 6_000, 0),
    step('10', 12_000, 0),
    step('14', 18_000, 0),
  ];
  const names = (durationMs: number) => [
    stepsReached({ bySteps: steps, run: { durationMs } }).map(({ name }) => name),
    stepsNotReached({ bySteps: steps, run: { durationMs } }).map(({ name }) => name),
  ];
  // Ended at the end of a step: the next has begun, by its schedule.
  assert.deepEqual(names(12_000.156), [
    ['2', '6'],
    ['10', '14'],
  ]);
  // In a step that had time and has nothing, the service was silent.
  assert.deepEqual(names(14_500), [['2', '6', '10'], ['14']]);
  // What has figures was reached, however short the run.
  assert.deepEqual(names(100), [['2'], ['6', '10', '14']]);
});
