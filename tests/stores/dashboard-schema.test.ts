/** Grafana's own schema takes the dashboards: its SDK for Go reads them, field by field. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { dashboardFiles } from '../../grafana/dashboard.ts';
import { lackOfGo } from '../native/on-native-engine.ts';

const MODULE = join(import.meta.dirname, 'grafana-schema');

test('no field is unknown to Grafana, of another type or missing', async (t) => {
  const lack = await lackOfGo();
  if (lack !== '') {
    assert.notEqual(process.env.CI, 'true', lack);
    t.skip(lack);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'dashboards-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const program = join(folder, 'schema');
  const run = promisify(execFile);
  await run('go', ['build', '-o', program, '.'], { cwd: MODULE });
  for (const [name, text] of Object.entries(dashboardFiles())) {
    const file = join(folder, name);
    await writeFile(file, text);
    assert.equal((await run(program, [file])).stdout, '');
    const broken = JSON.parse(text);
    const ofType = (wanted: string) =>
      broken.panels.find(({ type }: { type: string }) => type === wanted);
    ofType('timeseries').fieldConfig.defaults.unti = 'ms';
    ofType('timeseries').fieldConfig.defaults.custom.lineWdth = 2;
    ofType('stat').options.colorMod = 'none';
    ofType('text').gridPos.w = 'all';
    broken.templating.list[1].multi = 'yes';
    delete broken.annotations;
    await writeFile(file, JSON.stringify(broken));
    await assert.rejects(run(program, [file]), ({ code, stdout }) => {
      assert.equal(code, 1);
      for (const field of ['unti', 'lineWdth', 'colorMod', 'gridPos.w', 'multi', 'annotations']) {
        assert.ok(stdout.includes(field), `${field}: ${stdout}`);
      }
      return true;
    });
  }
});
