/** Prometheus holds exactly what the run did, as far as its form of a trend can hold it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROMETHEUS_OUTPUT } from '../../grafana/prometheus-output.ts';
import { defaultRun, PROMETHEUS_OUT, QUESTIONS } from './chat-run.ts';
import { startPrometheus } from './prometheus-server.ts';

/** Longer than a run, for what `last_over_time` looks back at. */
const RANGE = '5m';

test('a default run in a real Prometheus', async (t) => {
  const prometheus = await startPrometheus();
  t.after(() => prometheus.close());
  const settings = { K6_PROMETHEUS_RW_SERVER_URL: prometheus.writeUrl };
  const { run, frames } = await defaultRun(t, settings, () => PROMETHEUS_OUT);

  assert.doesNotMatch(run.said, /Failed to send the time series/);
  const count = (metric: string) =>
    prometheus.figure(`sum(last_over_time(k6_${metric}_total[${RANGE}]))`, run.to);
  assert.equal(await count('chat_questions_sent'), QUESTIONS);
  assert.equal(await count('chat_responses_received'), QUESTIONS);
  assert.equal(await count('chat_chunks'), frames);
  assert.equal(await count('ws_msgs_received'), frames);
  assert.equal(await count('chat_sessions_completed'), 3);

  // Of each combination of tags there is one percentile; these three are whole parts of the summary.
  const p95 = (tags: string) =>
    prometheus.figure(`last_over_time(k6_chat_response_time_p95{${tags}}[${RANGE}])`, run.to);
  const { byCourse, byTurn, overall } = run.summary;
  const parts = [...byCourse, ...byTurn];
  const ofSummary = (name: string) => parts.find((part) => part.name === name)?.response?.p95;
  for (const [tags, part] of [
    ['course="BUMA1000"', 'BUMA1000'],
    ['turn="1"', '1'],
    ['turn="2-10"', '2-10'],
  ] as const) {
    const expected = ofSummary(part) ?? Number.NaN;
    const got = 1000 * (await p95(tags));
    assert.ok(Math.abs(got - expected) < 1e-6, `${tags}: expected ${expected} ms, got ${got}`);
    t.diagnostic(`p95 of ${part}: ${got.toFixed(3)} ms`);
  }
  // A percentile of a part is one of the run's times, or lies between two of them. (That of the whole
  // need not lie between those of its parts: each is interpolated, and a part may hold few samples.)
  const all = await prometheus.query(`last_over_time(k6_chat_response_time_p95[${RANGE}])`, run.to);
  const { min = Number.NaN, max = Number.NaN } = overall.response ?? {};
  assert.ok(all.length >= byTurn.length, `${all.length} parts`);
  for (const { metric, value } of all) {
    const p95OfPart = 1000 * Number(value?.[1]);
    assert.ok(p95OfPart >= min - 1e-6 && p95OfPart <= max + 1e-6, JSON.stringify(metric));
  }

  const labels = await prometheus.series('{__name__=~".+"}');
  t.diagnostic(`${labels.length} series`);
  for (const { __name__, run_id, profile, environment } of labels) {
    assert.deepEqual([run_id, profile, environment], ['exact', 'default', 'test'], __name__);
  }
  const statistics = labels
    .map(({ __name__ = '' }) => /^k6_chat_response_time_(.+)$/.exec(__name__)?.[1])
    .filter((name) => name !== undefined);
  assert.deepEqual(
    new Set(statistics.map((name) => name.replace(/^p(\d+)$/, 'p($1)'))),
    new Set(PROMETHEUS_OUTPUT.K6_PROMETHEUS_RW_TREND_STATS?.split(',')),
  );
  // The run has ended, and so have its lines.
  assert.deepEqual(await prometheus.query('k6_vus', run.to + 1000), []);
});
