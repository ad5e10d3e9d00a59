/** What a refresh of a dashboard costs when fifty runs are in the store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_POINTS } from '../../grafana/panels.ts';
import { type AskedStore, influxStore, prometheusStore } from './asked-store.ts';
import type { View } from './grafana-view.ts';
import { startInfluxDb } from './influxdb-server.ts';
import { madeRuns, openMetrics, pointsOf, samplesOf } from './many-runs.ts';
import { startPrometheus } from './prometheus-server.ts';

const RUNS = 50;
const RANGE_MS = 6 * 3_600_000;
/** With the latest run chosen, as the dashboard starts: the rest of the store costs little. */
const MOST_FOR_LATEST = 3;
/** With all fifty chosen, each of them has lines of its own in every panel. */
const MOST_FOR_ALL = 20;
const NOW = Math.floor(Date.now() / 60_000) * 60_000;
const ALL = { all: '.*' };

function view(run: View['chosen'][string]): View {
  const chosen = { environment: ALL, profile: ALL, run_id: run, percentile: ['95'] };
  return { from: NOW - RANGE_MS, to: NOW, chosen };
}

/** Milliseconds for all panels and annotations, the best of three. */
async function refreshMs(store: AskedStore, shown: View, runs: number): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const startedAt = performance.now();
    let figures = 0;
    for (const panel of store.dashboard.panels) {
      for (const target of panel.targets ?? []) {
        const lines = await store.ask(target, shown, panel);
        figures += lines.reduce((sum, { points }) => sum + points.length, 0);
      }
    }
    const steps = await store.steps(shown);
    times.push(performance.now() - startedAt);
    assert.equal(steps.length, 3 * runs);
    assert.ok(figures > 200 * runs, `${figures} figures of ${runs} runs`);
  }
  return Math.min(...times);
}

/** A store that holds so many runs, for `use`. */
type WithRuns = (runs: number, use: (store: AskedStore) => Promise<void>) => Promise<void>;

const inPrometheus: WithRuns = async (runs, use) => {
  const made = madeRuns(runs, NOW);
  const text = openMetrics(made.flatMap(({ id, from }) => [...samplesOf(id, from, 15)]));
  const prometheus = await startPrometheus(text);
  try {
    await use(await prometheusStore(prometheus));
  } finally {
    await prometheus.close();
  }
};

const inInfluxDb: WithRuns = async (runs, use) => {
  const influx = await startInfluxDb();
  try {
    for (const { id, from } of madeRuns(runs, NOW)) await influx.write([...pointsOf(id, from)]);
    await use(await influxStore(influx));
  } finally {
    await influx.close();
  }
};

for (const [name, withRuns] of [
  ['Prometheus', inPrometheus],
  ['InfluxDB', inInfluxDb],
] as const) {
  test(`${name}: fifty runs in the store: the latest costs hardly more, all of them far less than fifty times one`, async (t) => {
    const latest = view([madeRuns(RUNS, NOW).at(-1)?.id ?? '']);
    const only = view([madeRuns(1, NOW)[0]?.id ?? '']);
    let one = 0;
    await withRuns(1, async (store) => {
      one = await refreshMs(store, only, 1);
    });
    await withRuns(RUNS, async (store) => {
      const ofLatest = await refreshMs(store, latest, 1);
      const ofAll = await refreshMs(store, view(ALL), RUNS);
      t.diagnostic(
        `${name}: one run ${one.toFixed(0)} ms; of ${RUNS} the latest ${ofLatest.toFixed(0)} ms, all ${ofAll.toFixed(0)} ms`,
      );
      assert.ok(ofLatest / one < MOST_FOR_LATEST, `latest: ${(ofLatest / one).toFixed(1)} times`);
      assert.ok(ofAll / one < MOST_FOR_ALL, `all: ${(ofAll / one).toFixed(1)} times`);
    });
  });
}

test('InfluxDB: a sum has points while its run goes on, and none before and after', async (t) => {
  const influx = await startInfluxDb();
  t.after(() => influx.close());
  const runs = madeRuns(RUNS, NOW);
  const lines = runs.flatMap(({ id, from }) =>
    Array.from({ length: 61 }, (_, index) => {
      const tags = `run_id=${id},profile=ramp,environment=test`;
      return `chat_sessions_started,${tags} value=1 ${from + index * 5000}`;
    }),
  );
  await influx.write(lines);
  const store = await influxStore(influx);
  const panel = store.dashboard.panels.find(({ title }) => title === 'Sessions');
  const target = panel?.targets?.find(({ query }) => query?.includes('chat_sessions_started'));
  assert.ok(panel && target);
  const found = await store.ask(target, view(ALL), panel);
  assert.equal(found.length, RUNS);
  for (const { points } of found) {
    // Of five minutes, of which each point has an equal share.
    const expected = 300_000 / (RANGE_MS / MOST_POINTS);
    assert.ok(Math.abs(points.length - expected) < 2, `${points.length} points`);
    assert.equal(points.at(-1)?.[1], 61);
  }
  const written = store.dashboard.panels.find(({ title }) => title === 'Frames per second');
  const [frames] = written?.targets ?? [];
  assert.ok(written && frames);
  await influx.write(
    runs.flatMap(({ id, from }) =>
      // Five a second for two minutes, none for one, and for two minutes again.
      [0, 180].flatMap((second) =>
        Array.from({ length: 600 }, (_, index) => {
          const tags = `run_id=${id},profile=ramp,environment=test`;
          return `ws_msgs_received,${tags} value=1 ${from + second * 1000 + index * 200}`;
        }),
      ),
    ),
  );
  const short = { interval: '5s' };
  const last = runs.at(-1)?.from ?? 0;
  const whole = { from: last - 600_000, to: last + 900_000, chosen: view(ALL).chosen };
  const rates = (await store.ask(frames, whole, short)).find(
    ({ of }) => of.run_id === runs.at(-1)?.id,
  );
  const points = rates?.points ?? [];
  assert.ok(points.length > 55 && points.length <= 61, `${points.length} points of five minutes`);
  const between = (from: number, to: number) =>
    points
      .filter(([time]) => time > last + from * 1000 && time < last + to * 1000)
      .map(([, rate]) => rate);
  for (const rate of [...between(10, 110), ...between(195, 290)]) assert.equal(Math.round(rate), 5);
  // A pause of a minute has what comes in the interval after it.
  assert.ok(Math.max(...between(125, 175)) < 0.5, `${between(125, 175)}`);
  const variable = store.dashboard.templating.list.find(({ name }) => name === 'run_id');
  const text = typeof variable?.query === 'string' ? variable.query : variable?.query.query;
  const listed = (range: View) => store.variable(text ?? '', range);
  assert.equal((await listed(view(ALL))).length, RUNS);
  // The list follows the time range.
  const latest = runs.at(-1);
  const hour = { ...view(ALL), from: (latest?.from ?? 0) - 1000 };
  assert.deepEqual(await listed(hour), [latest?.id]);
});
