import { formatDuration } from '../lib/base/duration.ts';
import { SettingsError } from '../lib/base/errors.ts';
import type { ProfileOf } from '../lib/results/profile.ts';
import { mostSucceeded, ofStep } from './thresholds.ts';

export const soak: ProfileOf = (settings) => {
  const { soakDuration, soakSessions, soakWindow, warmup } = settings;
  if (2 * soakWindow > soakDuration - warmup) {
    const after = warmup > 0 ? ' after NUC_WARMUP' : '';
    throw new SettingsError(
      `SOAK_WINDOW: expected at most half of SOAK_DURATION${after}, ${formatDuration(Math.max(soakDuration - warmup, 0))}, got ${formatDuration(soakWindow)}`,
    );
  }
  const firstTo = warmup + soakWindow;
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
    // The end is compared with what came after the warm-up, which is slower by itself.
    steps: [
      { name: 'warm-up', fromMs: 0, toMs: warmup },
      { name: 'first', fromMs: warmup, toMs: firstTo },
      { name: 'middle', fromMs: firstTo, toMs: lastFrom },
      { name: 'last', fromMs: lastFrom, toMs: soakDuration },
    ].filter(({ fromMs, toMs }) => toMs > fromMs),
    asks: { kind: 'compare', earlier: 'first', later: 'last' },
    peakSessions: soakSessions,
    sessions: String(soakSessions),
  };
};
