/** The page's script: draws the charts, and on a live page follows the run. */
import type { Chart } from '../charts/chart.ts';
import { foldEmptyCharts } from './empty-charts.ts';
import { Figure } from './figure.ts';
import { followRun } from './follow-run.ts';

declare global {
  interface Window {
    /** The drawn charts by id, for whoever looks into the page with the browser's tools. */
    figures: ReadonlyMap<string, Figure>;
  }
}

/** The live page leads to the report with this fragment. */
const FROM_LIVE = '#run-ended';

const figures = new Map<string, Figure>();
for (const element of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
  figures.set(element.dataset.chart ?? '', new Figure(element));
}
window.figures = figures;

function show(charts: readonly Chart[]): void {
  for (const chart of charts) figures.get(chart.id)?.show(chart);
  foldEmptyCharts();
}

show(JSON.parse(document.getElementById('charts')?.textContent ?? '[]'));

for (const query of ['(prefers-color-scheme: dark)', 'print']) {
  matchMedia(query).addEventListener('change', () => {
    for (const figure of figures.values()) figure.redraw();
  });
}

if ('live' in document.body.dataset) followRun(show);
else if (location.hash === FROM_LIVE) {
  const notice = document.querySelector<HTMLElement>('.notice');
  if (notice !== null) {
    notice.textContent =
      'The run is over, and so is this address. This is its report, kept as report.html in its results folder.';
    notice.hidden = false;
  }
}
