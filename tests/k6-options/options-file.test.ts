/** A user's own file of options: what it may say, and what counts as a pass where it says nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOptionsFile } from '../../k6-options/from-file.ts';
import { SettingsError } from '../../lib/base/errors.ts';
import { asked, fromFile, optionsOf } from './options-scene.ts';

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
        // Of the load generator: no verdict, and a load that asks nothing has them too.
        'chat_send_lag{course:B}': ['p(95)<5'],
        chat_timer_lag: ['p(95)<5'],
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
