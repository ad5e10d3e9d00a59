/** InfluxDB holds exactly what the run did. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultRun, QUESTIONS } from './chat-run.ts';
import { startInfluxDb } from './influxdb-server.ts';
import { readJsonPoints } from './json-points.ts';

test('a default run in a real InfluxDB', async (t) => {
  const influx = await startInfluxDb();
  t.after(() => influx.close());
  const { run, frames } = await defaultRun(t, {}, (folder) => [
    ...['--out', `influxdb=${influx.out}`],
    ...['--out', `json=${join(folder, 'metrics.json')}`],
  ]);

  const count = (metric: string) => influx.figure(`SELECT sum("value") FROM "${metric}"`);
  assert.equal(await count('chat_questions_sent'), QUESTIONS);
  assert.equal(await count('chat_responses_received'), QUESTIONS);
  assert.equal(await count('chat_chunks'), frames);
  assert.equal(await count('chat_sessions_completed'), 3);
  assert.equal(await influx.figure('SELECT mean("value") FROM "chat_response_success"'), 1);

  const measured = await readJsonPoints(join(run.folder, 'metrics.json'));
  // k6's own sample of every frame: sockets that are read at the same nanosecond share a point.
  assert.equal(measured.get('ws_msgs_received')?.sum, frames);
  for (const [metric, { points, samples }] of measured) {
    const stored = await influx.figure(`SELECT count("value") FROM "${metric}"`);
    assert.equal(stored, points, metric);
    if (stored < samples) t.diagnostic(`${metric}: ${samples} samples in ${stored} points`);
  }
  const [measurements] = await influx.query('SHOW MEASUREMENTS');
  assert.equal(measurements?.values.length, measured.size);

  const [series] = await influx.query('SELECT "value" FROM "chat_response_time"');
  const times = series?.values.map(([, value]) => Number(value)) ?? [];
  assert.equal(times.length, QUESTIONS);
  const ofSummary = run.summary.overall.response?.p95 ?? Number.NaN;
  assert.ok(Math.abs(interpolated(times, 0.95) - ofSummary) < 1e-6, `${ofSummary} ms`);
  // InfluxQL's own takes the nearest sample: of 120, the one that k6 interpolates from, or the next.
  const nearest = await influx.figure('SELECT percentile("value", 95) FROM "chat_response_time"');
  const [lower, upper] = neighbours(times, 0.95);
  assert.ok(lower <= ofSummary && ofSummary <= upper);
  assert.ok(nearest === lower || nearest === upper, `${lower} or ${upper}, got ${nearest}`);
  t.diagnostic(
    `${frames} frames; p95 ${ofSummary.toFixed(3)} ms, InfluxQL's ${nearest.toFixed(3)}`,
  );

  const tags = await influx.query(
    'SHOW TAG VALUES WITH KEY IN ("run_id", "profile", "environment")',
  );
  const ofEverySample = ['environment test', 'profile default', 'run_id exact'];
  for (const { name, values } of tags) {
    assert.deepEqual(values.map((pair) => pair.join(' ')).sort(), ofEverySample, name);
  }
  const [keys] = await influx.query('SHOW SERIES');
  t.diagnostic(`${keys?.values.length} series`);
  assert.equal(tags.length, measured.size);
});

/** k6's percentile: between the two samples next to it. */
function interpolated(samples: readonly number[], share: number): number {
  const [lower, upper] = neighbours(samples, share);
  return lower + (upper - lower) * (((samples.length - 1) * share) % 1);
}

function neighbours(samples: readonly number[], share: number): [number, number] {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = Math.floor((sorted.length - 1) * share);
  return [sorted[at] ?? Number.NaN, sorted[at + 1] ?? Number.NaN];
}
