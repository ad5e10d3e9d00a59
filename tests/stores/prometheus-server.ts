/** A real Prometheus that takes remote writes, Debian's on a free port. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PrometheusApi, prometheusApi } from './prometheus-api.ts';
import { type ServerProgram, startServer } from './server-process.ts';

const CONFIG = 'prometheus.yml';

/** @param before OpenMetrics: what it is to hold from its start. */
const program = (before: string | undefined): ServerProgram => ({
  command: 'prometheus',
  package: 'prometheus',
  args: (folder) => {
    // It scrapes nothing, not even itself.
    writeFileSync(join(folder, CONFIG), 'scrape_configs: []\n');
    if (before !== undefined) fill(folder, before);
    return [
      `--config.file=${join(folder, CONFIG)}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-remote-write-receiver',
    ];
  },
  env: () => ({}),
  // It logs the address before it can answer; `ready` below waits for that.
  listening: /msg="Listening on".* address=(\S+)/,
});

/** Debian's package has promtool beside the server. */
function fill(folder: string, before: string): void {
  const file = join(folder, 'before.txt');
  writeFileSync(file, before);
  const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file];
  execFileSync('promtool', [...blocks, join(folder, 'data')]);
}

const READY_LIMIT_MS = 30_000;
const ASK_AGAIN_MS = 50;

export interface Prometheus extends PrometheusApi {
  /** K6_PROMETHEUS_RW_SERVER_URL */
  readonly writeUrl: string;
  close(): Promise<void>;
}

export async function startPrometheus(before?: string): Promise<Prometheus> {
  const server = await startServer(program(before));
  const api = `http://${server.address}/api/v1`;
  await ready(`http://${server.address}/-/ready`);
  return { ...prometheusApi(api), writeUrl: `${api}/write`, close: () => server.close() };
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
