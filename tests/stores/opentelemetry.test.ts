/** What k6 sends by OpenTelemetry arrives whole at a real receiver. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRun, QUESTIONS } from './chat-run.ts';
import { lacksVictoriaMetrics, startVictoriaMetrics } from './victoria-metrics-server.ts';

/** Longer than a run, for what `last_over_time` looks back at. */
const RANGE = '5m';

const skip = await lacksVictoriaMetrics();

test('a default run in a real OpenTelemetry receiver', { skip }, async (t) => {
  const store = await startVictoriaMetrics();
  t.after(() => store.close());
  const settings = {
    K6_OTEL_METRIC_PREFIX: 'k6_',
    K6_OTEL_EXPORTER_PROTOCOL: 'http/protobuf',
    K6_OTEL_HTTP_EXPORTER_INSECURE: 'true',
    K6_OTEL_HTTP_EXPORTER_ENDPOINT: store.address,
    K6_OTEL_HTTP_EXPORTER_URL_PATH: store.otlpPath,
  };
  const { run, frames } = await defaultRun(t, settings, () => ['--out', 'opentelemetry']);
  await store.flush();

  const sum = (series: string) =>
    store.figure(`sum(last_over_time(k6_${series}[${RANGE}]))`, Date.now());
  assert.equal(await sum('chat_questions_sent_total'), QUESTIONS);
  assert.equal(await sum('chat_responses_received_total'), QUESTIONS);
  assert.equal(await sum('chat_chunks_total'), frames);
  assert.equal(await sum('ws_msgs_received_total'), frames);
  assert.equal(await sum('chat_sessions_completed_total'), 3);
  // A rate is a counter of its samples, by what they were.
  assert.equal(await sum('chat_response_success_total{condition="nonzero"}'), QUESTIONS);

  // A trend is a histogram: its sum is exact, a percentile of it would not be.
  assert.equal(await sum('chat_response_time_milliseconds_count'), QUESTIONS);
  const total = await sum('chat_response_time_milliseconds_sum');
  const mean = run.summary.overall.response?.avg ?? Number.NaN;
  assert.ok(Math.abs(total / QUESTIONS - mean) < 1e-6, `${total / QUESTIONS} and ${mean} ms`);

  const series = await store.series('{__name__=~".+"}');
  for (const { __name__, run_id, profile, environment } of series) {
    assert.deepEqual([run_id, profile, environment], ['exact', 'default', 'test'], __name__);
  }
  t.diagnostic(`${frames} frames, ${series.length} series`);
});
