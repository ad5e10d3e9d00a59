/** The live page: takes each second's figures, and at the end goes to the report. */
import type { Chart } from '../charts/chart.ts';

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
  events.addEventListener('update', ({ data }) => {
    const { heading, title, status, parts, charts }: Update = JSON.parse(data);
    setText('h1', heading);
    setText('#status', status);
    document.title = title;
    for (const [name, html] of Object.entries(parts)) replace(name, html);
    show(charts);
  });
  events.addEventListener('end', ({ data }) => {
    events.close();
    const { report }: End = JSON.parse(data);
    if (report === null) tell('The run has ended, without a report.');
    else location.replace(report);
  });
  events.addEventListener('error', () => {
    events.close();
    tell('The run cannot be reached any more; these are the last figures that came.');
  });
}

/** A text that is the same is left alone: what reads the page aloud would say it again. */
function setText(selector: string, text: string): void {
  const element = document.querySelector(selector);
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/** Leaves alone what did not change: a selection or a scroll position stays. */
function replace(name: string, html: string): void {
  const element = document.querySelector(`[data-part="${name}"]`);
  if (element === null || shown.get(name) === html) return;
  shown.set(name, html);
  element.innerHTML = html;
}

const shown = new Map<string, string>();

function tell(text: string): void {
  const notice = document.querySelector<HTMLElement>('.notice');
  if (notice === null) return;
  notice.textContent = text;
  notice.hidden = false;
}
