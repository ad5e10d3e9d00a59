/** docs/faults.md says what the tables say that are tested; `WRITE_PAGES=1` writes it anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { faultsPage } from './faults-page.ts';

const PAGE = new URL('../../docs/faults.md', import.meta.url);

test('docs/faults.md is current', () => {
  if (process.env.WRITE_PAGES === '1') writeFileSync(PAGE, faultsPage());
  const hint = 'WRITE_PAGES=1 node --import tsx --test tests/docs/faults.test.ts writes it anew';
  assert.ok(readFileSync(PAGE, 'utf8') === faultsPage(), hint);
});
