/** Ten times the sessions make not one series more: what a store has to hold does not grow. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startSimulator } from '../../simulator/simulator.ts';
import { PROMETHEUS_OUT, runChat, target } from './chat-run.ts';
import { startInfluxDb } from './influxdb-server.ts';
import { startPrometheus } from './prometheus-server.ts';

test('50 sessions have as many series as 5', async (t) => {
  const few = await seriesOf(t, 5);
  const many = await seriesOf(t, 50);
  t.diagnostic(`InfluxDB: ${few.influxdb.length} and ${many.influxdb.length} series`);
  t.diagnostic(`Prometheus: ${few.prometheus.length} and ${many.prometheus.length} series`);
  assert.ok(few.influxdb.length > 0 && few.prometheus.length > 0);
  assert.deepEqual(many, few);
});

/** All series of a run with that many sessions, without the run's own tag, sorted. */
async function seriesOf(t: TestContext, sessions: number) {
  const influx = await startInfluxDb();
  t.after(() => influx.close());
  const prometheus = await startPrometheus();
  t.after(() => prometheus.close());
  // Slow enough that every run takes longer than a second: k6 counts its users once a second.
  const simulator = await startSimulator({ port: 0, speed: 50 });
  t.after(() => simulator.close());
  const settings = {
    ...target(simulator.url),
    NUM_SESSIONS: String(sessions),
    NUC_QUESTIONS_PER_COURSE: '2',
    NUC_RUN_ID: 'series',
    K6_PROMETHEUS_RW_SERVER_URL: prometheus.writeUrl,
  };
  const flags = ['--out', `influxdb=${influx.out}`, ...PROMETHEUS_OUT];
  const run = await runChat(t, 'default', settings, () => flags);
  assert.equal(run.exitCode, 0, run.said);
  assert.equal(run.summary.sessions.completed, sessions);

  const [keys] = await influx.query('SHOW SERIES');
  const labels = await prometheus.series('{__name__=~".+"}');
  return {
    influxdb: (keys?.values ?? []).map(([key]) => String(key)).sort(),
    prometheus: labels.map((each) => JSON.stringify(Object.entries(each).sort())).sort(),
  };
}
