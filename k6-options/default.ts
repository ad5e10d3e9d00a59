import type { ProfileOf } from '../lib/results/profile.ts';
import { allSucceeded } from './thresholds.ts';
import { scenarioLimit, sessionTimeLimit } from './time-limit.ts';

export const defaultProfile: ProfileOf = (settings, questions) => ({
  name: 'default',
  purpose: 'NUM_SESSIONS sessions at once, each once through all its questions',
  scenarios: {
    chat: {
      executor: 'per-vu-iterations',
      vus: settings.numSessions,
      iterations: 1,
      maxDuration: scenarioLimit(sessionTimeLimit(settings, questions)),
    },
  },
  thresholds: allSucceeded(settings),
  sessionLimitMs: sessionTimeLimit(settings, questions),
  steps: [],
  peakSessions: settings.numSessions,
  sessions: String(settings.numSessions),
});
