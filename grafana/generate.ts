/** Writes the dashboards' files: `npm run dashboards`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dashboardFiles } from './dashboard.ts';

for (const [name, text] of Object.entries(dashboardFiles())) {
  await writeFile(fileURLToPath(new URL(`dashboards/${name}`, import.meta.url)), text);
  console.log(`grafana/dashboards/${name}`);
}
