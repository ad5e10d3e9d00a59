/** The settings of the load profiles: k6-options says what each profile makes of them. */
import { positiveDuration, risingNumbers, sessionCount, share, wholeNumber } from './forms.ts';
import { setting } from './spec.ts';

/** A function for the same reason as `settingSpecs`. */
export function profileSettingSpecs() {
  return {
    rampStart: setting(
      'RAMP_START_SESSIONS',
      '10',
      sessionCount,
      'ramp: sessions of the first step',
    ),
    rampIncrement: setting('RAMP_INCREMENT', '50', sessionCount, 'ramp: more sessions each step'),
    rampInterval: setting('RAMP_INTERVAL', '3m', positiveDuration, 'ramp: how long a step lasts'),
    rampMax: setting('RAMP_MAX_SESSIONS', '500', sessionCount, 'ramp: sessions of the last step'),
    spikeBase: setting('SPIKE_BASE_SESSIONS', '10', sessionCount, 'spike: sessions all the time'),
    spikePeak: setting('SPIKE_PEAK_SESSIONS', '100', wholeNumber(2), 'spike: sessions at the peak'),
    spikeBefore: setting('SPIKE_BEFORE', '5m', positiveDuration, 'spike: how long before the peak'),
    spikeDuration: setting('SPIKE_DURATION', '2m', positiveDuration, 'spike: how long the peak is'),
    spikeAfter: setting('SPIKE_AFTER', '10m', positiveDuration, 'spike: how long after the peak'),
    soakSessions: setting('SOAK_SESSIONS', '50', sessionCount, 'soak: sessions all the time'),
    soakDuration: setting('SOAK_DURATION', '4h', positiveDuration, 'soak: how long'),
    soakWindow: setting(
      'SOAK_WINDOW',
      '10m',
      positiveDuration,
      'soak: how long the first and the last part are, which are compared',
    ),
    arrivalRate: setting(
      'ARRIVALS_PER_MINUTE',
      '10',
      sessionCount,
      'arrivals: new sessions a minute',
    ),
    arrivalDuration: setting('ARRIVALS_DURATION', '30m', positiveDuration, 'arrivals: how long'),
    arrivalMax: setting(
      'ARRIVALS_MAX_SESSIONS',
      '500',
      sessionCount,
      'arrivals: the most sessions at once; one that comes above it is dropped',
    ),
    breakpointStart: setting(
      'BREAKPOINT_START_SESSIONS',
      '10',
      sessionCount,
      'breakpoint: sessions of the first step',
    ),
    breakpointIncrement: setting(
      'BREAKPOINT_INCREMENT',
      '10',
      sessionCount,
      'breakpoint: more sessions each step',
    ),
    breakpointInterval: setting(
      'BREAKPOINT_INTERVAL',
      '3m',
      positiveDuration,
      'breakpoint: how long a step lasts',
    ),
    breakpointMax: setting(
      'BREAKPOINT_MAX_SESSIONS',
      '500',
      sessionCount,
      'breakpoint: where it stops climbing',
    ),
    connectionsLevels: setting(
      'CONNECTIONS_LEVELS',
      '10,50,100,200,500,1000',
      risingNumbers,
      'connections: sockets open together, point by point',
    ),
    connectionsHold: setting(
      'CONNECTIONS_HOLD',
      '1m',
      positiveDuration,
      'connections: how long the sockets of a point are held, their opening included',
    ),
    connectionsRate: setting(
      'CONNECTIONS_MIN_RATE',
      '0.8',
      share,
      'connections: stops where a smaller share of the sockets opened',
    ),
  } as const;
}
