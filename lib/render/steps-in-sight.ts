/** Of many steps, those around the limit, or the last: where all would hide what else there is to see. */
import { showCount } from '../base/format.ts';
import type { StepPart, Summary } from '../results/model.ts';
import { type Steps, stepsReached } from '../results/steps-reached.ts';
import { stepLabel } from './step-columns.ts';

/** Of more steps than these, so many stand in a table; summary.json and the page have all. */
const STEPS_IN_SIGHT = 20;
/** Of these, from the one that broke on. */
const FROM_THE_LIMIT_ON = 10;

type Climbed = Steps & Pick<Summary, 'stepsOf' | 'limit'>;

/** Those that the run came to; all of them where they are few. */
export function stepsInSight(summary: Climbed): readonly StepPart[] {
  const reached = stepsReached(summary);
  const broke = reached.findIndex(({ name }) => name === summary.limit?.broke);
  const end = broke < 0 ? reached.length : Math.min(broke + FROM_THE_LIMIT_ON, reached.length);
  const from = Math.max(0, end - STEPS_IN_SIGHT);
  return reached.slice(from, from + STEPS_IN_SIGHT);
}

/** As `slowestCoursesText`, of the steps that the run came to. */
export function stepsInSightText(summary: Climbed, others = '; summary.json has all'): string {
  const all = stepsReached(summary).length;
  if (all <= STEPS_IN_SIGHT) return '';
  const shown = stepsInSight(summary);
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `Of ${showCount(all)} steps, ${stepLabel(first, summary)} to ${stepLabel(last, summary)}${others}`;
}
