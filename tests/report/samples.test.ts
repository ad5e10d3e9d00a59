import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplesToStdout, withoutSamples } from '../../report/samples/k6-output.ts';
import { Samples } from '../../report/samples/samples.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { STARTED_AT, sampleLine } from './made-samples.ts';

test('a sample is kept with its time to the microsecond, its value and its tags', () => {
  const samples = new Samples();
  samples.take(sampleLine('chat_response_time', 1234.567, 89.5, { course: 'MED1060', turn: '1' }));
  const [{ times, values, tags } = assert.fail('no sample'), ...more] =
    samples.of('chat_response_time');
  assert.equal(times.length + more.length, 1);
  assert.ok(Math.abs(Number(times[0]) - (STARTED_AT + 1234.567)) < 0.001, `${times[0]}`);
  assert.deepEqual(values, [89.5]);
  assert.deepEqual(tags, {
    course: 'MED1060',
    turn: '1',
    step: '',
    phase: '',
    reason: '',
    scenario: 'chat',
    status: '',
  });
  assert.deepEqual(samples.run, { runId: 'made-run', profile: 'made', environment: 'test' });
});

test('samples of a metric with the same tags are kept together', () => {
  const samples = new Samples();
  for (let count = 0; count < 1000; count += 1) {
    samples.take(sampleLine('chat_questions_sent', count, 1, { turn: count % 2 ? '1' : '2-10' }));
  }
  assert.deepEqual(
    samples.of('chat_questions_sent').map(({ tags, times }) => [tags.turn, times.length]),
    [
      ['2-10', 500],
      ['1', 500],
    ],
  );
});

test('the first ten errors are kept one by one, each with its session, in whatever order they come', () => {
  const samples = new Samples();
  for (const at of [900, 100, 500, 300, 1100, 1000, 200, 400, 600, 800, 700, 50]) {
    const tags = { phase: 'stream', reason: 'stall', step: '10' };
    samples.take(sampleLine('chat_errors', at, 1, tags, { session: String(at / 50) }));
  }
  // As k6 writes it where a script has set no number.
  samples.take(sampleLine('chat_errors', 25, 1, { phase: 'token', reason: 'dns' }));
  assert.deepEqual(
    samples.firstErrors.map(({ at, session }) => [Math.round(at - STARTED_AT), session]),
    [25, 50, 100, 200, 300, 400, 500, 600, 700, 800].map((at) => [at, at === 25 ? null : at / 50]),
  );
  assert.equal(samples.firstErrors[1]?.tags.reason, 'stall');
});

test('the beginning and the end are those of all samples, in whatever order they come', () => {
  const samples = new Samples();
  for (const at of [500, 0, 9000, 700]) samples.take(sampleLine('vus', at, 1));
  assert.equal(Math.round(samples.lastAt - samples.firstAt), 9000);
  assert.equal(Math.round(samples.firstAt), STARTED_AT);
});

test('what is no sample of the chat leaves nothing behind', () => {
  const samples = new Samples();
  for (const line of [
    '',
    'not json',
    sampleLine('ws_msgs_received', 5, 1),
    sampleLine('chat_response_time', 5, 1).slice(0, -20),
    '{"type":"Metric","data":{"name":"chat_response_time"},"metric":"chat_response_time"}',
    sampleLine('chat_response_time', 5, 1).replace('2026-', 'never-'),
    '{"metric":"chat_response_time","type":"Point","data":null}',
    '{"metric":"chat_response_time","type":"Point","data":7}',
    '{"metric":"chat_response_time","type":"Point","data":{"time":"2026-01-05T15:30:01Z"}}',
    '{"metric":"chat_response_time","type":"Point","data":{"time":5,"value":1}}',
    '{"metric":"chat_response_time","type":"Point","data":{"time":"2026-01-05T15:30:01Z","value":"1"}}',
    '{"metric":"chat_response_time","type":"Point","data":{"time":"2026-01-05T15:30:01Z","value":1,"tags":"a"}}',
  ]) {
    samples.take(line);
  }
  assert.deepEqual(samples.of('chat_response_time'), []);
  assert.equal(samples.firstAt, 0);
});

test('samples are taken out of k6’s output, and every other line stays', () => {
  const taken: string[] = [];
  const sample = sampleLine('chat_response_time', 1, 2);
  const metric = '{"type":"Metric","data":{"name":"vus"},"metric":"vus"}';
  const rest = withoutSamples(
    `${metric}\n${sample}\n\n====\n{"other": 1}\nSUMMARY {"metric":"x"}\n`,
    (line) => taken.push(line),
  );
  assert.deepEqual(taken, [metric, sample]);
  assert.equal(rest, '\n====\n{"other": 1}\nSUMMARY {"metric":"x"}\n');
  assert.equal(
    withoutSamples('a\nb\n', () => assert.fail('no sample')),
    'a\nb\n',
  );
});

test('the user’s outputs stay beside the samples', () => {
  const cases: [flags: string[], k6Out: string | undefined, expected: string[] | null][] = [
    [[], undefined, ['--out', 'json=-']],
    [['--out', 'influxdb=http://127.0.0.1:8086/nuc'], 'csv=a.csv', ['--out', 'json=-']],
    [['-o', 'csv=a.csv'], undefined, ['--out', 'json=-']],
    // k6 forgets K6_OUT as soon as one flag is given, so its outputs become flags.
    [
      [],
      'csv=a.csv,experimental-prometheus-rw',
      ['--out', 'json=-', '--out', 'csv=a.csv', '--out', 'experimental-prometheus-rw'],
    ],
    [['--out', 'json=samples.json'], undefined, ['--out', 'json=-']],
    [['--out=json=-'], undefined, null],
    [['-o', 'json'], undefined, null],
    [[], 'json', null],
  ];
  for (const [flags, k6Out, expected] of cases) {
    assert.deepEqual(
      samplesToStdout(readK6Flags(flags).outputs, k6Out?.split(',') ?? []),
      expected,
      flags.join(' '),
    );
  }
});
