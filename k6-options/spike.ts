import { formatDuration } from '../lib/base/duration.ts';
import { SettingsError } from '../lib/base/errors.ts';
import type { ProfileOf } from '../lib/results/profile.ts';
import { mostSucceeded, ofStep } from './thresholds.ts';

export const spike: ProfileOf = (settings) => {
  const { spikeBase, spikePeak, spikeBefore, spikeDuration, spikeAfter } = settings;
  if (spikePeak <= spikeBase) {
    throw new SettingsError(
      `SPIKE_PEAK_SESSIONS: expected more than SPIKE_BASE_SESSIONS, ${spikeBase}, got ${spikePeak}`,
    );
  }
  const peakEnd = spikeBefore + spikeDuration;
  const end = peakEnd + spikeAfter;
  return {
    name: 'spike',
    purpose: 'a base level, a sudden peak, back again: does it recover?',
    // Two scenarios, not a ramp down: k6 would take virtual users away in the middle of a session.
    scenarios: {
      base: { executor: 'constant-vus', vus: spikeBase, duration: formatDuration(end) },
      peak: {
        executor: 'constant-vus',
        vus: spikePeak - spikeBase,
        startTime: formatDuration(spikeBefore),
        duration: formatDuration(spikeDuration),
      },
    },
    // Failures at the peak are a finding; after it, the service has to be itself again.
    thresholds: {
      ...mostSucceeded(settings),
      [ofStep('chat_responses_received', 'after')]: ['count>0'],
      [ofStep('chat_slo_met', 'after')]: [`rate>=${settings.sloRate}`],
    },
    steps: [
      { name: 'before', fromMs: 0, toMs: spikeBefore },
      { name: 'peak', fromMs: spikeBefore, toMs: peakEnd },
      { name: 'after', fromMs: peakEnd, toMs: end },
    ],
    asks: { kind: 'compare', earlier: 'before', later: 'after' },
    peakSessions: spikePeak,
    sessions: `${spikeBase}, with a peak of ${spikePeak}`,
  };
};
