/** The README's tables of settings and of reasons say what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Phase } from '../../lib/base/errors.ts';
import { reasonTable } from '../../lib/metrics/reasons.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';

const README = new URL('../../README.md', import.meta.url);

/** The cells of every row of a table, without the backquotes around a whole cell. */
function rows(): string[][] {
  return readFileSync(README, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')));
}

/** What the README writes where a setting has no default. */
const NO_DEFAULT = /^$|^[—–-]$|^none$/;

test('each setting has one row, with its default', () => {
  const all = rows();
  for (const { name, fallback } of Object.values(settingSpecs())) {
    const found = all.filter(([cell]) => cell === name);
    assert.equal(found.length, 1, `rows of ${name}`);
    const shown = found[0]?.[1] ?? '';
    if (fallback === '') assert.match(shown, NO_DEFAULT, name);
    else assert.equal(shown, fallback, name);
  }
});

test('no row names a setting that is not one', () => {
  const names: string[] = Object.values(settingSpecs()).map(({ name }) => name);
  for (const [cell = ''] of rows()) {
    if (cell.startsWith('NUC_')) assert.ok(names.includes(cell), cell);
  }
});

test('each reason of each phase has one row, with its meaning', () => {
  const phases = Object.keys(reasonTable()) as Phase[];
  // A row may be that of several phases.
  const told = rows().flatMap(([named = '', reason = '', meaning = '']) =>
    named
      .split(/, ?/)
      .filter((phase) => phases.includes(phase as Phase))
      .map((phase) => `${phase} ${reason}: ${meaning}`),
  );
  const inCode = phases.flatMap((phase) =>
    reasonTable()[phase].map(({ reason, meaning }) => `${phase} ${reason}: ${meaning}`),
  );
  assert.deepEqual(told.sort(), inCode.sort());
});
