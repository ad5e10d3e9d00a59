/** The figures of the whole run at a glance. */
import type { Latency } from '../lib/shared/summary.ts';
import { showCount, showMs, showRate } from '../lib/shared/table.ts';
import type { Figures } from './figures.ts';
import { html, type Markup } from './markup.ts';

/**
 * @param slo whether answers had a time to keep.
 * @param live whether the run goes on: a session without an end is open then.
 */
export function totals(figures: Figures, slo: boolean, live: boolean): Markup {
  const { sessions, overall, errors, frames } = figures;
  const errorCount = errors.reduce((sum, { count }) => sum + count, 0);
  const { started, completed, failed, interrupted } = sessions;
  const withoutEnd = started - completed - failed - interrupted;
  const cards = [
    card('Sessions', showCount(started), [
      `${showCount(completed)} completed`,
      `${showCount(failed)} failed`,
      ...some(interrupted, 'cut off'),
      ...some(withoutEnd, live ? 'open' : 'without an end'),
      ...some(figures.droppedIterations, 'never started'),
      ...some(figures.lateStarts, 'started late'),
    ]),
    card('Answers', showCount(overall.received), [
      `to ${showCount(overall.sent)} questions`,
      `${showCount(frames.received)} frames`,
      ...some(overall.failed, 'failed'),
      ...some(overall.interrupted, 'cut off'),
    ]),
    card('Success', showRate(overall.successRate), [
      overall.successRate === null ? 'no answer ended' : 'of the answers',
      ...(slo ? [`${showRate(overall.sloRate)} in time`] : []),
    ]),
    latencyCard('First chunk p95', overall.firstChunk),
    latencyCard('Response p95', overall.response),
    card('Errors', showCount(errorCount), [
      errors.length === 0 ? 'none' : `${errors.length} ${errors.length === 1 ? 'kind' : 'kinds'}`,
    ]),
  ];
  return html`<dl class="cards">${cards}</dl>`;
}

function some(count: number, what: string): string[] {
  return count > 0 ? [`${showCount(count)} ${what}`] : [];
}

function latencyCard(name: string, latency: Latency | null): Markup {
  return latency === null
    ? card(name, '—', ['no answer'])
    : card(name, showMs(latency.p95), [
        `median ${showMs(latency.med)}`,
        `p99 ${showMs(latency.p99)}`,
      ]);
}

function card(name: string, value: string, details: readonly string[]): Markup {
  return html`
    <div class="card">
      <dt>${name}</dt>
      <dd class="value">${value}</dd>
      ${details.map((detail) => html`<dd>${detail}</dd>`)}
    </div>`;
}
