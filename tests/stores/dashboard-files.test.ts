/** The generated files are current, and what Grafana and compose need of them holds together. */
import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { dashboardFiles } from '../../grafana/dashboard.ts';
import type { GrafanaDashboard } from './grafana-view.ts';

const GRAFANA = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'grafana');
const read = (...path: string[]) => readFile(join(GRAFANA, ...path), 'utf8');

const files = dashboardFiles();
const dashboards = Object.entries(files).map(
  ([name, text]) => [name, JSON.parse(text) as GrafanaDashboard] as const,
);

test('the dashboards are current', async () => {
  assert.deepEqual((await readdir(join(GRAFANA, 'dashboards'))).sort(), Object.keys(files).sort());
  for (const [name, text] of Object.entries(files)) {
    assert.equal(await read('dashboards', name), text, `${name}: run npm run dashboards`);
  }
});

/** What Grafana's importer makes of a file: each input's name, wherever it stands, becomes what was chosen. */
function imported(text: string, chosen: Readonly<Record<string, string>>): Record<string, unknown> {
  const { __inputs: inputs, ...rest } = JSON.parse(text);
  for (const { name } of inputs) assert.ok(name in chosen, name);
  const whole = JSON.stringify(rest).replace(
    /\$\{([\w-]+)\}/g,
    (found, name: string) => chosen[name] ?? found,
  );
  return JSON.parse(whole);
}

test('an import asks for the data source, and every panel then reads that one', () => {
  for (const [name, text] of Object.entries(files)) {
    const { __inputs: inputs } = JSON.parse(text);
    assert.equal(inputs.length, 1);
    const [{ type, pluginId, name: asked }] = inputs;
    assert.deepEqual([type, `nuc-${pluginId}.json`], ['datasource', name]);
    const dashboard = imported(text, { [asked]: 'chosen-uid' });
    const { list } = dashboard.templating as { list: Record<string, unknown>[] };
    const store = list.find(({ type }) => type === 'datasource');
    assert.deepEqual(store?.current, { text: 'chosen-uid', value: 'chosen-uid' });
    assert.equal(store?.query, pluginId);
    const used = [...JSON.stringify(dashboard).matchAll(/"uid":"([^"]*)"/g)].map(([, uid]) => uid);
    // The dashboard's own, and that of the data source.
    assert.deepEqual([...new Set(used)].sort(), ['$' + '{datasource}', `nuc-${pluginId}`]);
    assert.ok(used.length > 50);
    assert.doesNotMatch(JSON.stringify(dashboard), /DS_STORE|__inputs/);
  }
});

test('both stores have the same panels in the same places', () => {
  const [influxdb, prometheus] = dashboards.map(([, { panels }]) =>
    panels.map(({ id, type, title, gridPos, targets }) => ({
      id,
      type,
      title,
      gridPos,
      queries: targets?.map(({ refId }) => refId),
    })),
  );
  assert.deepEqual(influxdb, prometheus);
});

test('every row begins with what it answers, and no two panels overlap', () => {
  for (const [name, { panels }] of dashboards) {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, name);
    const rows = panels.filter(({ type }) => type === 'row');
    assert.equal(rows.length, 4);
    for (const row of rows) assert.equal(panels[panels.indexOf(row) + 1]?.type, 'text');
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length, name);
    for (const { gridPos } of panels) assert.ok(gridPos.x + gridPos.w <= 24);
  }
});

test('the dashboard starts with the latest run, and has no way to choose all without seeing them', () => {
  for (const [name, text] of Object.entries(files)) {
    const { list } = JSON.parse(text).templating as {
      list: {
        name: string;
        includeAll: boolean;
        multi: boolean;
        sort?: number;
        current?: unknown;
      }[];
    };
    const run = list.find((variable) => variable.name === 'run_id');
    // 2: by the alphabet, the last first. Nothing is chosen: Grafana takes the first.
    const { includeAll, multi, sort, current } = run ?? {};
    assert.deepEqual([includeAll, multi, sort, current], [false, true, 2, undefined], name);
  }
});

test('the selectors stand above every query', () => {
  for (const [name, { panels }] of dashboards) {
    for (const { expr, query } of panels.flatMap(({ targets = [] }) => targets)) {
      const text = expr ?? query ?? '';
      for (const selector of ['$environment', '$profile', '$run_id']) {
        assert.ok(text.includes(selector), `${name}: ${text}`);
      }
    }
  }
});

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly volumes?: readonly string[];
}

test('compose: pinned images, this machine only, files that are there', async () => {
  const compose = parse(await read('compose.yaml'));
  const services = Object.values(compose.services as Record<string, Service>);
  assert.equal(services.length, 3);
  for (const { image, ports, volumes = [] } of services) {
    assert.match(image, /:v?\d+\.\d+\.\d+$/);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
    for (const volume of volumes) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) await access(join(GRAFANA, from));
      else assert.ok(from in compose.volumes, volume);
    }
  }
});

test('Grafana is given a data source for each dashboard, at the address of its service', async () => {
  const compose = parse(await read('compose.yaml'));
  const stores = parse(await read('provisioning', 'datasources', 'stores.yaml'));
  const types = stores.datasources.map(({ type }: { type: string }) => `nuc-${type}.json`);
  assert.deepEqual(types.sort(), Object.keys(files).sort());
  for (const { url } of stores.datasources) {
    const { hostname, port } = new URL(url);
    const [published = ''] = compose.services[hostname].ports;
    assert.ok(published.endsWith(`:${port}`), url);
  }
  const provider = parse(await read('provisioning', 'dashboards', 'nuc.yaml')).providers[0];
  const mounts: string[] = compose.services.grafana.volumes;
  assert.ok(mounts.includes(`./dashboards:${provider.options.path}:ro`));
});
