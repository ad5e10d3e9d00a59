import { formatDuration } from '../lib/base/duration.ts';
import { SettingsError } from '../lib/base/errors.ts';
import type { ProfileOf } from '../lib/results/profile.ts';
import { mostSucceeded, ofStep } from './thresholds.ts';

export const soak: ProfileOf = (settings) => {
  const { soakDuration, soakSessions, soakWindow } = settings;
  if (2 * soakWindow > soakDuration) {
    throw new SettingsError(
      `SOAK_WINDOW: expected at most half of SOAK_DURATION, ${formatDuration(soakDuration)}, got ${formatDuration(soakWindow)}`,
    );
  }
  const lastFrom = soakDuration - soakWindow;
  return {
    name: 'soak',
    purpose: 'a level for hours: is the end as good as the beginning?',
    scenarios: {
      chat: { executor: 'constant-vus', vus: soakSessions, duration: formatDuration(soakDuration) },
    },
    thresholds: {
      ...mostSucceeded(settings),
      [ofStep('chat_responses_received', 'last')]: ['count>0'],
      [ofStep('chat_slo_met', 'last')]: [`rate>=${settings.sloRate}`],
    },
    steps: [
      { name: 'first', fromMs: 0, toMs: soakWindow },
      { name: 'middle', fromMs: soakWindow, toMs: lastFrom },
      { name: 'last', fromMs: lastFrom, toMs: soakDuration },
    ].filter(({ fromMs, toMs }) => toMs > fromMs),
    asks: { kind: 'compare', earlier: 'first', later: 'last' },
    peakSessions: soakSessions,
    sessions: String(soakSessions),
  };
};
