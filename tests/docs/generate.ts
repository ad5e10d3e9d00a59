/** Writes the page that is made from the tests' own tables: part of `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import { FAULTS_PAGE, faultsPage } from './faults-page.ts';

await writeFile(FAULTS_PAGE, faultsPage());
console.log('docs/faults.md');
