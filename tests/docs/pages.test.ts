/** The generated pages are those that their tables make. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generatedPages } from '../../docs/pages.ts';

for (const [name, text] of Object.entries(generatedPages())) {
  test(`docs/${name} is current; npm run docs makes it anew`, async () => {
    assert.equal(await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8'), text);
  });
}
