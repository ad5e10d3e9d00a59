import { formatDuration } from '../lib/base/duration.ts';
import type { KnownThresholds, ProfileOf, Scenario } from '../lib/results/profile.ts';
import { endsTheRun, ofStep } from './thresholds.ts';

/** Between two points, for the sockets of the first to close. */
const PAUSE_MS = 5_000;

export const connections: ProfileOf = (settings) => {
  const { connectionsLevels: levels, connectionsHold: holdMs, connectionsRate: least } = settings;
  const steps = levels.map((level, index) => {
    const fromMs = index * (holdMs + PAUSE_MS);
    return { name: String(level), fromMs, toMs: fromMs + holdMs };
  });
  const scenarios: Record<string, Scenario> = {};
  const thresholds: KnownThresholds = { chat_sessions_started: ['count>0'] };
  for (const [index, { name, fromMs }] of steps.entries()) {
    scenarios[`sockets_${name}`] = {
      executor: 'per-vu-iterations',
      exec: 'connections',
      vus: levels[index] ?? 1,
      iterations: 1,
      startTime: formatDuration(fromMs),
      maxDuration: formatDuration(holdMs),
      gracefulStop: formatDuration(PAUSE_MS),
    };
    thresholds[ofStep('chat_setup_success', name)] = [endsTheRun(least, fromMs + holdMs / 2)];
    thresholds[ofStep('chat_session_success', name)] = [endsTheRun(least, fromMs + holdMs)];
  }
  return {
    name: 'connections',
    purpose: 'sockets only, no questions: how many can be open together?',
    scenarios,
    thresholds,
    steps,
    asks: {
      kind: 'climb',
      goesOn: !settings.abortOnFail,
      unit: 'sockets',
      rates: [
        { metric: 'chat_setup_success', least },
        { metric: 'chat_session_success', least },
      ],
    },
    peakSessions: Math.max(...levels),
    sessions: `${levels.join(', ')} (sockets only)`,
  };
};
