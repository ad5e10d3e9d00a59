/** Who comes, and when: the load profiles as data. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PROFILE_NAMES, profileByName } from '../../k6-options/profiles.ts';
import { sessionTimeLimit } from '../../k6-options/time-limit.ts';
import { parseDuration } from '../../lib/base/duration.ts';
import { SettingsError } from '../../lib/base/errors.ts';
import type { Profile, Scenario } from '../../lib/results/profile.ts';
import { readSettings } from '../../lib/settings/settings.ts';

const QUESTIONS = 40;
const MINUTE = 60_000;

function profileOf(name: string, env: Record<string, string> = {}): Profile {
  return profileByName(readSettings({ PROFILE: name, ...env }), QUESTIONS);
}

/** When a scenario begins and when its time is over, in milliseconds of the test. */
function timesOf(scenario: Scenario): { fromMs: number; toMs: number } {
  const ms = (text: string) => {
    const read = parseDuration(text);
    assert.ok(read !== null, `${text} is no duration`);
    return read;
  };
  const fromMs = ms(scenario.startTime ?? '0s');
  if (scenario.executor === 'ramping-vus') {
    return { fromMs, toMs: scenario.stages.reduce((sum, stage) => sum + ms(stage.duration), 0) };
  }
  const lasts =
    scenario.executor === 'per-vu-iterations' ? scenario.maxDuration : scenario.duration;
  return { fromMs, toMs: fromMs + ms(lasts) };
}

/** How many virtual users the scenarios have at a moment. */
function sessionsAt({ scenarios }: Profile, atMs: number): number {
  return Object.values(scenarios).reduce((sum, scenario) => {
    const { fromMs, toMs } = timesOf(scenario);
    if (atMs < fromMs || atMs >= toMs) return sum;
    if (scenario.executor === 'constant-arrival-rate') return sum + scenario.maxVUs;
    if (scenario.executor !== 'ramping-vus') return sum + scenario.vus;
    let level = scenario.startVUs;
    let from = fromMs;
    for (const stage of scenario.stages) {
      const lasts = parseDuration(stage.duration) ?? 0;
      if (lasts > 0 && atMs < from + lasts) {
        // A stage that lasts begins and ends at the same level: k6 would climb within it.
        assert.equal(stage.target, level);
        break;
      }
      from += lasts;
      level = stage.target;
    }
    return sum + level;
  }, 0);
}

test('the names that a user is promised, and no other', () => {
  assert.deepEqual(PROFILE_NAMES, [
    'default',
    'smoke',
    'ramp',
    'spike',
    'soak',
    'arrivals',
    'breakpoint',
    'connections',
  ]);
  for (const name of ['stampede', 'toString', 'Smoke', 'smoke ', '__proto__']) {
    assert.throws(
      () => profileOf(name),
      new SettingsError(
        `PROFILE: expected one of ${PROFILE_NAMES.join(', ')}, or the path of a .json file, got ${JSON.stringify(name)}`,
      ),
    );
  }
});

for (const name of PROFILE_NAMES) {
  test(`${name}: its purpose in one line, its peak, steps one after the other within its time`, () => {
    const profile = profileOf(name);
    assert.equal(profile.name, name);
    assert.match(profile.purpose, /^[^\n]{10,90}$/);
    const ends = Object.values(profile.scenarios).map((scenario) => timesOf(scenario).toMs);
    let last = 0;
    for (const { fromMs, toMs } of profile.steps) {
      assert.ok(fromMs >= last && toMs > fromMs, `${fromMs} to ${toMs} after ${last}`);
      last = toMs;
    }
    if (profile.steps.length > 0) assert.equal(last, Math.max(...ends));
    const levels = [0, ...profile.steps.flatMap(({ fromMs, toMs }) => [fromMs, toMs - 1])];
    const peak = Math.max(...levels.map((at) => sessionsAt(profile, at)));
    assert.equal(peak, profile.peakSessions);
  });
}

test('default and smoke: their sessions once; the time is that of all questions at their slowest', () => {
  const ofDefault = { executor: 'per-vu-iterations', vus: 7, iterations: 1 };
  const { chat } = profileOf('default', { NUM_SESSIONS: '7' }).scenarios;
  assert.ok(chat?.executor === 'per-vu-iterations');
  const { maxDuration, ...rest } = chat;
  assert.deepEqual(rest, ofDefault);
  const smoke = profileOf('smoke', { NUM_SESSIONS: '7' }).scenarios.chat;
  assert.deepEqual(smoke, { ...ofDefault, vus: 1, maxDuration });
});

