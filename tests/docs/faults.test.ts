/** docs/faults.md says what the tables say that are tested. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { FAULTS_PAGE, faultsPage } from './faults-page.ts';

test('docs/faults.md is current; npm run docs makes it anew', async () => {
  assert.equal(await readFile(FAULTS_PAGE, 'utf8'), faultsPage());
});
