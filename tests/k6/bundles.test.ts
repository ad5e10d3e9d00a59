/** What is in the bundles: every virtual user pays for all of it. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from './bundles.ts';
import { ROOT, runChat } from './run-k6.ts';

/**
 * Of each bundle. An upper bound, above today's size: what the reference cipher weighs is more. Two thirds
 * of chat.js are evaluated once for the whole run.
 */
const LARGEST_CHARS = 220_000;
/** Of chat.js without what is evaluated once for the whole run: what 500 virtual users pay 500 times. */
const LARGEST_OF_EACH_USER_CHARS = 80_000;
const K6_MODULES = /^(?:import .* from "k6(?:\/[a-z/]+)?"|import "k6.*");$/;

let other = '';
before(async () => {
  other = await mkdtemp(join(tmpdir(), 'bundles-'));
  await build('crypto-js', other);
});
after(() => rm(other, { recursive: true }));

test('one bundle for each scenario', async () => {
  const bundles = (await readdir(join(ROOT, 'dist'))).filter((name) => name.endsWith('.js'));
  const scenarios = (await readdir(join(ROOT, 'scenarios'))).map((name) =>
    name.replace('.ts', '.js'),
  );
  assert.deepEqual(bundles.sort(), scenarios.sort());
});

for (const name of ['chat', 'single', 'envelope']) {
  test(`${name}.js has no crypto-js in it, and imports k6’s own modules only`, async () => {
    const text = await readFile(join(ROOT, 'dist', `${name}.js`), 'utf8');
    assert.ok(!/crypto-?js/i.test(text));
    assert.ok(text.includes('AES-CBC'));
    assert.ok(text.length < LARGEST_CHARS, `${text.length} characters`);
    const imports = text.split('\n').filter((line) => line.startsWith('import '));
    assert.ok(imports.length > 0);
    for (const line of imports) assert.match(line, K6_MODULES);
  });

  test(`${name}.js is made of this project’s files, and of no library but the reader of CSV`, async () => {
    const map = await readFile(join(ROOT, 'dist', `${name}.js.map`), 'utf8');
    const { sources } = JSON.parse(map) as { sources: string[] };
    assert.ok(sources.some((source) => source.endsWith('lib/base/errors.ts')));
    const others = sources.filter((source) => /node_modules/.test(source));
    assert.deepEqual(
      others.filter((source) => !source.includes('/d3-dsv/')),
      [],
    );
  });

  test(`${name}.js built with --engine crypto-js has it, and no Web Crypto`, async () => {
    const text = await readFile(join(other, `${name}.js`), 'utf8');
    assert.ok(/CryptoJS/.test(text));
    assert.ok(!text.includes('AES-CBC'));
  });
}

test('what only the run needs is no part of what every virtual user evaluates', async () => {
  const text = await readFile(join(ROOT, 'dist', 'chat.js'), 'utf8');
  const [ofTheRun, ofEachUser] = partsOf(text);
  assert.ok(ofEachUser.length < LARGEST_OF_EACH_USER_CHARS, `${ofEachUser.length} characters`);
  for (const name of ['readUrl', 'readSettings', 'readSchedule', 'metricCatalogue', 'summarize']) {
    assert.ok(ofTheRun.includes(` function ${name}(`), name);
    assert.ok(!ofEachUser.includes(`function ${name}(`), name);
  }
  // At a file's top, each virtual user would compile it anew.
  assert.doesNotMatch(ofEachUser, /^(?:var|let|const) [^(]*= new RegExp/m);
});

/** The function that `require` calls, and all that stands behind it. */
function partsOf(bundle: string): [string, string] {
  const from = bundle.indexOf('\nvar require_plan = ');
  const end = bundle.indexOf('\n});\n', from);
  assert.ok(from > 0 && end > from);
  return [bundle.slice(from, end), bundle.slice(0, from) + bundle.slice(end)];
}

for (const name of ['chat', 'single', 'envelope']) {
  test(`native/${name}.js leaves frames to k6/x/nuc: no cipher and no socket of its own`, async () => {
    const text = await readFile(join(ROOT, 'dist', 'native', `${name}.js`), 'utf8');
    assert.match(text, /^import .* from "k6\/x\/nuc";$/m);
    assert.ok(!/AES-CBC|CryptoJS|k6\/websockets/.test(text));
  });
}

test('the same bundles, byte for byte, wherever they are built', async () => {
  const copy = join(other, 'a copy elsewhere');
  const files = ['build.mjs', 'package.json', 'tsconfig.json'];
  const sources = [...files, 'lib', 'k6-options', 'scenarios'];
  for (const name of sources) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const engine of ['webcrypto', 'native'] as const) {
    const here = join(other, `${engine} here`);
    await build(engine, here);
    await build(engine, join(copy, 'dist'), copy);
    const names = (await readdir(here)).filter((name) => name.endsWith('.js'));
    assert.equal(names.length, 3);
    for (const name of names) {
      const text = await readFile(join(here, name), 'utf8');
      assert.ok(!text.includes(ROOT), name);
      assert.equal(await readFile(join(copy, 'dist', name), 'utf8'), text, name);
    }
  }
});

test('a whole session with the reference cipher: the same counts, no violation', async () => {
  const settings = { NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '2', NUC_LOG: 'sessions' };
  const run = await runChat({}, settings, { bundles: other });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.stats.violations, {});
  assert.equal(run.stats.responses, 8);
  assert.equal(run.summary.overall.received, 8);
  assert.equal(run.summary.frames.received, run.stats.frames);
});