test('the longest time of a session: set-up, questions, pauses; or its own limit', () => {
  const limit = (env: Record<string, string>, questions = QUESTIONS) =>
    sessionTimeLimit(readSettings(env), questions);
  // Two calls and a handshake: k6 waits for 60 s for each.
  const setUp = 3 * MINUTE;
  assert.equal(limit({}), setUp + 40 * 10 * MINUTE);
  assert.equal(limit({}, 1), setUp + 10 * MINUTE);
  assert.equal(limit({ NUC_RESPONSE_TIMEOUT: '2m' }), setUp + 40 * 2 * MINUTE);
  // The answer's own limit counts, even where it is longer.
  assert.equal(limit({ NUC_RESPONSE_TIMEOUT: '20m' }, 1), setUp + 20 * MINUTE);
  assert.equal(limit({ NUC_THINK_TIME: '1m-3m' }, 2), setUp + 2 * 13 * MINUTE);
  assert.equal(limit({ NUC_SESSION_TIMEOUT: '5m' }), setUp + 5 * MINUTE);
  assert.equal(limit({ NUC_SESSION_TIMEOUT: '99h' }, 1), setUp + 10 * MINUTE);
});

describe('levels that climb', () => {
  test('ramp: 10, 60, 110 … 460, 500 sessions, three minutes each', () => {
    const ramp = profileOf('ramp');
    const levels = [10, 60, 110, 160, 210, 260, 310, 360, 410, 460, 500];
    assert.deepEqual(
      ramp.steps,
      levels.map((level, index) => ({
        name: String(level),
        fromMs: index * 3 * MINUTE,
        toMs: (index + 1) * 3 * MINUTE,
      })),
    );
    for (const [index, level] of levels.entries()) {
      const from = index * 3 * MINUTE;
      for (const at of [from, from + MINUTE, from + 3 * MINUTE - 1]) {
        assert.equal(sessionsAt(ramp, at), level, `${at} ms`);
      }
    }
    assert.equal(sessionsAt(ramp, levels.length * 3 * MINUTE), 0);
    assert.equal(ramp.sessions, '10 to 500');
  });

  test('the last level is the highest, whatever the increment; a single one is enough', () => {
    const names = (env: Record<string, string>) => profileOf('ramp', env).steps.map((s) => s.name);
    const env = { RAMP_START_SESSIONS: '2', RAMP_INCREMENT: '3', RAMP_MAX_SESSIONS: '8' };
    assert.deepEqual(names(env), ['2', '5', '8']);
    assert.deepEqual(names({ ...env, RAMP_MAX_SESSIONS: '9' }), ['2', '5', '8', '9']);
    assert.deepEqual(names({ ...env, RAMP_MAX_SESSIONS: '2' }), ['2']);
  });

  test('breakpoint: the same climb, with settings of its own', () => {
    const env = {
      BREAKPOINT_START_SESSIONS: '1',
      BREAKPOINT_INCREMENT: '4',
      BREAKPOINT_MAX_SESSIONS: '7',
      BREAKPOINT_INTERVAL: '5s',
    };
    const { steps, scenarios } = profileOf('breakpoint', env);
    assert.deepEqual(
      steps.map(({ name, toMs }) => [name, toMs]),
      [
        ['1', 5000],
        ['5', 10_000],
        ['7', 15_000],
      ],
    );
    assert.deepEqual(scenarios.chat, {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: '0s', target: 1 },
        { duration: '5s', target: 1 },
        { duration: '0s', target: 5 },
        { duration: '5s', target: 5 },
        { duration: '0s', target: 7 },
        { duration: '5s', target: 7 },
      ],
    });
  });

  test('connections: each point with its own sockets, and a pause before the next', () => {
    const env = { CONNECTIONS_LEVELS: '10,50', CONNECTIONS_HOLD: '90s' };
    const { steps, scenarios, sessions } = profileOf('connections', env);
    const socket = {
      executor: 'per-vu-iterations',
      exec: 'connections',
      iterations: 1,
      maxDuration: '1m30s',
      gracefulStop: '5s',
    };
    assert.deepEqual(scenarios, {
      sockets_10: { ...socket, vus: 10, startTime: '0s' },
      sockets_50: { ...socket, vus: 50, startTime: '1m35s' },
    });
    assert.deepEqual(
      steps.map(({ name, fromMs, toMs }) => [name, fromMs, toMs]),
      [
        ['10', 0, 90_000],
        ['50', 95_000, 185_000],
      ],
    );
    assert.equal(sessions, '10, 50 (sockets only)');
  });
});

