/** What counts as a pass: no threshold of a profile, or of a file, can hold without samples. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PROFILE_NAMES } from '../../k6-options/profiles.ts';
import { generatorThresholds, isOfGenerator } from '../../lib/results/generator-thresholds.ts';
import type { Threshold, Thresholds } from '../../lib/results/profile.ts';
import { asked, type Env, fromFile, optionsOf } from './options-scene.ts';

/** Those that ask something of the load generator. */
function askedOfGenerator(thresholds: Thresholds): Record<string, readonly Threshold[]> {
  return Object.fromEntries(Object.entries(thresholds).filter(([name]) => isOfGenerator(name)));
}

function textOf(threshold: Threshold): string {
  return typeof threshold === 'string' ? threshold : threshold.threshold;
}

/** Rate → the counter that tells of its samples. */
const COUNTED_BY: Record<string, string[]> = {
  chat_session_success: ['chat_sessions_completed', 'chat_sessions_started'],
  // An answer came over a socket that was opened.
  chat_setup_success: ['chat_sessions_started', 'chat_responses_received'],
  chat_response_success: ['chat_responses_received'],
  chat_slo_met: ['chat_responses_received'],
};

const SLOS: Env[] = [
  {},
  { NUC_SLO_FIRST_CHUNK: '2s', NUC_SLO_RATE: '0.9' },
  { NUC_SLO_RESPONSE: '30s' },
];

