/**
 * A real VictoriaMetrics, for one of its ways in: OpenTelemetry. Debian's is older than that, so it is
 * built from source, once a machine, which takes Go half a minute.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../lib/base/errors.ts';
import { goVersion } from '../../runner/k6-binary/build.ts';
import { cacheFolder } from '../../runner/k6-binary/cache.ts';
import { type PrometheusApi, prometheusApi } from './prometheus-api.ts';
import { type ServerProgram, startServer } from './server-process.ts';

const VERSION = '1.150.0';
/** The `go` line of its go.mod. */
const ITS_GO = '1.26.5';
const MODULE = 'github.com/VictoriaMetrics/VictoriaMetrics';

export interface VictoriaMetrics extends PrometheusApi {
  /** `HOST:PORT` for K6_OTEL_HTTP_EXPORTER_ENDPOINT, and the path of its receiver. */
  readonly address: string;
  readonly otlpPath: string;
  /** What was written is seen by queries from here on. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Makes sure of it. @returns why there is none and none can be built, or false: for `skip`. */
export async function lacksVictoriaMetrics(): Promise<string | false> {
  if (await exists(binary())) return false;
  if ((await goVersion(process.env)) === undefined) return 'VictoriaMetrics: needs Go, found none';
  return build().then(
    () => false,
    (error) => `VictoriaMetrics: ${messageOf(error)}`,
  );
}

export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const server = await startServer(program(binary()));
  const url = `http://${server.address}`;
  return {
    ...prometheusApi(`${url}/api/v1`),
    address: server.address,
    otlpPath: '/opentelemetry/v1/metrics',
    async flush() {
      await (await fetch(`${url}/internal/force_flush`)).text();
    },
    close: () => server.close(),
  };
}

function program(command: string): ServerProgram {
  return {
    command,
    package: 'victoria-metrics',
    args: (folder) => [
      `-storageDataPath=${join(folder, 'data')}`,
      '-httpListenAddr=127.0.0.1:0',
      // Names as a Prometheus would give them.
      '-opentelemetry.usePrometheusNaming',
      // Else queries do not see the last half minute.
      '-search.latencyOffset=0s',
    ],
    env: () => ({}),
    listening: /started server at http:\/\/(\S+)\//,
  };
}

function binary(): string {
  return join(cacheFolder(process.env), 'tests', `victoria-metrics-${VERSION}`);
}

async function build(): Promise<void> {
  await mkdir(dirname(binary()), { recursive: true });
  const folder = await mkdtemp(`${binary()}-build-`);
  try {
    await writeFile(
      join(folder, 'go.mod'),
      `module local/victoria\n\ngo ${ITS_GO}\n\nrequire ${MODULE} v${VERSION}\n`,
    );
    const built = join(folder, 'victoria-metrics');
    const flags = ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', built];
    await promisify(execFile)('go', [...flags, `${MODULE}/app/victoria-metrics`], {
      cwd: folder,
      env: { ...process.env, GOWORK: 'off' },
      maxBuffer: 10_000_000,
    });
    await rename(built, binary());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
