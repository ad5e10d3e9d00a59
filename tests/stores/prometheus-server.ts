/** A real Prometheus that takes remote writes, Debian's on a free port, and its query language. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProgram, startServer } from './server-process.ts';

const CONFIG = 'prometheus.yml';

const PROMETHEUS: ServerProgram = {
  command: 'prometheus',
  package: 'prometheus',
  args: (folder) => {
    // It scrapes nothing, not even itself.
    writeFileSync(join(folder, CONFIG), 'scrape_configs: []\n');
    return [
      `--config.file=${join(folder, CONFIG)}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-remote-write-receiver',
    ];
  },
  env: () => ({}),
  // It logs the address before it can answer; `ready` below waits for that.
  listening: /msg="Listening on" address=(\S+)/,
};

const READY_LIMIT_MS = 30_000;
const ASK_AGAIN_MS = 50;

export type Labels = Readonly<Record<string, string>>;

export interface PrometheusSeries {
  readonly metric: Labels;
  /** Epoch seconds, and the figure as a text. */
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Epoch ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export interface Prometheus {
  /** K6_PROMETHEUS_RW_SERVER_URL */
  readonly writeUrl: string;
  /** At one time, epoch ms. @throws Error with Prometheus's own text. */
  query(text: string, at: number): Promise<PrometheusSeries[]>;
  queryRange(text: string, range: TimeRange, stepSeconds: number): Promise<PrometheusSeries[]>;
  /** The only figure that a query gives. */
  figure(text: string, at: number): Promise<number>;
  /** The labels of all series that match. */
  series(match: string): Promise<Labels[]>;
  labelValues(label: string, match: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function startPrometheus(): Promise<Prometheus> {
  const server = await startServer(PROMETHEUS);
  const api = `http://${server.address}/api/v1`;
  await ready(`http://${server.address}/-/ready`);

  async function get<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const response = await fetch(`${api}${path}?${new URLSearchParams(parameters)}`);
    const { error, data } = (await response.json()) as { error?: string; data: T };
    if (error) throw new Error(`Prometheus: ${error}: ${JSON.stringify(parameters)}`);
    return data;
  }
  type Result = { result: PrometheusSeries[] };
  const query = async (text: string, at: number) =>
    (await get<Result>('/query', { query: text, time: String(at / 1000) })).result;
  return {
    writeUrl: `${api}/write`,
    query,
    async queryRange(text, { from, to }, stepSeconds) {
      const range = { start: String(from / 1000), end: String(to / 1000) };
      const step = String(stepSeconds);
      return (await get<Result>('/query_range', { query: text, ...range, step })).result;
    },
    async figure(text, at) {
      const series = await query(text, at);
      const value = series[0]?.value?.[1];
      if (series.length !== 1 || value === undefined) {
        throw new Error(`expected one figure of ${text}, got ${JSON.stringify(series)}`);
      }
      return Number(value);
    },
    series: (match) => get('/series', { 'match[]': match }),
    labelValues: (label, match) => get(`/label/${label}/values`, { 'match[]': match }),
    close: () => server.close(),
  };
}

async function ready(url: string): Promise<void> {
  const until = Date.now() + READY_LIMIT_MS;
  for (;;) {
    const { ok } = await fetch(url);
    if (ok) return;
    if (Date.now() > until) throw new Error(`${url}: not ready after ${READY_LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}