for (const name of PROFILE_NAMES) {
  for (const env of SLOS) {
    for (const warmup of [{}, { NUC_WARMUP: '5s' }] as Env[]) {
      test(`${name}: a count beside each rate ${JSON.stringify({ ...env, ...warmup })}`, () => {
        const thresholds = asked(optionsOf(name, { ...env, ...warmup }).thresholds);
        const rest = warmup.NUC_WARMUP ? '{warmup:no}' : '';
        let counts = 0;
        for (const [metric, list] of Object.entries(thresholds)) {
          assert.equal(list.length, 1);
          const text = textOf(list[0] ?? '');
          const [plain = '', selector = ''] = metric.split(/(?=\{)/);
          // Whether any were started is asked of the whole run: all may start in the warm-up.
          const warm = warmup.NUC_WARMUP && plain !== 'chat_sessions_started';
          if (warm) assert.match(selector, /[{,]warmup:no\}$/);
          else assert.ok(!selector.includes('warmup'));
          if (text === 'count>0') {
            counts += 1;
            continue;
          }
          assert.match(text, /^rate(>=|==)/);
          // A session's samples need no step of their own: none starts in a step that never came.
          const beside = COUNTED_BY[plain]?.some((counter) =>
            [selector, plain.startsWith('chat_se') ? rest : selector, ''].some(
              (of) => textOf(thresholds[counter + of]?.[0] ?? '') === 'count>0',
            ),
          );
          assert.ok(beside, `${metric} stands alone`);
        }
        assert.ok(counts > 0);
      });
    }
  }
}

test('what each profile asks', () => {
  const counts = (name: string) =>
    Object.entries(asked(optionsOf(name).thresholds))
      .filter(([metric, list]) => textOf(list[0] ?? '') === 'count>0' && !metric.includes('step'))
      .map(([metric]) => metric)
      .sort();
  const answers = 'chat_responses_received';
  for (const name of ['default', 'smoke']) {
    assert.deepEqual(counts(name), [answers, 'chat_sessions_completed']);
  }
  for (const name of ['ramp', 'spike', 'soak', 'arrivals']) {
    assert.deepEqual(counts(name), [answers, 'chat_sessions_started']);
  }
  assert.deepEqual(counts('breakpoint'), [answers]);
  assert.deepEqual(counts('connections'), ['chat_sessions_started']);
  const rates = (name: string, env: Env = {}) =>
    Object.entries(asked(optionsOf(name, env).thresholds))
      .filter(([, list]) => textOf(list[0] ?? '').startsWith('rate'))
      .map(([metric, list]) => `${metric} ${textOf(list[0] ?? '')}`)
      .sort();
  const all = ['chat_response_success rate==1', 'chat_session_success rate==1'];
  const most = ['chat_response_success rate>=0.95', 'chat_setup_success rate>=0.95'];
  assert.deepEqual(rates('default'), all);
  assert.deepEqual(rates('smoke'), all);
  assert.deepEqual(rates('ramp'), most);
  assert.deepEqual(rates('arrivals'), most);
  assert.deepEqual(rates('spike'), [...most, 'chat_slo_met{step:after} rate>=0.95']);
  assert.deepEqual(rates('soak'), [...most, 'chat_slo_met{step:last} rate>=0.95']);
  const slo = { NUC_SLO_RESPONSE: '30s', NUC_SLO_RATE: '0.8' };
  assert.deepEqual(rates('default', slo), [...all, 'chat_slo_met rate>=0.8']);
  assert.deepEqual(rates('ramp', slo), [
    'chat_response_success rate>=0.8',
    'chat_setup_success rate>=0.8',
    'chat_slo_met rate>=0.8',
  ]);
});

test('a climb stops at the level that breaks, judged from its middle on', () => {
  const breakpoint = asked(
    optionsOf('breakpoint', {
      BREAKPOINT_MAX_SESSIONS: '20',
      BREAKPOINT_INTERVAL: '30s',
      NUC_SLO_RATE: '0.9',
    }).thresholds,
  );
  const stops = (delayAbortEval: string, least = 0.9) => [
    { threshold: `rate>=${least}`, abortOnFail: true, delayAbortEval },
  ];
  assert.deepEqual(breakpoint, {
    chat_responses_received: ['count>0'],
    'chat_slo_met{step:10}': stops('15s'),
    'chat_setup_success{step:10}': stops('15s'),
    'chat_responses_received{step:10}': ['count>0'],
    'chat_slo_met{step:20}': stops('45s'),
    'chat_setup_success{step:20}': stops('45s'),
    'chat_responses_received{step:20}': ['count>0'],
  });
  const env = { CONNECTIONS_LEVELS: '5,9', CONNECTIONS_HOLD: '10s', CONNECTIONS_MIN_RATE: '0.7' };
  assert.deepEqual(asked(optionsOf('connections', env).thresholds), {
    chat_sessions_started: ['count>0'],
    'chat_setup_success{step:5}': stops('5s', 0.7),
    'chat_session_success{step:5}': stops('10s', 0.7),
    'chat_setup_success{step:9}': stops('20s', 0.7),
    'chat_session_success{step:9}': stops('25s', 0.7),
  });
});

test('with NUC_ABORT_ON_FAIL=0 no threshold ends a run, and all are judged', () => {
  for (const env of [{}, { NUC_WARMUP: '1s' }]) {
    for (const name of ['breakpoint', 'connections']) {
      const texts = (more: Env) =>
        Object.entries(asked(optionsOf(name, { ...env, ...more }).thresholds)).map(
          ([metric, list]) => [metric, list.map(textOf)],
        );
      const goingOn = optionsOf(name, { ...env, NUC_ABORT_ON_FAIL: '0' });
      assert.doesNotMatch(JSON.stringify(goingOn), /abortOnFail|delayAbortEval/);
      assert.deepEqual(texts({ NUC_ABORT_ON_FAIL: '0' }), texts({}));
    }
  }
  const own = { chat_errors: [{ threshold: 'count<3', abortOnFail: true }] };
  const { thresholds } = fromFile({ vus: 1, thresholds: own }, { NUC_ABORT_ON_FAIL: '0' });
  assert.deepEqual(thresholds.chat_errors, ['count<3']);
});

test('a warm-up: a step that is over by then is not judged, one that is not, is', () => {
  const of = (NUC_WARMUP: string) =>
    Object.keys(
      asked(
        optionsOf('breakpoint', {
          BREAKPOINT_MAX_SESSIONS: '20',
          BREAKPOINT_INTERVAL: '30s',
          NUC_WARMUP,
        }).thresholds,
      ),
    ).sort();
  const step = (name: number) =>
    ['chat_responses_received', 'chat_setup_success', 'chat_slo_met'].map(
      (metric) => `${metric}{step:${name},warmup:no}`,
    );
  const overall = 'chat_responses_received{warmup:no}';
  assert.deepEqual(of('29s'), [...step(10), ...step(20), overall].sort());
  assert.deepEqual(of('30s'), [...step(20), overall].sort());
  assert.deepEqual(of('2m'), [overall]);
});

describe('the load generator is judged by k6 too', () => {
  const counts = {
    dropped_iterations: ['count==0'],
    chat_late_starts: ['count==0'],
    'chat_errors{reason:exhausted}': ['count==0'],
  };
  const byItself = {
    chat_client_lag: ['p(95)<=100'],
    'chat_generator_in_time{lag:send}': ['rate>=0.95'],
    'chat_generator_in_time{lag:timer}': ['rate>=0.95'],
    ...counts,
  };
  // What the summary alone needs asks nothing.
  const askedOf = (thresholds: Thresholds) =>
    Object.fromEntries(
      Object.entries(askedOfGenerator(thresholds)).filter(([, list]) => list.length > 0),
    );

  test('in every profile and file, the warm-up included', () => {
    for (const name of PROFILE_NAMES) {
      for (const env of [{}, { NUC_WARMUP: '5s' }] as Env[]) {
        assert.deepEqual(askedOf(optionsOf(name, env).thresholds), byItself, name);
      }
    }
    const file = { vus: 2, duration: '5s', thresholds: { chat_slo_met: ['rate>0.5'] } };
    const { options } = fromFile(file);
    assert.deepEqual(askedOf(options.thresholds as Thresholds), byItself);
  });

  test('NUC_MAX_CLIENT_LAG is the bound of each lag', () => {
    const { thresholds } = optionsOf('ramp', { NUC_MAX_CLIENT_LAG: '1.5s' });
    assert.deepEqual(askedOf(thresholds), {
      chat_client_lag: ['p(95)<=1500'],
      chat_send_lag: ['p(95)<=1500'],
      chat_timer_lag: ['p(95)<=1500'],
      ...counts,
    });
  });

  test('a file may ask more of it', () => {
    const thresholds = { chat_timer_lag: ['p(95)<4'], chat_client_lag: ['p(95)<9'] };
    const { options } = fromFile({ vus: 2, duration: '5s', thresholds });
    assert.deepEqual(askedOf(options.thresholds as Thresholds), {
      ...byItself,
      chat_timer_lag: ['p(95)<4'],
      chat_client_lag: ['p(95)<9', 'p(95)<=100'],
    });
  });
});

test('options: tags that tell runs apart, no tag with an address, and all that the summary shows', () => {
  const options = optionsOf('ramp', { NUC_RUN_ID: 'r7', NUC_ENVIRONMENT: 'staging' });
  assert.deepEqual(options.tags, { run_id: 'r7', profile: 'ramp', environment: 'staging' });
  assert.match(optionsOf('ramp').tags.run_id ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  for (const tag of ['url', 'ip', 'vu', 'iter', 'error']) {
    assert.ok(!options.systemTags.includes(tag), tag);
  }
  for (const shown of [
    'chat_response_time{course:MED1060}',
    'chat_response_time{turn:11+}',
    'chat_session_success{step:500}',
    'chat_errors{phase:stream,reason:stall}',
    'ws_sessions{status:503}',
  ]) {
    assert.deepEqual(options.thresholds[shown], [], shown);
  }
  // k6's own summary would print them all.
  const own: Thresholds = optionsOf('ramp', { NUC_SUMMARY: 'k6' }).thresholds;
  assert.deepEqual(own, { ...asked(options.thresholds), ...generatorThresholds(null) });
});
