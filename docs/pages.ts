/** The pages of this folder that are made from the project's own tables. */
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';
import { settingsPage } from './settings-page.ts';

/** @returns the text of each page, by the name of its file. */
export function generatedPages(): Record<string, string> {
  return {
    'settings.md': settingsPage(),
    'metrics.md': metricsPage(),
    'errors.md': errorsPage(),
  };
}
