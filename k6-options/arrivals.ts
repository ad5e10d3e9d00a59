import { formatDuration } from '../lib/base/duration.ts';
import type { ProfileOf } from '../lib/results/profile.ts';
import { mostSucceeded } from './thresholds.ts';

export const arrivals: ProfileOf = (settings) => ({
  name: 'arrivals',
  purpose: 'new sessions arrive at a rate, whether or not the service keeps up',
  scenarios: {
    chat: {
      executor: 'constant-arrival-rate',
      rate: settings.arrivalRate,
      timeUnit: '1m',
      duration: formatDuration(settings.arrivalDuration),
      // All of them from the start: making one in the middle would make its session late.
      preAllocatedVUs: settings.arrivalMax,
      maxVUs: settings.arrivalMax,
    },
  },
  thresholds: mostSucceeded(settings),
  steps: [],
  peakSessions: settings.arrivalMax,
  sessions: `${settings.arrivalRate} new a minute, ${settings.arrivalMax} at once at the most`,
});
