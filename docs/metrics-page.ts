/** docs/metrics.md, from the catalogue. */
import { type ChatMetric, metricCatalogue } from '../lib/metrics/catalogue.ts';
import { METRIC_MEANINGS } from '../lib/metrics/meanings.ts';
import { code, table } from '../lib/render/markdown.ts';
import { generatedFrom } from './generated-from.ts';

export function metricsPage(): string {
  const rows = Object.entries(metricCatalogue()).map(([name, { type, unit, shownFor }]) => [
    code(name),
    type === 'trend' ? `Trend, ${unit}` : type === 'rate' ? 'Rate' : 'Counter',
    METRIC_MEANINGS[name as ChatMetric],
    shownFor.join(', ') || '—',
  ]);
  return `${generatedFrom('lib/metrics/catalogue.ts')}

# Metrics

Beside these, k6 has its own (\`http_req_…\`, \`ws_…\`, \`iterations\`, \`vus\`). Every sample has the tags
\`run_id\`, \`profile\` and \`environment\`; one of a question has \`course\` and \`turn\` too, and one of a
profile with steps has \`step\`. The last column says for which parts of a run the summary works a metric
out; where it has none, the metric is there for thresholds and stores.

${table(['metric', 'type', 'meaning', 'shown for'], rows, 'l')}
`;
}
