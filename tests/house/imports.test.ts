/** Who may import whom (docs/architecture.md), type imports included, and no circles of files. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };

const BASE = ['lib/base'];
const SETTINGS = ['lib/protocol', 'lib/metrics', ...BASE];
const RESULTS = ['lib/settings', ...SETTINGS];
const RENDER = ['lib/results', ...RESULTS];
const K6 = ['lib/render', ...RENDER];
const NODE = ['simulator', 'report', 'grafana', 'k6-options', ...K6];

/** Room → the rooms that its files may import, beside their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  scenarios: ['k6-options', 'lib/k6', ...K6],
  'k6-options': ['lib/k6', ...K6],
  'lib/k6': K6,
  'lib/render': RENDER,
  'lib/results': RESULTS,
  'lib/settings': SETTINGS,
  'lib/protocol': BASE,
  'lib/metrics': BASE,
  'lib/base': [],
  simulator: ['lib/protocol', ...BASE],
  report: K6,
  grafana: ['lib/metrics', 'lib/settings', ...BASE],
  docs: ['k6-options', ...K6],
  runner: NODE,
  bench: ['runner', ...NODE],
  'bench/k6': [],
  tests: ['runner', 'bench', 'docs', '', ...NODE],
  // Files at the root, such as build.mjs.
  '': [],
};
const HAS_K6 = ['scenarios', 'lib/k6', 'bench/k6'];
const HAS_NODE = ['simulator', 'report', 'grafana', 'docs', 'runner', 'bench', 'tests', ''];

const THIS_FILE = 'tests/house/imports.test.ts';

/** Where `#chat` and `#cipher` lead in the default bundle. */
const ALIASES = new Map(
  Object.entries(packageJson.imports).map(([name, target]) => [
    name,
    typeof target === 'string' ? target : target.default,
  ]),
);

/** File → what it imports: paths from the root, and names of modules as they stand. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** In any way: for a type or an effect, with `export … from`, `import()` or `require()`. */
function importsIn(file: string, text: string): string[] {
  const found = text.matchAll(/\b(?:from|import|require)(?:\s*\(\s*`|\s*\(?\s*['"])([^'"`\n]+)/g);
  return [...found].map(([, name = '']) => {
    const alias = ALIASES.get(name);
    if (alias !== undefined) return posix.normalize(alias);
    // How build.mjs bundles a file is no part of its name.
    const path = name.replace(/\.ts\?anew$/, '.ts');
    return path.startsWith('.') ? posix.join(posix.dirname(file), path) : path;
  });
}

/** `lib/k6/chat/set-up.ts` → `lib/k6`; '' for a file at the root. */
function roomOf(file: string): string {
  return /^(lib\/[^/]+|bench\/k6|[^/]+)\//.exec(file)?.[1] ?? '';
}

function isAllowed(file: string, imported: string, isFile: boolean): boolean {
  const room = roomOf(file);
  if (/^k6(\/|$)/.test(imported)) return HAS_K6.includes(room);
  if (isBuiltin(imported)) return HAS_NODE.includes(room);
  const target = roomOf(imported);
  // Without its ending, or from the disk's root, a file would pass for a package.
  if (!isFile) return !/^[./]/.test(imported) && (target === '' || !(target in MAY_IMPORT));
  return target === room || MAY_IMPORT[room]?.includes(target) === true;
}

/** Each wrong import as `a → b`, and each circle of files as `a → b → a`. */
function wrongIn(imports: Imports): string[] {
  const wrong = [...imports].flatMap(([file, names]) =>
    names
      .filter((name) => !isAllowed(file, name, imports.has(name) || existsSync(name)))
      .map((name) => `${file} → ${name}`),
  );
  const seen = new Set<string>();
  const visit = (file: string, trail: readonly string[]) => {
    const at = trail.indexOf(file);
    if (at >= 0) wrong.push([...trail.slice(at), file].join(' → '));
    if (at >= 0 || seen.has(file)) return;
    for (const name of imports.get(file) ?? []) visit(name, [...trail, file]);
    seen.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return wrong;
}

test('every import of every source file is one that its room may have, and none goes in a circle', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.mjs']);
  // This file has the wrong imports below as texts, which would be taken for its own.
  const names = files
    .toString()
    .trim()
    .split('\n')
    .filter((name) => name !== THIS_FILE);
  const imports = new Map(names.map((name) => [name, importsIn(name, readFileSync(name, 'utf8'))]));
  assert.ok(imports.get('scenarios/chat.ts')?.includes('k6-options/plan.ts'));
  assert.deepEqual(wrongIn(imports), []);
});

