/**
 * Every query of both dashboards, on the real stores, after real runs in which all went wrong that
 * a panel can show.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PERCENTILES } from '../../grafana/queries.ts';
import { answersInFlightAreRight } from './answers-in-flight.ts';
import { type AskedStore, influxStore, prometheusStore } from './asked-store.ts';
import { type ChatRun, PROMETHEUS_OUT } from './chat-run.ts';
import {
  ABORTED,
  ARRIVALS,
  abortedBreakpoint,
  arrivalsWithDrops,
  byInstances,
  CONNECTIONS,
  connections,
  INSTANCES,
  RAMP,
  rampWithFaults,
  SHARED,
  sharedByTwo,
} from './dashboard-runs.ts';
import type { View } from './grafana-view.ts';
import { startInfluxDb } from './influxdb-server.ts';
import { instancesAreInStores } from './instances-in-store.ts';
import { startPrometheus } from './prometheus-server.ts';

test('every query of both dashboards is answered', async (t) => {
  const influx = await startInfluxDb();
  t.after(() => influx.close());
  const prometheus = await startPrometheus();
  t.after(() => prometheus.close());
  const outputs = {
    env: {
      NUC_ENVIRONMENT: 'test',
      NUC_QUESTIONS_PER_COURSE: '3',
      K6_PROMETHEUS_RW_SERVER_URL: prometheus.writeUrl,
      // As users have it: between two pushes the counters do not belong together.
      K6_PROMETHEUS_RW_PUSH_INTERVAL: '5s',
    },
    flags: () => ['--out', `influxdb=${influx.out}`, ...PROMETHEUS_OUT],
  };
  const [aborted, points] = await Promise.all([
    abortedBreakpoint(t, outputs),
    connections(t, outputs),
    sharedByTwo(t, outputs),
  ]);
  const ramp = await rampWithFaults(t, outputs);
  const [arrivals, instances] = await Promise.all([
    arrivalsWithDrops(t, outputs),
    byInstances(t, outputs),
  ]);
  await instancesAreInStores(influx, prometheus, instances);

  const chosen = {
    environment: { all: '.*' },
    profile: ['ramp', 'arrivals', 'breakpoint', 'connections', 'default'],
    run_id: [RAMP.id, ARRIVALS.id, ABORTED.id, CONNECTIONS.id, SHARED.id, INSTANCES.id],
  };
  const range = {
    from: Math.min(aborted.from, points.from),
    to: Math.max(arrivals.to, instances.to),
  };
  for (const each of [await influxStore(influx), await prometheusStore(prometheus)]) {
    await t.test(each.name, async (t) => {
      for (const percentile of PERCENTILES) {
        const view = { ...range, chosen: { ...chosen, percentile: [String(percentile)] } };
        const empty = await unanswered(t, each, view, percentile === 95);
        assert.deepEqual(empty, [], `with percentile ${percentile}`);
      }
      const view = { ...range, chosen: { ...chosen, percentile: ['95'] } };
      await variablesAreRight(each, view);
      await stepsAreRight(t, each, view, RAMP, ramp);
      await stepsAreRight(t, each, view, CONNECTIONS, points);
      await figuresAreRight(each, view, ramp);
      await usersAreRight(each, view);
      await answersInFlightAreRight(t, each, view, { ramp, aborted });
    });
  }
});

/** Asks every panel. @returns the queries that were answered with nothing. */
async function unanswered(t: TestContext, store: AskedStore, view: View, print: boolean) {
  const empty: string[] = [];
  let row = '';
  for (const panel of store.dashboard.panels) {
    if (panel.type === 'row') row = panel.title ?? '';
    for (const target of panel.targets ?? []) {
      const lines = await store.ask(target, view, panel);
      const figures = lines.reduce((sum, { points }) => sum + points.length, 0);
      const name = `${row} ${panel.title} ${target.refId}`;
      if (figures === 0) empty.push(name);
      if (print) t.diagnostic(`${store.name}: ${name}: ${lines.length} lines, ${figures} rows`);
    }
  }
  return empty;
}

