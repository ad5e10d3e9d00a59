/** The page as one file: styles, script and data are in it, and it may load nothing else. */
import { purposeText } from '../../lib/render/purpose.ts';
import type { Chart } from '../charts/chart.ts';
import { chartGrid } from './chart-section.ts';
import { html, jsonMarkup, Markup, NOTHING } from './markup.ts';
import type { PageAssets } from './page-assets.ts';
import {
  headingOf,
  type Page,
  type Parts,
  partsOf,
  shownFigures,
  statusOf,
  titleOf,
} from './page-parts.ts';
import { settingsSection } from './settings-section.ts';

/** The page reaches no network, not even by a script that was put into it. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** @returns HTML. */
export function pageDocument(page: Page, assets: PageAssets): string {
  const { state, charts } = page;
  const live = state.kind === 'live';
  const parts = partsOf(page);
  const sections = sectionsOf(page, parts);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}${live ? "; connect-src 'self'" : ''}">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${titleOf(page)}</title>
<style>${new Markup(assets.style)}</style>
</head>
<body${live ? new Markup(' data-live') : NOTHING}>
${header(page, parts, sections)}
<main>
${part('verdict', parts)}
${part('totals', parts)}
${charts.length === 0 ? noCharts() : NOTHING}
${sections.map(({ content }) => content)}
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

/** A section of the page, for its table of contents. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** Those that have something to show, in their order. */
function sectionsOf({ state, stepsOf, charts, settings }: Page, parts: Parts): Section[] {
  const sockets = stepsOf === 'sockets';
  const grid = (...ids: string[]) => chartGrid(charts, ids);
  // On a live page, questions may come later.
  const asked = state.kind === 'live' || partsNamed(charts);
  const unasked = state.kind !== 'live' && shownFigures(state).overall.sent === 0;
  const ofParts = (...ids: string[]) => (asked ? grid(...ids) : NOTHING);
  const feel = html`${part('stepsNote', parts)}${grid('first-chunk', 'response', 'socket-open', 'sockets')}`;
  const load = grid('load', 'throughput', 'errors', 'client-lag');
  const courses = html`${part('courses', parts)}${ofParts('course-first-chunk', 'course-response')}`;
  const turns = html`
    <p class="quiet">A turn is a question’s place in its session.</p>
    ${part('turns', parts)}${ofParts('turn-first-chunk', 'turn-response')}`;
  return [
    // As with steps: on a live page, failures may come later.
    {
      id: 'failures',
      title: parts.failures === NOTHING ? '' : 'First failures',
      content: part('failures', parts),
    },
    section('feel', sockets ? 'The sockets' : 'How it felt', charts.length === 0 ? NOTHING : feel),
    section('load', sockets ? 'Errors over time' : 'Load and errors', load),
    {
      id: 'spread',
      title: parts.spread === NOTHING ? '' : 'Spread of the answers',
      content: part('spread', parts),
    },
    // The part has its own heading: on a live page, steps may come later.
    { id: 'steps', title: parts.steps === NOTHING ? '' : 'By step', content: part('steps', parts) },
    section('courses', 'By course', sockets || unasked ? NOTHING : courses),
    section('turns', 'By turn', sockets || unasked ? NOTHING : turns),
    section('latencies', 'Latencies', part('latencies', parts)),
    section('errors', 'Errors', part('errors', parts)),
    section('settings', 'Settings', settingsSection(settings)),
  ].filter(({ content }) => content !== NOTHING);
}

function partsNamed(charts: readonly Chart[]): boolean {
  return charts.some(({ id, series }) => id === 'course-response' && series.length > 0);
}

/** The links of a live page's table of contents: sections come while it runs. */
export function contentsOf(page: Page, parts: Parts): Markup {
  return linksTo(sectionsOf(page, parts));
}

function linksTo(sections: readonly Section[]): Markup {
  const links = sections.filter(({ title }) => title !== '');
  return html`<ul>${links.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>`;
}

function header(page: Page, parts: Parts, sections: readonly Section[]): Markup {
  return html`
    <header>
      <p class="kicker">Chat load test</p>
      <h1>${headingOf(page)}</h1>
      ${page.purpose === '' ? NOTHING : html`<p class="purpose">${purposeText(page.purpose, page.settings)}</p>`}
      ${part('facts', parts)}
      <nav class="contents" aria-label="On this page" tabindex="0" data-part="contents">
        ${linksTo(sections)}
      </nav>
      <p class="notice" role="status" hidden></p>
      ${page.state.kind === 'live' ? html`<p class="unseen" role="status" id="status">${statusOf(page)}</p>` : NOTHING}
    </header>`;
}

function part(name: keyof Parts, parts: Parts): Markup {
  return html`<div data-part="${name}">${parts[name]}</div>`;
}

function section(id: string, title: string, content: Markup): Section {
  const whole =
    content === NOTHING
      ? NOTHING
      : html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
  return { id, title, content: whole };
}

function noCharts(): Markup {
  return html`<p class="empty">No charts: this folder has no samples of the run.
    <code>npm run load</code> keeps them; a plain <code>k6 run</code> does with
    <code>--out json=FOLDER/samples.json.gz</code>.</p>`;
}
