import type { ProfileOf } from '../lib/results/profile.ts';
import { allSucceeded } from './thresholds.ts';
import { scenarioLimit, sessionTimeLimit } from './time-limit.ts';

export const smoke: ProfileOf = (settings, questions) => ({
  name: 'smoke',
  purpose: 'one session, two questions of each course: does it work at all?',
  scenarios: {
    chat: {
      executor: 'per-vu-iterations',
      vus: 1,
      iterations: 1,
      maxDuration: scenarioLimit(sessionTimeLimit(settings, questions)),
    },
  },
  thresholds: allSucceeded(settings),
  sessionLimitMs: sessionTimeLimit(settings, questions),
  steps: [],
  peakSessions: 1,
  sessions: '1',
});