async function variablesAreRight(store: AskedStore, view: View): Promise<void> {
  const values = new Map<string, string[]>();
  for (const { name, type, query } of store.dashboard.templating.list) {
    if (type !== 'query') continue;
    const text = typeof query === 'string' ? query : query.query;
    values.set(name, (await store.variable(text, view)).sort());
  }
  assert.deepEqual(Object.fromEntries(values), {
    environment: ['test'],
    profile: ['arrivals', 'breakpoint', 'connections', 'default', 'ramp'],
    run_id: [ARRIVALS.id, ABORTED.id, CONNECTIONS.id, INSTANCES.id, RAMP.id, SHARED.id],
  });
}

async function stepsAreRight(
  t: TestContext,
  store: AskedStore,
  view: View,
  expected: { id: string; first: number; last: number; stepMs: number },
  { from, to }: ChatRun,
) {
  const steps = (await store.steps(view)).filter(({ run }) => run === expected.id);
  assert.deepEqual(
    steps.map(({ name }) => name),
    [String(expected.first), String(expected.last)],
  );
  const [first = 0, second = 0] = steps.map(({ at }) => at);
  t.diagnostic(`${store.name}: ${expected.id}: steps ${(second - first) / 1000} s apart`);
  // k6's and Prometheus's own intervals are the uncertainty.
  const apart = second - first;
  assert.ok(Math.abs(apart - expected.stepMs) <= 6000, `${apart} ms apart`);
  assert.ok(first >= from && second <= to, `${first - from} ms, ${second - from} ms`);
}

/** Of k6 that share a run, the sum: by the tag of the operator, and by that of `--instances`. */
async function usersAreRight(store: AskedStore, view: View): Promise<void> {
  const { panels } = store.dashboard;
  const [active, made] = panels.find(({ title }) => title === 'Virtual users')?.targets ?? [];
  const [sessions] = panels.find(({ title }) => title === 'Sessions')?.targets ?? [];
  for (const [name, target] of Object.entries({ active, made, sessions })) {
    assert.ok(target);
    const lines = await store.ask(target, view, { interval: '5s' });
    for (const shared of [SHARED, INSTANCES]) {
      const line = lines.find(({ of }) => of.run_id === shared.id);
      const most = Math.max(...(line?.points ?? []).map(([, figure]) => figure));
      assert.equal(most, shared.sessions, `${store.name}: ${shared.id}: ${name}`);
    }
  }
}

/** Figures that the summary has too: a query that is answered can still be wrong. */
async function figuresAreRight(store: AskedStore, view: View, ramp: ChatRun): Promise<void> {
  const lines = async (title: string) => {
    const panel = store.dashboard.panels.find((each) => each.title === title);
    const [first] = panel?.targets ?? [];
    assert.ok(panel && first, title);
    return store.ask(first, view, panel);
  };
  const ofRamp = async (title: string) => {
    const line = (await lines(title)).find(({ of }) => of.run_id === RAMP.id);
    return line?.points.at(-1)?.[1] ?? Number.NaN;
  };
  const { errors, overall, sessions } = ramp.summary;
  assert.equal(
    await ofRamp('Errors'),
    errors.reduce((sum, { count }) => sum + count, 0),
  );
  const byReason = (await lines('Errors by reason')).filter(({ of }) => of.run_id === RAMP.id);
  assert.deepEqual(
    byReason.map(({ of, points }) => `${of.phase} ${of.reason} ${points[0]?.[1]}`).sort(),
    errors.map(({ phase, reason, count }) => `${phase} ${reason} ${count}`).sort(),
  );
  const near = async (title: string, expected: number | null) => {
    const got = await ofRamp(title);
    assert.ok(Math.abs(got - (expected ?? Number.NaN)) < 1e-9, `${title}: ${got}, not ${expected}`);
  };
  await near('Good answers', overall.successRate);
  await near('Answers within the SLO', overall.sloRate);
  await near(
    'Sessions that did not fail',
    sessions.completed / (sessions.completed + sessions.failed),
  );
}
