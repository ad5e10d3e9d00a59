/** The live page: takes each second's figures, and at the end goes to the report. */
import type { Chart } from '../charts/chart.ts';
import { LOST, SILENT, SILENT_MS, sayInBanner, sayNoNews, setText } from './no-news.ts';

interface Update {
  readonly heading: string;
  readonly title: string;
  readonly status: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly charts: readonly Chart[];
}

interface End {
  readonly report: string | null;
}

export function followRun(show: (charts: readonly Chart[]) => void): void {
  const events = new EventSource('events');
  let heardAt = new Date();
  const isSilent = () => {
    // What the next update brings replaces it.
    shown.delete('verdict');
    sayNoNews(heardAt, SILENT);
  };
  let silence = setTimeout(isSilent, SILENT_MS);
  const heard = () => {
    heardAt = new Date();
    clearTimeout(silence);
    silence = setTimeout(isSilent, SILENT_MS);
  };
  events.addEventListener('alive', heard);
  events.addEventListener('update', ({ data }) => {
    heard();
    const { heading, title, status, parts, charts }: Update = JSON.parse(data);
    setText(document, 'h1', heading);
    setText(document, '#status', status);
    document.title = title;
    for (const [name, html] of Object.entries(parts)) replace(name, html);
    show(charts);
  });
  events.addEventListener('end', ({ data }) => {
    events.close();
    clearTimeout(silence);
    const { report }: End = JSON.parse(data);
    if (report !== null) location.replace(report);
    else {
      sayInBanner(
        'Ended',
        'The run has ended, without a report; its results folder has what it left.',
      );
      document.title = document.title.replace(/^Live\b/, 'Ended');
    }
  });
  events.addEventListener('error', () => {
    events.close();
    clearTimeout(silence);
    sayNoNews(heardAt, LOST);
  });
}

/** Leaves alone what did not change: a selection or a scroll position stays, and what was unfolded. */
function replace(name: string, html: string): void {
  const element = document.querySelector(`[data-part="${name}"]`);
  if (element === null || shown.get(name) === html) return;
  shown.set(name, html);
  const unfolded = [...element.querySelectorAll('details')].map(({ open }) => open);
  element.innerHTML = html;
  for (const [index, details] of element.querySelectorAll('details').entries()) {
    details.open = unfolded[index] ?? false;
  }
}

const shown = new Map<string, string>();
