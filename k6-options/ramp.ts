import type { ProfileOf } from '../lib/results/profile.ts';
import { climbScenario, climbSteps, levelsOf } from './climb.ts';
import { mostSucceeded } from './thresholds.ts';

export const ramp: ProfileOf = (settings) => {
  const levels = levelsOf(
    {
      start: settings.rampStart,
      increment: settings.rampIncrement,
      max: settings.rampMax,
      intervalMs: settings.rampInterval,
    },
    'RAMP',
  );
  return {
    name: 'ramp',
    purpose: 'more sessions step by step: where does it begin to hurt?',
    scenarios: { chat: climbScenario(levels, settings.rampInterval) },
    thresholds: mostSucceeded(settings),
    steps: climbSteps(levels, settings.rampInterval),
    asks: {
      kind: 'climb',
      goesOn: true,
      unit: 'sessions',
      rates: (['chat_slo_met', 'chat_setup_success'] as const).map((metric) => ({
        metric,
        least: settings.sloRate,
      })),
    },
    peakSessions: settings.rampMax,
    sessions: `${levels[0]} to ${settings.rampMax}`,
  };
};
