/** The page as one file: styles, script and data are in it, and it may load nothing else. */
import type { Chart } from '../charts/chart.ts';
import { chartGrid } from './chart-section.ts';
import { html, jsonMarkup, Markup, NOTHING } from './markup.ts';
import type { PageAssets } from './page-assets.ts';
import { headingOf, type Page, type Parts, partsOf } from './page-parts.ts';
import { settingsSection } from './settings-section.ts';

/** The page reaches no network, not even by a script that was put into it. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** @returns HTML. */
export function pageDocument(page: Page, assets: PageAssets): string {
  const { state, settings, charts, stepsOf } = page;
  const live = state.kind === 'live';
  const parts = partsOf(page);
  const sockets = stepsOf === 'sockets';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}${live ? "; connect-src 'self'" : ''}">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${live ? 'Live · ' : ''}${headingOf(page)} · chat load test</title>
<style>${new Markup(assets.style)}</style>
</head>
<body${live ? new Markup(' data-live') : NOTHING}>
${header(page, parts)}
<main>
${part('verdict', parts)}
${part('totals', parts)}
${charts.length === 0 ? noCharts() : NOTHING}
${section('feel', sockets ? 'The sockets' : 'How it felt', html`${part('stepsNote', parts)}${chartGrid(charts, ['first-chunk', 'response', 'socket-open', 'sockets'])}`)}
${section('load', sockets ? 'Errors over time' : 'Load and errors', chartGrid(charts, ['load', 'throughput', 'errors', 'client-lag']))}
${part('steps', parts)}
${sockets ? NOTHING : byCourseAndTurn(parts, charts)}
${section('latencies', 'Latencies', part('latencies', parts))}
${section('errors', 'Errors', part('errors', parts))}
${section('settings', 'Settings', settingsSection(settings))}
</main>
<footer>${part('notes', parts)}</footer>
<script type="application/json" id="charts">${jsonMarkup(charts)}</script>
<!--
The script below contains uPlot:

${new Markup(assets.licence.replaceAll('--', '- -'))}-->
<script>${new Markup(assets.script)}</script>
</body>
</html>
`.text;
}

function byCourseAndTurn(parts: Parts, charts: readonly Chart[]): Markup {
  return html`
${section('courses', 'By course', html`${part('courses', parts)}${chartGrid(charts, ['course-first-chunk', 'course-response'])}`)}
${section('turns', 'By turn', html`<p class="quiet">A turn is a question’s place in its session.</p>${part('turns', parts)}${chartGrid(charts, ['turn-first-chunk', 'turn-response'])}`)}`;
}

function header(page: Page, parts: Parts): Markup {
  return html`
    <header>
      <p class="kicker">Chat load test</p>
      <h1>${headingOf(page)}</h1>
      ${page.purpose === '' ? NOTHING : html`<p class="purpose">${page.purpose}</p>`}
      ${part('facts', parts)}
      <p class="notice" hidden></p>
    </header>`;
}

function part(name: keyof Parts, parts: Parts): Markup {
  return html`<div data-part="${name}">${parts[name]}</div>`;
}

function section(id: string, title: string, content: Markup): Markup {
  if (content.text.trim() === '') return NOTHING;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function noCharts(): Markup {
  return html`<p class="empty">No charts: this folder has no samples of the run.
    <code>npm run load</code> keeps them; a plain <code>k6 run</code> does with
    <code>--out json=FOLDER/samples.json.gz</code>.</p>`;
}
