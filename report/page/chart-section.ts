/** Where the charts go: the browser draws them from the page's data. */
import type { Chart } from '../charts/chart.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const TITLES: Readonly<Record<string, string>> = {
  'first-chunk': 'Time to first chunk',
  response: 'Response time',
  'socket-open': 'Time to open socket',
  sockets: 'Sessions open',
  load: 'Sessions and answers under way',
  throughput: 'Questions and answers per second',
  errors: 'Errors per second',
  'client-lag': 'Client lag',
  'course-first-chunk': 'First chunk p95 by course',
  'course-response': 'Response p95 by course',
  'turn-first-chunk': 'First chunk p95 by turn',
  'turn-response': 'Response p95 by turn',
};

/** The charts of these ids, side by side where there is room; those that are
 * empty fold into one line. Nothing where the run has no samples. */
export function chartGrid(charts: readonly Chart[], ids: readonly string[]): Markup {
  const shown = ids.flatMap((id) => charts.filter((chart) => chart.id === id));
  if (shown.length === 0) return NOTHING;
  return html`
    <div class="charts">${shown.map(figure)}</div>
    <p class="empty nothing-drawn" hidden></p>`;
}

function figure({ id, about, description }: Chart): Markup {
  const title = TITLES[id] ?? id;
  return html`
    <figure class="card" data-chart="${id}">
      <h3>${title}</h3>
      <figcaption>${about}.</figcaption>
      <div class="plot"></div>
      <p class="unseen description" id="seen-${id}">${description}</p>
      <details class="points">
        <summary>Points of this chart<span class="unseen">: ${title}</span></summary>
        <div class="scroll" role="region" aria-label="Points of the chart ${title}" tabindex="0"></div>
      </details>
    </figure>`;
}
