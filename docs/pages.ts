/** The pages, or parts of them, that are made from the project's own tables. */
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';
import { readmeWithProfiles } from './readme-profiles.ts';
import { settingsPage } from './settings-page.ts';
import { summarySchema } from './summary-schema.ts';

/** @returns the text of each page, by its path from this folder. */
export function generatedPages(): Record<string, string> {
  return {
    'settings.md': settingsPage(),
    'metrics.md': metricsPage(),
    'errors.md': errorsPage(),
    '../README.md': readmeWithProfiles(),
    'summary.schema.json': summarySchema(),
  };
}