/** A made-up file with one wrong import of each kind, and how it is told. */
const WRONG: readonly [file: string, text: string, imported: string][] = [
  ['lib/render/a.ts', `import { a } from '../k6/run/b.ts';`, 'lib/k6/run/b.ts'],
  ['lib/results/a.ts', `import type { A } from '../render/b.ts';`, 'lib/render/b.ts'],
  ['lib/metrics/a.ts', `export { a } from '../protocol/b.ts';`, 'lib/protocol/b.ts'],
  ['lib/protocol/a.ts', `type A = import('../settings/b.ts').A;`, 'lib/settings/b.ts'],
  ['lib/k6/run/a.ts', `const a = require('../../../k6-options/b.ts?anew');`, 'k6-options/b.ts'],
  ['lib/k6/run/a.ts', `const a = require('../../../k6-options/b.ts');`, 'k6-options/b.ts'],
  ['simulator/a.ts', `await import(\`../lib/settings/b.ts\`);`, 'lib/settings/b.ts'],
  ['report/page/a.ts', `import '../../runner/b.ts';`, 'runner/b.ts'],
  ['grafana/a.ts', `import {\n  a,\n} from '../lib/results/b.ts';`, 'lib/results/b.ts'],
  ['runner/a.ts', `import a from "../scenarios/b.ts";`, 'scenarios/b.ts'],
  ['lib/k6/a.ts', `import { a } from '../../tests/b.ts';`, 'tests/b.ts'],
  ['no-such-room/a.ts', `import a from '../lib/base/b.ts';`, 'lib/base/b.ts'],
  ['runner/a.ts', `import http from 'k6/http';`, 'k6/http'],
  ['bench/a.ts', `import http from 'k6/http';`, 'k6/http'],
  ['k6-options/a.ts', `import { sleep } from 'k6';`, 'k6'],
  ['lib/k6/a.ts', `import fs from 'node:fs';`, 'node:fs'],
  ['lib/base/a.ts', `import fs from 'node:fs';`, 'node:fs'],
  ['lib/settings/a.ts', `import { readFile } from "fs/promises";`, 'fs/promises'],
  ['lib/render/a.ts', `import { createEngine } from '#chat';`, 'lib/k6/chat/websocket-session.ts'],
  ['lib/base/a.ts', `import { a } from '../k6/run/b';`, 'lib/k6/run/b'],
  ['lib/base/a.ts', `import { a } from './b';`, 'lib/base/b'],
  ['runner/a.ts', `import { a } from '../../elsewhere/b.ts';`, '../elsewhere/b.ts'],
  ['runner/a.ts', `import { a } from '/elsewhere/b.ts';`, '/elsewhere/b.ts'],
];

for (const [file, text, imported] of WRONG) {
  test(`found: ${text.replace(/\n\s*/g, ' ')} in ${file}`, () => {
    const imports = new Map([[file, importsIn(file, text)]]);
    if (/^\w.*\.ts$/.test(imported)) imports.set(imported, []);
    assert.deepEqual(wrongIn(imports), [`${file} → ${imported}`]);
  });
}

test('found: a circle, though of types alone and over other files', () => {
  const texts = {
    'lib/base/a.ts': `import type { B } from './b.ts';`,
    'lib/base/b.ts': `import type { C } from './c.ts';`,
    'lib/base/c.ts': `import type { A } from './a.ts';`,
  };
  const imports = Object.entries(texts).map(
    ([file, text]) => [file, importsIn(file, text)] as const,
  );
  assert.deepEqual(wrongIn(new Map(imports)), [
    'lib/base/a.ts → lib/base/b.ts → lib/base/c.ts → lib/base/a.ts',
  ]);
});
