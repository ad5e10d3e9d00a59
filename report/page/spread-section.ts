/** How answers' times are spread, and how they go with the load, as bars beside figures. */
import { showCount, showMs, showRate } from '../../lib/base/format.ts';
import type { Latency } from '../../lib/results/model.ts';
import type { ByLoad, Histogram, Spread } from '../samples/recording-shape.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { dataTable } from './table-markup.ts';

/** With its heading: nothing is shown where no answer came. */
export function spreadSection({ firstChunk, response, byLoad }: Spread): Markup {
  if (firstChunk === null && response === null) return NOTHING;
  return html`
    <section aria-labelledby="spread">
      <h2 id="spread">Spread of the answers</h2>
      <div class="charts">
        ${histogram('Time to first chunk', 'first chunks', firstChunk)}
        ${histogram('Response time', 'answers', response)}
      </div>
      ${byLoad.length < 2 ? NOTHING : loadTable(byLoad)}
    </section>`;
}

function histogram(title: string, what: string, shape: Histogram | null): Markup {
  if (shape === null) return NOTHING;
  const { fromMs, widthMs, counts } = shape;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts);
  const last = counts.length - 1;
  const rows = counts.flatMap((count, bin) => {
    const from = fromMs + bin * widthMs;
    if (bin === last && count === 0) return [];
    const range =
      bin === last ? `${rounded(from)} and more` : `${rounded(from)} – ${rounded(from + widthMs)}`;
    return [
      [
        html`${range}`,
        html`${showCount(count)}`,
        html`${showRate(count / all)}`,
        bar(count / most),
      ],
    ];
  });
  return html`
    <div class="card spread">
      <h3>${title}</h3>
      ${dataTable(`${title}: how many ${what} took how long`, [['ms', what, 'share', '']], rows, { lastIsText: true })}
    </div>`;
}

/** Milliseconds without the digits that widths never have. */
function rounded(ms: number): string {
  return ms >= 1 ? showCount(ms) : String(Number(ms.toPrecision(3)));
}

function loadTable(byLoad: readonly ByLoad[]): Markup {
  const most = (of: (level: ByLoad) => Latency | null) =>
    Math.max(...byLoad.map((level) => of(level)?.p95 ?? 0));
  const mostResponse = most(({ response }) => response);
  const rows = byLoad.map(({ from, to, firstChunk, response }) => [
    html`${from === to ? showCount(from) : `${showCount(from)} – ${showCount(to)}`}`,
    html`${showCount(response?.count ?? 0)}`,
    ...[firstChunk?.med, firstChunk?.p95, response?.med, response?.p95].map(
      (ms) => html`${ms === undefined ? '—' : showMs(ms)}`,
    ),
    bar((response?.p95 ?? 0) / mostResponse),
  ]);
  const head = [
    ['', '', { text: 'first chunk', columns: 2 }, { text: 'response', columns: 3 }],
    ['sessions open', 'answers', 'median', 'p95', 'median', 'p95', ''],
  ];
  return html`
    <h3>Latency by sessions open</h3>
    <p class="quiet">An answer counts with the sessions that were open when it was complete.</p>
    ${dataTable('Latency by sessions open', head, rows, { lastIsText: true })}`;
}

/** @param share of the longest bar, 0 to 1. The figures beside it say what it shows. */
function bar(share: number): Markup {
  if (!(share > 0)) return NOTHING;
  const percent = (share * 100).toFixed(1);
  return html`<span class="bar" style="width: ${percent}%" aria-hidden="true"></span>`;
}
