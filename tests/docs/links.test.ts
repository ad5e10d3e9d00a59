/** What the pages point to is there: files, npm scripts, settings. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { settingSpecs } from '../../lib/settings/specs.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const SETTINGS = new Set<string>(Object.values(settingSpecs()).map(({ name }) => name));

for (const page of PAGES) {
  const text = readFileSync(join(ROOT, page), 'utf8');

  test(`${page}: each link within the project leads to a file`, () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
    const missing = links.filter((link) => !existsSync(join(ROOT, dirname(page), link)));
    assert.deepEqual(missing, []);
  });

  test(`${page}: each link to a part of a page leads to a heading`, () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)];
    const missing = links.filter(([, file, anchor = '']) => {
      const target = file ? join(ROOT, dirname(page), file) : join(ROOT, page);
      return !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    assert.deepEqual(
      missing.map(([link]) => link),
      [],
    );
  });

  test(`${page}: each npm script is one`, () => {
    const scripts = [...text.matchAll(/npm run (?:-s )?(\w+(?:[:-]\w+)*)/g)].map(
      ([, name = '']) => name,
    );
    assert.deepEqual(
      scripts.filter((name) => !(name in packageJson.scripts)),
      [],
    );
  });

  test(`${page}: each setting that is given a value is one`, () => {
    const given = [
      ...text.matchAll(/\b((?:NUC|NUM|RAMP|SPIKE|SOAK|ARRIVALS|BREAKPOINT|CONNECTIONS)_[A-Z_]+)=/g),
    ];
    assert.deepEqual(
      given.map(([, name = '']) => name).filter((name) => !SETTINGS.has(name)),
      [],
    );
  });
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('each dependency has its reason in docs/architecture.md', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  for (const name of Object.keys(packageJson.devDependencies)) {
    const shown = name.startsWith('@types/') ? '`@types/*`' : `\`${name}\` |`;
    assert.ok(page.includes(shown) || page.includes(`\`${name}\`, `), name);
  }
});

test('the README is one that a person reads to its end', () => {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length;
  assert.ok(lines < 200, `${lines} lines`);
});
