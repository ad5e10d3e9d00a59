/** Which steps a run came to: one that ends early, or stops at its limit, leaves the others behind. */
import type { StepPart, Summary } from './model.ts';

/** A step that the run ended in at its very beginning had no time for anything. Milliseconds. */
const NO_TIME_MS = 1000;

/** What it takes to tell. */
export interface Steps extends Pick<Summary, 'bySteps'> {
  readonly run: Pick<Summary['run'], 'durationMs'>;
}

export function stepsReached(summary: Steps): StepPart[] {
  return summary.bySteps.filter((step) => wasReached(step, summary));
}

export function stepsNotReached(summary: Steps): StepPart[] {
  return summary.bySteps.filter((step) => !wasReached(step, summary));
}

/** In a step that was reached and has nothing, the service was silent: that is a finding. */
function wasReached(step: StepPart, { run }: Steps): boolean {
  const { fromMs, sessionsStarted, sent, received, failed, errors } = step;
  const hasFigures = sessionsStarted + sent + received + failed + errors > 0;
  // An older file does not tell when a step began.
  return hasFigures || (fromMs !== undefined && fromMs + NO_TIME_MS < run.durationMs);
}
