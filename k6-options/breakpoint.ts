import type { KnownThresholds, ProfileOf } from '../lib/results/profile.ts';
import { climbScenario, climbSteps, levelsOf } from './climb.ts';
import { endsTheRun, ofStep } from './thresholds.ts';

/** What a step has to reach, beside the SLO: overload may show in the set-up alone. */
const RATES = ['chat_slo_met', 'chat_setup_success'] as const;

export const breakpoint: ProfileOf = (settings) => {
  const intervalMs = settings.breakpointInterval;
  const levels = levelsOf(
    {
      start: settings.breakpointStart,
      increment: settings.breakpointIncrement,
      max: settings.breakpointMax,
      intervalMs,
    },
    'BREAKPOINT',
  );
  const steps = climbSteps(levels, intervalMs);
  // Judged from the middle of a step on: before that, it has few answers.
  const ofSteps: KnownThresholds = {};
  for (const { name, fromMs } of steps) {
    for (const metric of RATES) {
      ofSteps[ofStep(metric, name)] = [endsTheRun(settings.sloRate, fromMs + intervalMs / 2)];
    }
    // k6 lets the rates of a step pass in which nothing was answered, so answers are asked for too.
    ofSteps[ofStep('chat_responses_received', name)] = ['count>0'];
  }
  return {
    name: 'breakpoint',
    purpose: 'climbs until the SLO breaks, and stops there: how many sessions can it serve?',
    scenarios: { chat: climbScenario(levels, intervalMs) },
    thresholds: { chat_responses_received: ['count>0'], ...ofSteps },
    steps,
    asks: {
      kind: 'climb',
      goesOn: !settings.abortOnFail,
      unit: 'sessions',
      rates: RATES.map((metric) => ({ metric, least: settings.sloRate })),
    },
    peakSessions: settings.breakpointMax,
    sessions: `${levels[0]} to ${settings.breakpointMax}`,
  };
};
