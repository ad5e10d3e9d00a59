/** Writes the pages that are made from tables: `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedPages } from './pages.ts';

for (const [name, text] of Object.entries(generatedPages())) {
  await writeFile(new URL(name, import.meta.url), text);
  console.log(join('docs', name));
}
