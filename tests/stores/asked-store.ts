/** Both stores as a dashboard asks them: its file, its queries, and their answers in one form. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type GrafanaDashboard,
  influxQl,
  intervalOf,
  promQl,
  type Resolution,
  type Target,
  type View,
} from './grafana-view.ts';
import type { InfluxDb, InfluxSeries } from './influxdb-server.ts';
import type { Prometheus } from './prometheus-server.ts';

/** One line of an answer: what it is of, and its figures with their times in epoch ms. */
export interface Line {
  readonly of: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
}

/** A store as the tests ask it. */
export interface AskedStore {
  readonly name: string;
  readonly dashboard: GrafanaDashboard;
  ask(target: Target, view: View, resolution: Resolution): Promise<Line[]>;
  variable(query: string, view: View): Promise<string[]>;
  /** Of all annotations, in the order of their times, in epoch ms. */
  steps(view: View): Promise<Step[]>;
  /** Of the query for answers in flight: what is open at the end of the range, by run. */
  openAtTheEnd(target: Target, view: View): Promise<Map<string, number>>;
}

export interface Step {
  readonly run: string;
  readonly name: string;
  readonly at: number;
}

async function dashboardOf(store: string): Promise<GrafanaDashboard> {
  const file = new URL(`../../grafana/dashboards/nuc-${store}.json`, import.meta.url);
  return JSON.parse(await readFile(fileURLToPath(file), 'utf8'));
}

export async function influxStore(influx: InfluxDb): Promise<AskedStore> {
  const dashboard = await dashboardOf('influxdb');
  const run = (target: Target, view: View, resolution: Resolution) =>
    influx.query(influxQl(target.query ?? '', view, intervalOf(view, resolution)));
  return {
    name: 'InfluxDB',
    dashboard,
    async ask(target, view, resolution) {
      const series = await run(target, view, resolution);
      const whole = linesOfParts(series);
      if (whole.length > 0) return whole;
      return series.flatMap(({ name, tags, columns, values }) => {
        const at = columns.length - 1;
        if (columns.length === 2) return [{ of: { ...tags, name }, points: numbers(values, at) }];
        // A table: the columns between the time and the figure are tags.
        return values.map((row) => {
          const of = columns.slice(1, at).map((column, index) => [column, row[index + 1]]);
          return { of: Object.fromEntries(of), points: numbers([row], at) };
        });
      });
    },
    async variable(query, view) {
      const series = await influx.query(influxQl(query, view, 1));
      return series.flatMap(({ values }) => values.map(([, value]) => String(value)));
    },
    async steps(view) {
      const found = dashboard.annotations.list.map(async (annotation) => {
        const [series] = await run(annotation.target, view, {});
        if (series === undefined) return [];
        assert.deepEqual(series.columns, ['time', 'profile', 'step', 'run_id']);
        return series.values.map(([time, , step, id]) => ({
          run: String(id),
          name: String(step),
          at: Number(time),
        }));
      });
      return (await Promise.all(found)).flat().sort(inTime);
    },
    async openAtTheEnd(target, view) {
      const ends = new Map<string, number>();
      for (const { tags, columns, values } of await run(target, view, {})) {
        const id = tags?.run_id ?? '';
        const open = values.at(-1)?.[columns.indexOf('open')] ?? 0;
        ends.set(id, (ends.get(id) ?? 0) + Number(open));
      }
      return ends;
    },
  };
}

const inTime = (a: Step, b: Step) => a.at - b.at;

/** What Grafana makes of answers in flight: the sum of a run's parts, at the times at which it ran. */
function linesOfParts(series: readonly InfluxSeries[]): Line[] {
  const open = new Map<string, number>();
  const active = new Map<string, [string, number]>();
  for (const { tags, columns, values } of series) {
    if (columns.join() !== 'time,open,active') return [];
    const id = tags?.run_id ?? '';
    for (const [time, part, users] of values) {
      const key = `${id} ${time}`;
      open.set(key, (open.get(key) ?? 0) + Number(part));
      if (users !== null) active.set(key, [id, Number(time)]);
    }
  }
  const runs = [...new Set([...active.values()].map(([id]) => id))];
  return runs.map((id) => {
    const times = [...active.values()].filter(([of]) => of === id).map(([, time]) => time);
    const points = times.map((time) => [time, open.get(`${id} ${time}`) ?? 0] as const);
    return { of: { run_id: id }, points };
  });
}

function numbers(rows: readonly (readonly unknown[])[], at: number): [number, number][] {
  return rows
    .filter((row) => typeof row[at] === 'number')
    .map((row) => [Number(row[0]), Number(row[at])]);
}

export async function prometheusStore(prometheus: Prometheus): Promise<AskedStore> {
  const dashboard = await dashboardOf('prometheus');
  async function ask(target: Target, view: View, resolution: Resolution): Promise<Line[]> {
    const step = intervalOf(view, resolution);
    const text = promQl(target.expr ?? '', view, step);
    const series = target.instant
      ? await prometheus.query(text, view.to)
      : await prometheus.queryRange(text, view, step / 1000);
    return series.map(({ metric, value, values = value ? [value] : [] }) => ({
      of: metric,
      points: values.map(([time, figure]) => [time * 1000, Number(figure)] as const),
    }));
  }
  return {
    name: 'Prometheus',
    dashboard,
    ask,
    async variable(query, view) {
      const [, metric, label] = /^label_values\((.+), (\w+)\)$/.exec(promQl(query, view, 1)) ?? [];
      assert.ok(metric && label, query);
      return prometheus.labelValues(label, metric);
    },
    async steps(view) {
      const found = dashboard.annotations.list.map(async ({ target }) => {
        const lines = await ask(target, view, target);
        return lines.map(({ of, points }) => {
          assert.equal(points.length, 1, 'one line for each step');
          return { run: of.run_id ?? '', name: of.step ?? '', at: points[0]?.[0] ?? 0 };
        });
      });
      return (await Promise.all(found)).flat().sort(inTime);
    },
    async openAtTheEnd(target, view) {
      // Whatever was pushed last: not the moments just after a push, nor the bounds.
      const [, expr] =
        /sum by \(run_id\) \(\((.*?)\) and on \(run_id, instance, instance_id\)/.exec(
          target.expr ?? '',
        ) ?? [];
      assert.ok(expr, target.expr);
      const lines = await ask({ ...target, expr, instant: true }, view, {});
      return new Map(
        lines.map(({ of, points }) => [of.run_id ?? '', points[0]?.[1] ?? Number.NaN]),
      );
    },
  };
}
