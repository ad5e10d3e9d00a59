/** A real InfluxDB 1, and its query language: the one at INFLUXDB_URL, or Debian's on a free port. */
import { randomUUID } from 'node:crypto';
import { type ServerProgram, startServer } from './server-process.ts';

const INFLUXD: ServerProgram = {
  command: 'influxd',
  package: 'influxdb',
  args: () => ['-config', '/dev/null'],
  env: (folder) => ({
    INFLUXDB_REPORTING_DISABLED: 'true',
    INFLUXDB_HTTP_BIND_ADDRESS: '127.0.0.1:0',
    INFLUXDB_HTTP_LOG_ENABLED: 'false',
    // Of its backup service.
    INFLUXDB_BIND_ADDRESS: '127.0.0.1:0',
    INFLUXDB_MONITOR_STORE_ENABLED: 'false',
    INFLUXDB_META_DIR: `${folder}/meta`,
    INFLUXDB_DATA_DIR: `${folder}/data`,
    INFLUXDB_DATA_WAL_DIR: `${folder}/wal`,
  }),
  listening: /msg="Listening on HTTP".* addr=(\S+)/,
};

export type Cell = string | number | boolean | null;

export interface InfluxSeries {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly Cell[])[];
}

export interface InfluxDb {
  /** For k6's `--out influxdb=…`: a database that no other test uses. */
  readonly out: string;
  /** Asks in InfluxQL; times in epoch ms. @throws Error with InfluxDB's own text. */
  query(text: string): Promise<InfluxSeries[]>;
  /** @param lines in InfluxDB's line protocol, with times in epoch ms. */
  write(lines: readonly string[]): Promise<void>;
  /** The only figure that a query gives. */
  figure(text: string): Promise<number>;
  close(): Promise<void>;
}

export async function startInfluxDb(): Promise<InfluxDb> {
  const given = process.env.INFLUXDB_URL?.replace(/\/+$/, '');
  const server = given ? undefined : await startServer(INFLUXD);
  const url = given ?? `http://${server?.address}`;
  const database = `nuc_test_${randomUUID().slice(0, 8)}`;

  async function query(text: string): Promise<InfluxSeries[]> {
    const parameters = new URLSearchParams({ db: database, epoch: 'ms', q: text });
    const response = await fetch(`${url}/query`, { method: 'POST', body: parameters });
    const { error, results = [] } = (await response.json()) as {
      error?: string;
      results?: { error?: string; series?: InfluxSeries[] }[];
    };
    const problem = error ?? results.find((result) => result.error)?.error;
    if (problem) throw new Error(`InfluxDB: ${problem}: ${text}`);
    return results.flatMap(({ series = [] }) => series);
  }
  return {
    out: `${url}/${database}`,
    query,
    async write(lines) {
      await query(`CREATE DATABASE "${database}"`);
      const parameters = new URLSearchParams({ db: database, precision: 'ms' });
      const body = lines.join('\n');
      const response = await fetch(`${url}/write?${parameters}`, { method: 'POST', body });
      if (!response.ok) throw new Error(`InfluxDB: ${response.status}: ${await response.text()}`);
    },
    async figure(text) {
      const series = await query(text);
      const value = series[0]?.values[0]?.[1];
      if (series.length !== 1 || typeof value !== 'number') {
        throw new Error(`expected one figure of ${text}, got ${JSON.stringify(series)}`);
      }
      return value;
    },
    async close() {
      await query(`DROP DATABASE "${database}"`).catch(() => {});
      await server?.close();
    },
  };
}
