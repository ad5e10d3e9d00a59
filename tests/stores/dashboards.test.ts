/**
 * Every query of both dashboards, on the real stores, after real runs in which all went wrong that
 * a panel can show.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PERCENTILES } from '../../grafana/queries.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { type AskedStore, influxStore, type Line, prometheusStore } from './asked-store.ts';
import { type ChatRun, PROMETHEUS_OUT, runChat, target } from './chat-run.ts';
import type { Target, View } from './grafana-view.ts';
import { startInfluxDb } from './influxdb-server.ts';
import { startPrometheus } from './prometheus-server.ts';
import { SKIP_STORES } from './server-process.ts';

const RAMP = 'ramp-1.0';
const ARRIVALS = 'arrivals-1.0';
const STEPS = { first: 2, last: 4, lastMs: 8000 };
const FAULTS = ['close-1011:1/5', 'handshake-503:1/7', 'token-500:1/9', 'bad-envelope:1/3'];

test('every query of both dashboards is answered', { skip: SKIP_STORES }, async (t) => {
  const influx = await startInfluxDb();
  t.after(() => influx.close());
  const prometheus = await startPrometheus();
  t.after(() => prometheus.close());
  const outputs = () => ['--out', `influxdb=${influx.out}`, ...PROMETHEUS_OUT];
  const common = { NUC_ENVIRONMENT: 'test', NUC_QUESTIONS_PER_COURSE: '3' };
  const store = { ...common, K6_PROMETHEUS_RW_SERVER_URL: prometheus.writeUrl };
  const ramp = await rampWithFaults(t, store, outputs);
  const arrivals = await arrivalsWithDrops(t, store, outputs);

  const chosen = {
    environment: { all: '.*' },
    profile: ['ramp', 'arrivals'],
    run_id: [RAMP, ARRIVALS],
  };
  const range = { from: ramp.from, to: arrivals.to };
  for (const each of [await influxStore(influx), await prometheusStore(prometheus)]) {
    await t.test(each.name, async (t) => {
      for (const percentile of PERCENTILES) {
        const view = { ...range, chosen: { ...chosen, percentile: [String(percentile)] } };
        const empty = await unanswered(t, each, view, percentile === 95);
        assert.deepEqual(empty, [], `with percentile ${percentile}`);
      }
      const view = { ...range, chosen: { ...chosen, percentile: ['95'] } };
      await variablesAreRight(each, view);
      await stepsAreRight(t, each, view, ramp);
      await figuresAreRight(each, view, ramp);
    });
  }
});

function rampWithFaults(t: TestContext, store: Record<string, string>, outputs: () => string[]) {
  return withSimulator(t, { speed: 60, faults: FAULTS }, (url) =>
    runChat(
      t,
      'ramp',
      {
        ...target(url),
        ...store,
        NUC_RUN_ID: RAMP,
        RAMP_START_SESSIONS: String(STEPS.first),
        RAMP_INCREMENT: String(STEPS.last - STEPS.first),
        RAMP_MAX_SESSIONS: String(STEPS.last),
        RAMP_INTERVAL: `${STEPS.lastMs}ms`,
      },
      outputs,
    ),
  );
}

function arrivalsWithDrops(t: TestContext, store: Record<string, string>, outputs: () => string[]) {
  return withSimulator(t, { speed: 20 }, (url) =>
    runChat(
      t,
      'arrivals',
      {
        ...target(url),
        ...store,
        NUC_RUN_ID: ARRIVALS,
        ARRIVALS_PER_MINUTE: '120',
        ARRIVALS_DURATION: '5s',
        ARRIVALS_MAX_SESSIONS: '1',
      },
      outputs,
    ),
  );
}

async function withSimulator(
  t: TestContext,
  options: { speed: number; faults?: string[] },
  run: (url: string) => Promise<ChatRun>,
): Promise<ChatRun> {
  const simulator = await startSimulator({ port: 0, ...options });
  t.after(() => simulator.close());
  return run(simulator.url);
}

/** Asks every panel. @returns the queries that were answered with nothing. */
async function unanswered(t: TestContext, store: AskedStore, view: View, print: boolean) {
  const empty: string[] = [];
  let row = '';
  for (const panel of store.dashboard.panels) {
    if (panel.type === 'row') row = panel.title ?? '';
    for (const target of panel.targets ?? []) {
      const lines = await store.ask(target, view, panel.interval);
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
    profile: ['arrivals', 'ramp'],
    run_id: [ARRIVALS, RAMP],
  });
}

async function stepsAreRight(t: TestContext, store: AskedStore, view: View, ramp: ChatRun) {
  const steps = await store.steps(view);
  assert.deepEqual(
    steps.map(([name]) => name),
    [String(STEPS.first), String(STEPS.last)],
  );
  const [[, first = 0] = [], [, second = 0] = []] = steps;
  t.diagnostic(`${store.name}: steps ${(second - first) / 1000} s apart`);
  // k6's and Prometheus's own intervals are the uncertainty.
  assert.ok(Math.abs(second - first - STEPS.lastMs) <= 6000);
  assert.ok(first >= ramp.from && second <= ramp.to);
}

/** Figures that the summary has too: a query that is answered can still be wrong. */
async function figuresAreRight(store: AskedStore, view: View, ramp: ChatRun): Promise<void> {
  const lines = async (title: string, change = (target: Target) => target) => {
    const panel = store.dashboard.panels.find((each) => each.title === title);
    const [first] = panel?.targets ?? [];
    assert.ok(panel && first, title);
    return store.ask(change(first), view, panel.interval);
  };
  const ofRamp = async (title: string) => {
    const line = (await lines(title)).find(({ of }) => of.run_id === RAMP);
    return line?.points.at(-1)?.[1] ?? Number.NaN;
  };
  const { errors, overall, sessions } = ramp.summary;
  assert.equal(
    await ofRamp('Errors'),
    errors.reduce((sum, { count }) => sum + count, 0),
  );
  const byReason = (await lines('Errors by reason')).filter(({ of }) => of.run_id === RAMP);
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
  await near('Sessions completed', sessions.completed / (sessions.completed + sessions.failed));

  const inFlight = addedUp(await lines('Answers in flight'));
  assert.ok(Math.max(...inFlight) >= 1, `in flight: ${inFlight}`);
  const atTheEnd = addedUp(await lines('Answers in flight', afterTheRun)).at(-1);
  assert.equal(atTheEnd, 0, 'in flight at the end');
}

/** PromQL whose line does not end with the run, at the end of the time range. */
function afterTheRun(target: Target): Target {
  if (target.expr === undefined) return target;
  const [, expr] = /^\((.*)\) and on \(run_id\) k6_vus\{[^}]*\}$/.exec(target.expr) ?? [];
  assert.ok(expr, target.expr);
  return { ...target, expr, instant: true };
}

/** The panel's transformation: the sum of all lines at each time. */
function addedUp(lines: readonly Line[]): number[] {
  const sums = new Map<number, number>();
  for (const [time, figure] of lines.flatMap(({ points }) => points)) {
    sums.set(time, (sums.get(time) ?? 0) + figure);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([, sum]) => sum);
}