test('spike: the base all the time, the peak’s sessions in the peak alone', () => {
  const env = { SPIKE_BASE_SESSIONS: '3', SPIKE_PEAK_SESSIONS: '10' };
  const spike = profileOf('spike', env);
  const level = [0, 5, 7].flatMap((minute) => [
    sessionsAt(spike, minute * MINUTE),
    sessionsAt(spike, (minute + 2) * MINUTE - 1),
  ]);
  assert.deepEqual(level, [3, 3, 10, 10, 3, 3]);
  assert.deepEqual(
    spike.steps.map(({ name, fromMs, toMs }) => [name, fromMs / MINUTE, toMs / MINUTE]),
    [
      ['before', 0, 5],
      ['peak', 5, 7],
      ['after', 7, 17],
    ],
  );
});

test('soak: the first and the last window, and what lies between, if anything', () => {
  const env = { SOAK_SESSIONS: '4', SOAK_DURATION: '1h', SOAK_WINDOW: '10m' };
  const soak = profileOf('soak', env);
  assert.deepEqual(soak.scenarios.chat, { executor: 'constant-vus', vus: 4, duration: '1h' });
  assert.deepEqual(
    soak.steps.map(({ name, fromMs, toMs }) => [name, fromMs / MINUTE, toMs / MINUTE]),
    [
      ['first', 0, 10],
      ['middle', 10, 50],
      ['last', 50, 60],
    ],
  );
  // The first window begins where the warm-up ends.
  const warm = profileOf('soak', { ...env, NUC_WARMUP: '5m' });
  assert.deepEqual(
    warm.steps.map(({ name, fromMs, toMs }) => [name, fromMs / MINUTE, toMs / MINUTE]),
    [
      ['warm-up', 0, 5],
      ['first', 5, 15],
      ['middle', 15, 50],
      ['last', 50, 60],
    ],
  );
  assert.throws(() => profileOf('soak', { ...env, NUC_WARMUP: '41m' }), {
    message: 'SOAK_WINDOW: expected at most half of SOAK_DURATION after NUC_WARMUP, 19m, got 10m',
  });
  const halves = profileOf('soak', { ...env, SOAK_WINDOW: '30m' });
  assert.deepEqual(
    halves.steps.map(({ name }) => name),
    ['first', 'last'],
  );
});

test('arrivals: so many a minute, every virtual user made before the first', () => {
  const env = { ARRIVALS_PER_MINUTE: '90', ARRIVALS_DURATION: '2m', ARRIVALS_MAX_SESSIONS: '30' };
  assert.deepEqual(profileOf('arrivals', env).scenarios.chat, {
    executor: 'constant-arrival-rate',
    rate: 90,
    timeUnit: '1m',
    duration: '2m',
    preAllocatedVUs: 30,
    maxVUs: 30,
  });
});

test('settings that do not go together are named, with what was expected', () => {
  const wrong: [profile: string, env: Record<string, string>, line: string][] = [
    [
      'ramp',
      { RAMP_MAX_SESSIONS: '9' },
      'RAMP_MAX_SESSIONS: expected at least RAMP_START_SESSIONS, 10, got 9',
    ],
    [
      'breakpoint',
      { BREAKPOINT_START_SESSIONS: '501' },
      'BREAKPOINT_MAX_SESSIONS: expected at least BREAKPOINT_START_SESSIONS, 501, got 500',
    ],
    [
      'spike',
      { SPIKE_BASE_SESSIONS: '100' },
      'SPIKE_PEAK_SESSIONS: expected more than SPIKE_BASE_SESSIONS, 100, got 100',
    ],
    [
      'soak',
      { SOAK_DURATION: '19m' },
      'SOAK_WINDOW: expected at most half of SOAK_DURATION, 19m, got 10m',
    ],
  ];
  for (const [name, env, line] of wrong) {
    assert.throws(() => profileOf(name, env), new SettingsError(line));
    // Nobody is asked about the settings of a profile that does not run.
    assert.equal(profileOf('default', env).name, 'default');
  }
});
