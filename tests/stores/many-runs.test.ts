/** What a refresh of a dashboard costs when fifty runs are in the store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_POINTS } from '../../grafana/panels.ts';
import { influxStore, prometheusStore } from './asked-store.ts';
import type { View } from './grafana-view.ts';
import { startInfluxDb } from './influxdb-server.ts';
import { madeRuns, openMetrics, samplesOf } from './many-runs.ts';
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
async function refreshMs(runs: number, chosen: 'latest' | 'all'): Promise<number> {
  const made = madeRuns(runs, NOW);
  const text = openMetrics(made.flatMap(({ id, from }) => [...samplesOf(id, from, 15)]));
  const prometheus = await startPrometheus(text);
  try {
    const store = await prometheusStore(prometheus);
    const shown = view(chosen === 'all' ? ALL : [made.at(-1)?.id ?? '']);
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
      const asked = chosen === 'all' ? runs : 1;
      assert.equal(steps.length, 3 * asked);
      assert.ok(figures > 250 * asked, `${figures} figures of ${asked} runs`);
    }
    return Math.min(...times);
  } finally {
    await prometheus.close();
  }
}

test('Prometheus: fifty runs in the store hardly slow the dashboard that shows the latest', async (t) => {
  const one = await refreshMs(1, 'latest');
  const latest = await refreshMs(RUNS, 'latest');
  const ratio = latest / one;
  t.diagnostic(`one run ${one.toFixed(0)} ms; the latest of ${RUNS} ${latest.toFixed(0)} ms`);
  assert.ok(ratio < MOST_FOR_LATEST, `${ratio.toFixed(1)} times as long`);
});

test('Prometheus: all fifty runs chosen cost far less than fifty times one run', async (t) => {
  const one = await refreshMs(1, 'latest');
  const all = await refreshMs(RUNS, 'all');
  const ratio = all / one;
  t.diagnostic(`one run ${one.toFixed(0)} ms; all ${RUNS} ${all.toFixed(0)} ms`);
  assert.ok(ratio < MOST_FOR_ALL, `${ratio.toFixed(1)} times as long`);
});

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
  const variable = store.dashboard.templating.list.find(({ name }) => name === 'run_id');
  const text = typeof variable?.query === 'string' ? variable.query : variable?.query.query;
  const listed = (range: View) => store.variable(text ?? '', range);
  assert.equal((await listed(view(ALL))).length, RUNS);
  // The list follows the time range.
  const latest = runs.at(-1);
  const hour = { ...view(ALL), from: (latest?.from ?? 0) - 1000 };
  assert.deepEqual(await listed(hour), [latest?.id]);
});
