/** Runs that were asked for other things are compared only by force. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Summary } from '../../lib/results/model.ts';
import { IGNORED_SETTINGS } from '../../runner/compare/settings.ts';
import { SAMPLE_CONTEXT, type SampleContext, sampleSummary } from '../results/sample-run.ts';
import { assertRefused, compare, runFolder, twoRuns } from './compare-scene.ts';
import { scratchFolder } from './scratch.ts';

test('runs of another profile or with other settings are refused, and compared by --force', async (t) => {
  const runs = await twoRuns(
    t,
    {},
    { profile: 'ramp', settings: { ...SAMPLE_CONTEXT.settings, NUM_SESSIONS: '50', COURSES: '' } },
  );
  assertRefused(
    await runs.compare(),
    'not the same test: profile: smoke or ramp; NUM_SESSIONS: 3 or 50; ' +
      'COURSES: MED1060,BUMA1000 or not set; --force compares all the same',
  );
  const { exitCode, out } = await runs.compare('--force');
  assert.equal(exitCode, 0);
  assert.match(out, /^Compared by --force, though the runs differ: profile: smoke or ramp;\nNUM/m);
});

/** @param load undefined: as a file of an earlier version, which does not tell it. */
function withLoad(summary: Summary, load: string | null | undefined): unknown {
  const { load: _, ...run } = summary.run;
  return { ...summary, run: load === undefined ? run : { ...run, load } };
}

test('runs of another load are refused like those of other settings, where both tell theirs', async (t) => {
  const root = await scratchFolder(t);
  const run = (
    name: string,
    load: string | null | undefined,
    context: Partial<SampleContext> = {},
  ) => runFolder(root, name, withLoad(sampleSummary({}, context), load));
  const base = await run('base', 'a1');
  const vus = await run('vus', 'b2');
  const text =
    'load: it was another one, e.g. by k6’s own flags or an options file of the same name';
  assertRefused(
    await compare(base, vus),
    `not the same test: ${text}; --force compares all the same`,
  );
  const { exitCode, out } = await compare(base, vus, '--force');
  assert.equal(exitCode, 0);
  assert.match(out, /^Compared by --force, though the runs differ: load: it was another one/m);

  for (const load of ['a1', null, undefined]) {
    assert.equal((await compare(base, await run(`as ${load}`, load))).exitCode, 0);
  }
  // Another profile has another load: once is enough.
  const ramp = await run('ramp', 'b2', { profile: 'ramp' });
  assertRefused(
    await compare(base, ramp),
    'not the same test: profile: smoke or ramp; --force compares all the same',
  );
  const more = await run('more', 'b2', {
    settings: { ...SAMPLE_CONTEXT.settings, NUM_SESSIONS: '50' },
  });
  assertRefused(
    await compare(base, more),
    `not the same test: NUM_SESSIONS: 3 or 50; ${text}; --force compares all the same`,
  );
});

test('two engines are not compared without --force; an older file’s was webcrypto', async (t) => {
  const { compare: both } = await twoRuns(t, {}, { engine: 'native' });
  assertRefused(
    await both(),
    'not the same test: engine: webcrypto or native; --force compares all the same',
  );
  const { exitCode, out } = await both('--force');
  assert.equal(exitCode, 0);
  assert.match(out, /^Compared by --force, though the runs differ: engine: webcrypto or native$/m);

  const root = await scratchFolder(t);
  const { engine, ...run } = sampleSummary().run;
  assert.equal(engine, 'webcrypto');
  const older = await runFolder(root, 'older', { ...sampleSummary(), run });
  assert.equal((await compare(older, await runFolder(root, 'new', sampleSummary()))).exitCode, 0);
});

test('a setting that is missing counts as its default; those of the list may differ', async (t) => {
  const settings = { ...SAMPLE_CONTEXT.settings, NUC_THINK_TIME: '0', NUC_STRICT: '0' };
  const same = await twoRuns(t, {}, { settings });
  assert.equal((await same.compare()).exitCode, 0);

  const names = Object.keys(IGNORED_SETTINGS);
  assert.ok(names.includes('NUC_BASE_URL') && names.includes('NUC_ORIGIN'));
  const ignored = Object.fromEntries(names.map((name) => [name, 'another']));
  const other = await twoRuns(t, {}, { settings: { ...settings, ...ignored } });
  assert.equal((await other.compare()).exitCode, 0);
  // A file of an earlier version has settings that are private now.
  const earlier = { NUC_ENVELOPE_MORPH: 'a=b', NUC_RESULTS_DIR: '/there' };
  const older = await twoRuns(t, {}, { settings: { ...settings, ...earlier } });
  assert.equal((await older.compare()).exitCode, 0);
  const { out } = await compare('--help');
  for (const name of names) assert.ok(out.includes(`  ${name} `), name);
});
