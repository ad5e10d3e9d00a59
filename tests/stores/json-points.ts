/** What k6's JSON output says it measured: every sample, before a store had a part in it. */
import { readFile } from 'node:fs/promises';

/** k6 keeps these as fields of a point in InfluxDB, so they do not tell two points apart. */
const FIELDS = new Set(['vu', 'iter', 'url']);

export interface MetricPoints {
  readonly sum: number;
  readonly samples: number;
  /** Two samples of one series at the same nanosecond are one point of InfluxDB: the later one. */
  readonly points: number;
}

interface Line {
  readonly type: string;
  readonly metric: string;
  readonly data: { time: string; value: number; tags: Readonly<Record<string, string>> | null };
}

/** @returns by metric. */
export async function readJsonPoints(file: string): Promise<ReadonlyMap<string, MetricPoints>> {
  const metrics = new Map<string, { sum: number; samples: number; points: Set<string> }>();
  for (const text of (await readFile(file, 'utf8')).trimEnd().split('\n')) {
    const { type, metric, data } = JSON.parse(text) as Line;
    if (type !== 'Point') continue;
    const seen = metrics.get(metric) ?? { sum: 0, samples: 0, points: new Set<string>() };
    metrics.set(metric, seen);
    const series = Object.entries(data.tags ?? {}).filter(([name]) => !FIELDS.has(name));
    seen.sum += data.value;
    seen.samples += 1;
    seen.points.add(JSON.stringify([data.time, series.sort()]));
  }
  return new Map(
    [...metrics].map(([metric, seen]) => [metric, { ...seen, points: seen.points.size }]),
  );
}
