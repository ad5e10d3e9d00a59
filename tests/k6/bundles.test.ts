/** What is in the bundles: every virtual user pays for all of it. */
import assert from 'node:assert/strict';
import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from './bundles.ts';
import { ROOT, runChat, runK6 } from './run-k6.ts';

/** Of each bundle: an upper bound, above today's size. The reference cipher alone weighs as much. */
const LARGEST_CHARS = 125_000;
/**
 * Of chat.js, not minified: what 500 virtual users evaluate 500 times before anything happens, and what
 * they evaluate beside that when they ask.
 */
const LARGEST_OF_EACH_USER_CHARS = 48_000;
const LARGEST_OF_ANSWERS_CHARS = 38_000;
const IMPORT = /\bimport(?:[\w$ ]*\{?[^{}"]*\}? ?from)? ?"([^"]*)"/g;

let other = '';
let readable = '';
before(async () => {
  other = await mkdtemp(join(tmpdir(), 'bundles-'));
  await build('crypto-js', other);
  await build('webcrypto', join(other, 'readable'), ROOT, ['--readable']);
  readable = await readFile(join(other, 'readable', 'chat.js'), 'utf8');
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
    const imports = [...text.matchAll(IMPORT)].map(([, module]) => module);
    assert.ok(imports.length > 0);
    for (const module of imports) assert.match(module ?? '', /^k6(?:\/[a-z]+)?$/);
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

test('what only the run needs is no part of what every virtual user evaluates', () => {
  const ofTheRun = partOf('k6-options/plan.ts');
  const ofEachUser = withoutParts();
  assert.ok(ofEachUser.length < LARGEST_OF_EACH_USER_CHARS, `${ofEachUser.length} characters`);
  for (const name of ['readUrl', 'readSettings', 'readSchedule', 'metricCatalogue', 'summarize']) {
    assert.ok(ofTheRun.includes(` function ${name}(`), name);
    assert.ok(!ofEachUser.includes(`function ${name}(`), name);
  }
  // At a file's top, each virtual user would make it anew; the first one alone costs it 15 kB.
  assert.doesNotMatch(ofEachUser, /^(?:var|let|const) [^(]*=\s*(?:new RegExp|\/[^*])/m);
});

test('how a session is opened is evaluated anew for each, and imports no k6 module', () => {
  const anew = partOf('lib/k6/chat/open-chat.ts?anew');
  const ofEachUser = withoutParts();
  for (const name of ['getToken', 'createChat', 'postJson', 'userFrom', 'parseTokenReply']) {
    assert.ok(anew.includes(`function ${name}(`), name);
    assert.ok(!ofEachUser.includes(`function ${name}(`), name);
  }
  assert.match(anew, /\n\s*module\.exports = \(\) => \{/);
  assert.doesNotMatch(anew, /"k6\/|function reasonTable\(/);
});

test('what opens frames is evaluated when one comes, and reasons where something went wrong', () => {
  const ofAnswers = partOf('lib/k6/chat/socket-answers.ts');
  assert.ok(ofAnswers.length < LARGEST_OF_ANSWERS_CHARS, `${ofAnswers.length} characters`);
  const ofEachUser = withoutParts();
  for (const name of ['Envelope', 'Conversation', 'AnswerInProgress', 'EventQueue']) {
    assert.ok(ofAnswers.includes(` ${name} = class `), name);
    assert.ok(!ofEachUser.includes(`${name} = class `), name);
  }
  assert.ok(partOf('lib/metrics/reasons.ts').includes(' function reasonTable('));
  assert.ok(!`${ofEachUser}${ofAnswers}`.includes('function reasonTable('));
});

const PART = /\nvar require_\w+ = __commonJS\(\{\n {2}"required:([^"]+)"[\s\S]*?\n\}\);\n/g;

/** What is evaluated when that file is asked for by `require`, with all that it imports. */
function partOf(file: string): string {
  const [part] = [...readable.matchAll(PART)].find(([, name]) => name === file) ?? [];
  assert.ok(part !== undefined, file);
  return part;
}

/** What is evaluated at once. */
function withoutParts(): string {
  return readable.replaceAll(PART, '\n');
}

for (const name of ['chat', 'single', 'envelope']) {
  test(`native/${name}.js leaves frames to k6/x/nuc: no cipher and no socket of its own`, async () => {
    const text = await readFile(join(ROOT, 'dist', 'native', `${name}.js`), 'utf8');
    assert.ok([...text.matchAll(IMPORT)].some(([, module]) => module === 'k6/x/nuc'));
    assert.ok(!/AES-CBC|CryptoJS|k6\/websockets/.test(text));
  });
}

test('a stack trace names this project’s files and lines, though the bundle is minified', async () => {
  const copy = await copyOfSources('with a broken scenario');
  const source = 'lib/base/random.ts';
  const thrown = "\n\nexport function broken(): void {\n  throw new Error('thrown here');\n}\n";
  await appendFile(join(copy, source), thrown);
  const lines = (await readFile(join(copy, source), 'utf8')).split('\n');
  const script = ['export { broken as default } from', JSON.stringify(`../${source}`)].join(' ');
  await writeFile(join(copy, 'scenarios/broken.ts'), script);
  await build('webcrypto', join(copy, 'dist'), copy);
  const run = { bundles: join(copy, 'dist'), keepsSummary: false };
  const { stderr } = await runK6('broken', run);
  assert.match(stderr, /Error: thrown here/);
  const at = /random\.ts:(\d+):/.exec(stderr)?.[1];
  assert.match(lines[Number(at) - 1] ?? '', /throw new Error/);
});

test('the same bundles, byte for byte, wherever they are built', async () => {
  const copy = await copyOfSources('a copy elsewhere');
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

async function copyOfSources(name: string): Promise<string> {
  const copy = join(other, name);
  const files = ['build.mjs', 'package.json', 'tsconfig.json'];
  const sources = [...files, 'lib', 'k6-options', 'scenarios'];
  for (const source of sources)
    await cp(join(ROOT, source), join(copy, source), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

test('a whole session with the reference cipher: the same counts, no violation', async () => {
  const settings = { NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '2', NUC_LOG: 'sessions' };
  const run = await runChat({}, settings, { bundles: other });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.stats.violations, {});
  assert.equal(run.stats.responses, 8);
  assert.equal(run.summary.overall.received, 8);
  assert.equal(run.summary.frames.received, run.stats.frames);
});
