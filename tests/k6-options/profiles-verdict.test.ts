/** What counts as a pass: no threshold of a profile, or of a file, can hold without samples. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { optionsFromFile, parseOptionsFile } from '../../k6-options/from-file.ts';
import { k6Options } from '../../k6-options/options.ts';
import { PROFILE_NAMES, profileByName } from '../../k6-options/profiles.ts';
import { SettingsError } from '../../lib/base/errors.ts';
import { generatorThresholds, isOfGenerator } from '../../lib/results/generator-thresholds.ts';
import type { Threshold, Thresholds } from '../../lib/results/profile.ts';
import { readSettings } from '../../lib/settings/settings.ts';

type Env = Record<string, string>;

/** The thresholds that ask something of the service. */
function asked(thresholds: Thresholds): Record<string, readonly Threshold[]> {
  return Object.fromEntries(
    Object.entries(thresholds).filter(([name, list]) => list.length > 0 && !isOfGenerator(name)),
  );
}

/** Those that ask something of the load generator. */
function askedOfGenerator(thresholds: Thresholds): Record<string, readonly Threshold[]> {
  return Object.fromEntries(Object.entries(thresholds).filter(([name]) => isOfGenerator(name)));
}

function optionsOf(name: string, env: Env = {}) {
  const settings = readSettings({ PROFILE: name, ...env });
  return k6Options(profileByName(settings, 40), settings);
}

function fromFile(file: object, env: Env = {}, path = 'loads/mine.json') {
  const parsed = parseOptionsFile(JSON.stringify(file), path);
  const { options, profile } = optionsFromFile(parsed, path, readSettings(env));
  return { options, profile, thresholds: asked(options.thresholds as Thresholds) };
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

describe('a file of options', () => {
  const LOAD = { vus: 2, duration: '5s' };

  test('it says who comes; what counts as a pass is that most succeeded', () => {
    const { options, profile, thresholds } = fromFile({ ...LOAD, userAgent: 'mine' });
    assert.equal(profile.name, 'mine');
    assert.equal(options.scenarios, undefined);
    assert.deepEqual([options.vus, options.duration, options.userAgent], [2, '5s', 'mine']);
    assert.deepEqual(thresholds, asked(optionsOf('ramp').thresholds));
  });

  test('its own thresholds replace these, each with what it cannot do without', () => {
    const abort = { threshold: 'p(95)<9000', abortOnFail: true };
    const { thresholds } = fromFile({
      ...LOAD,
      thresholds: {
        'chat_time_to_first_chunk{turn:1}': [abort],
        chat_slo_met: ['rate>0.5'],
        chat_responses_received: ['count<1000'],
        chat_session_success: ['rate==1'],
        'chat_setup_success{scenario:a}': ['rate==1'],
        chat_token_time: ['p(95)<100'],
        'http_req_failed{name:create-chat}': ['rate==0'],
        chat_errors: ['count<3'],
      },
    });
    assert.deepEqual(thresholds, {
      'chat_time_to_first_chunk{turn:1}': [abort],
      'chat_responses_received{turn:1}': ['count>0'],
      chat_slo_met: ['rate>0.5'],
      chat_responses_received: ['count>0', 'count<1000'],
      chat_session_success: ['rate==1'],
      chat_sessions_completed: ['count>0'],
      'chat_setup_success{scenario:a}': ['rate==1'],
      'chat_setup_time{scenario:a}': ['max>0'],
      chat_token_time: ['p(95)<100', 'max>0'],
      'http_req_failed{name:create-chat}': ['rate==0'],
      'http_reqs{name:create-chat}': ['count>0'],
      chat_errors: ['count<3'],
      chat_sessions_started: ['count>0'],
    });
  });

  test('a warm-up is left out of its thresholds; k6’s own metrics know of none', () => {
    const file = {
      ...LOAD,
      thresholds: { 'chat_slo_met{course:A}': ['rate>0.5'], http_req_failed: ['rate<0.1'] },
    };
    assert.deepEqual(Object.keys(fromFile(file, { NUC_WARMUP: '5s' }).thresholds).sort(), [
      'chat_responses_received{course:A,warmup:no}',
      'chat_sessions_started',
      'chat_slo_met{course:A,warmup:no}',
      'http_req_failed',
      'http_reqs',
    ]);
  });

  test('its tags and statistics stand beside those that the summary needs', () => {
    const { options } = fromFile(
      { ...LOAD, tags: { team: 'blue', profile: 'own' }, summaryTrendStats: ['avg', 'p(99.9)'] },
      { NUC_RUN_ID: 'r7' },
    );
    assert.deepEqual(options.tags, {
      run_id: 'r7',
      profile: 'own',
      environment: 'local',
      team: 'blue',
    });
    assert.deepEqual(options.summaryTrendStats, [
      ...['count', 'avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
      'p(99.9)',
    ]);
  });

  test('its name is a tag’s value, wherever it lies', () => {
    const name = (path: string) => fromFile(LOAD, {}, path).profile.name;
    assert.equal(name('night.json'), 'night');
    assert.equal(name('/loads/very heavy.v2.json'), 'very_heavy.v2');
    assert.equal(name('C:\\loads\\night.json'), 'night');
  });

  test('what is no load is refused, with the file’s name', () => {
    const load =
      'expected an object with k6 options, one of scenarios, vus, iterations, duration, stages among them';
    const list = 'thresholds: expected an object, metric → list of thresholds';
    const wrong: [text: string, message: string][] = [
      ['', 'expected JSON, got other text'],
      ['{"vus": 1', 'expected JSON, got other text'],
      ['export const options = {}', 'expected JSON, got other text'],
      ['{}', load],
      ['[]', load],
      ['null', load],
      ['"vus"', load],
      ['7', load],
      ['{"thresholds": {"chat_slo_met": ["rate>0.5"]}}', load],
      ['{"vus": 1, "thresholds": null}', list],
      ['{"vus": 1, "thresholds": "rate>0.5"}', list],
      ['{"vus": 1, "thresholds": []}', list],
      ['{"vus": 1, "thresholds": {"chat_slo_met": "rate>0.5"}}', list],
    ];
    for (const [text, message] of wrong) {
      assert.throws(
        () => parseOptionsFile(text, 'mine.json'),
        new SettingsError(`PROFILE: mine.json: ${message}`),
        text,
      );
    }
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
