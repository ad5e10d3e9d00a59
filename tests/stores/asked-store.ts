/** Both stores as a dashboard asks them: its file, its queries, and their answers in one form. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type GrafanaDashboard,
  influxQl,
  interval,
  promQl,
  type Target,
  type View,
} from './grafana-view.ts';
import type { InfluxDb } from './influxdb-server.ts';
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
  ask(target: Target, view: View, shortest: string | undefined): Promise<Line[]>;
  variable(query: string, view: View): Promise<string[]>;
  /** The step's names, in the order of their times, with the time in epoch ms. */
  steps(view: View): Promise<[string, number][]>;
}

async function dashboardOf(store: string): Promise<GrafanaDashboard> {
  const file = new URL(`../../grafana/dashboards/nuc-${store}.json`, import.meta.url);
  return JSON.parse(await readFile(fileURLToPath(file), 'utf8'));
}

export async function influxStore(influx: InfluxDb): Promise<AskedStore> {
  const dashboard = await dashboardOf('influxdb');
  const run = (target: Target, view: View, shortest: string | undefined) =>
    influx.query(influxQl(target.query ?? '', view, interval(view, shortest)));
  return {
    name: 'InfluxDB',
    dashboard,
    async ask(target, view, shortest) {
      const series = await run(target, view, shortest);
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
      const [annotation] = dashboard.annotations.list;
      assert.ok(annotation);
      const [series] = await run(annotation.target, view, undefined);
      assert.deepEqual(series?.columns, ['time', 'profile', 'step', 'run_id']);
      return series.values
        .map(([time, , step]): [string, number] => [String(step), Number(time)])
        .sort(([, a], [, b]) => a - b);
    },
  };
}

function numbers(rows: readonly (readonly unknown[])[], at: number): [number, number][] {
  return rows
    .filter((row) => typeof row[at] === 'number')
    .map((row) => [Number(row[0]), Number(row[at])]);
}

export async function prometheusStore(prometheus: Prometheus): Promise<AskedStore> {
  const dashboard = await dashboardOf('prometheus');
  async function ask(target: Target, view: View, shortest: string | undefined): Promise<Line[]> {
    const step = interval(view, shortest);
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
      const [annotation] = dashboard.annotations.list;
      assert.ok(annotation);
      const lines = await ask(annotation.target, view, annotation.target.interval);
      return lines
        .map(({ of, points }): [string, number] => {
          assert.equal(points.length, 1, 'one line for each step');
          return [of.step ?? '', points[0]?.[0] ?? 0];
        })
        .sort(([, a], [, b]) => a - b);
    },
  };
}
