import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Chart, showClock, showValue } from '../../report/charts/chart.ts';
import { chartsOf } from '../../report/charts/charts.ts';
import { timelineOf } from '../../report/samples/timeline.ts';
import { MadeRun } from './made-samples.ts';

const SECOND = 1000;

function charts(run: MadeRun, settings: Readonly<Record<string, string>> = {}) {
  const all = chartsOf(timelineOf(run.samples()), settings);
  return (id: string): Chart => all.find((chart) => chart.id === id) ?? assert.fail(id);
}

test('a point stands in the middle of its bucket, and the chart ends with the run', () => {
  const chart = charts(new MadeRun(60 * SECOND))('response');
  assert.deepEqual(chart.times.slice(0, 3), [1, 3, 5]);
  assert.equal(chart.times.at(-1), 59);
  assert.equal(chart.duration, 60);
});

test('a rate is a count by the length of its bucket, the longer last one too', () => {
  const run = new MadeRun(60.8 * SECOND);
  for (const at of [100, 200, 300, 60_500, 60_600, 60_700]) run.answer(at, 1, 10);
  const chart = charts(run)('throughput');
  const [sent, answered] = chart.series;
  assert.deepEqual([sent?.label, answered?.label], ['questions sent', 'answers complete']);
  // Buckets of 5 s, of which the last takes what is left.
  assert.deepEqual([chart.times.length, chart.times.at(-1)], [12, 57.9]);
  assert.deepEqual([answered?.values[0], answered?.values.at(-1)], [0.6, 0.517241]);
  assert.equal(chart.about, '6 questions, 6 answers in all');
});

test('a run that ends within a second is not scaled up to one', () => {
  const run = new MadeRun(38);
  for (const at of [10, 20, 30]) {
    run.add('chat_errors', at, 1, { phase: 'token', reason: 'http_401' });
  }
  run.answer(0, 10, 20);
  const of = charts(run);
  assert.deepEqual(of('errors').series[0]?.values, [3]);
  assert.equal(of('errors').about, '3 errors in all');
  assert.deepEqual([of('errors').duration, of('errors').width], [0.038, 1]);
  assert.deepEqual(of('throughput').series[1]?.values, [1]);
  assert.equal(of('throughput').about, '1 question, 1 answer in all');
});

test('a file with buckets of less than a second, as older ones have, keeps its rates', () => {
  const timeline = {
    ...timelineOf(new MadeRun(SECOND).samples()),
    ...{ widthMs: 100, count: 10, answers: Array<number>(10).fill(2) },
  };
  const chart = chartsOf(timeline, {}).find(({ id }) => id === 'throughput');
  assert.deepEqual(chart?.series[1]?.values, Array(10).fill(20));
});

test('a run of sockets has charts of what it does, and none of answers', () => {
  const run = new MadeRun(60 * SECOND).session(0, 30_000);
  run.add('chat_setup_time', 500, 44).add('chat_setup_time', 600, 66);
  const timeline = timelineOf(run.samples());
  const [opening, open, ...rest] = chartsOf(timeline, {}, 'sockets');
  assert.deepEqual([opening?.id, open?.id], ['socket-open', 'sockets']);
  assert.deepEqual(
    opening?.series.map(({ label, values }) => `${label} ${values[0]} ${values[1]}`),
    ['p50 55 null', 'p95 64.9 null', 'p99 65.78 null'],
  );
  assert.deepEqual(
    open?.series.map(({ label, values }) => [label, values[0], values.at(-1)]),
    [['sessions open', 1, 0]],
  );
  assert.deepEqual(
    rest.map(({ id }) => id),
    ['errors'],
  );
  // A file of before it had these times.
  const { socketOpen: _, ...older } = timeline;
  assert.deepEqual(
    chartsOf(older, {}, 'sockets').map(({ id }) => id),
    ['sockets', 'errors'],
  );
});

test('limits come from the settings, and only where they are set', () => {
  const run = new MadeRun(SECOND).answer(0, 1, 10);
  const settings = {
    NUC_SLO_RESPONSE: '1m30s',
    NUC_MAX_CLIENT_LAG: '100ms',
    NUC_SLO_FIRST_CHUNK: '',
  };
  const of = charts(run, settings);
  assert.deepEqual(of('response').limits, [{ label: 'SLO 1m30s', value: 90_000 }]);
  assert.deepEqual(of('course-response').limits, of('response').limits);
  assert.deepEqual(of('client-lag').limits, [{ label: 'limit 100ms', value: 100 }]);
  assert.deepEqual(of('first-chunk').limits, []);
});

test('the warm-up is known to every chart', () => {
  const of = charts(new MadeRun(60 * SECOND).answer(0, 1, 10), { NUC_WARMUP: '1m30s' });
  assert.deepEqual([of('response').warmup, of('errors').warmup], [90, 90]);
  assert.equal(charts(new MadeRun(60 * SECOND))('response').warmup, 0);
});

test('as many courses are drawn as there are colours; the others wait behind their names', () => {
  const run = new MadeRun(SECOND);
  for (let course = 1; course <= 16; course += 1) run.answer(0, 1, 10, { course: `C${course}` });
  const chart = charts(run)('course-response');
  assert.deepEqual(
    chart.series.map(({ label, colour }) => `${label} ${colour}`),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map(
      (course) => `C${course} ${course > 7 ? course - 7 : course}`,
    ),
  );
  // The same colour twice: the second is dashed.
  assert.deepEqual(
    chart.series.map(({ hidden = false, dashed }) => [hidden, dashed]),
    chart.series.map((_, index) => [index >= 7, index >= 7]),
  );
  assert.equal(
    chart.about,
    'p95 of the response time by course, the first 7 of 16 courses; a click or Enter on a name in the legend shows or hides it',
  );
});

test('what is drawn is told in words', () => {
  const run = new MadeRun(60 * SECOND).answer(0, 20, 100).answer(30_000, 20, 1500);
  const of = charts(run);
  assert.equal(
    of('response').description,
    [
      'p50 from 100.0 ms to 1.50 s, highest at 0:31',
      'p95 from 100.0 ms to 1.50 s, highest at 0:31',
      'p99 from 100.0 ms to 1.50 s, highest at 0:31.',
    ].join('; '),
  );
  assert.match(of('first-chunk').description, /^p50 20\.0 ms throughout; /);
  assert.equal(of('errors').description, 'No sample.');
  assert.equal(of('errors').about, 'No errors');
});

test('values have units, times of the run are clocks', () => {
  assert.deepEqual(
    [0, 0.04, 999.9, 999.96, 1234, 99_996, 123_456].map((value) => showValue(value, 'time')),
    ['0.0 ms', '0.0 ms', '999.9 ms', '1.00 s', '1.23 s', '100.0 s', '123.5 s'],
  );
  assert.deepEqual(
    [0, 0.00042, 0.25, 12.34].map((value) => showValue(value, 'rate')),
    ['0.00/s', '0.00042/s', '0.25/s', '12.3/s'],
  );
  assert.equal(showValue(3, 'count'), '3');
  assert.equal(showValue(null, 'time'), '—');
  assert.deepEqual([0, 5.25, 59.96, 61, 3600, 45_296.1].map(showClock), [
    '0:00',
    '0:05.3',
    '1:00',
    '1:01',
    '1:00:00',
    '12:34:56.1',
  ]);
});
