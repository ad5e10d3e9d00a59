/** The pages of this folder that are made from the project's own tables. */
import { metricsPage } from './metrics-page.ts';

/** @returns the text of each page, by the name of its file. */
export function generatedPages(): Record<string, string> {
  return {
    'metrics.md': metricsPage(),
  };
}
