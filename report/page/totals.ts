/** The figures of the whole run at a glance. */

import { counted, showCount, showMs, showRate } from '../../lib/base/format.ts';
import { answerTexts } from '../../lib/results/answers.ts';
import type { Latency, StepsOf } from '../../lib/results/model.ts';
import type { PageFigures } from '../samples/figures.ts';
import { html, type Markup } from './markup.ts';

export interface RunKind {
  /** Whether answers had a time to keep. */
  readonly slo: boolean;
  /** Whether the run goes on: a session without an end is open then. */
  readonly live: boolean;
  /** Where it is of sockets alone, there are no answers to show. */
  readonly stepsOf: StepsOf;
}

export function totals(figures: PageFigures, { slo, live, stepsOf }: RunKind): Markup {
  const { sessions, errors } = figures;
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
    ...(stepsOf === 'sockets'
      ? [latencyCard('Socket open p95', figures.setUp.socketOpen, 'no socket')]
      : answerCards(figures, slo)),
    card('Errors', showCount(errorCount), [
      errors.length === 0 ? 'none' : counted(errors.length, 'kind'),
    ]),
  ];
  return html`<dl class="cards">${cards}</dl>`;
}

function answerCards({ overall, frames }: PageFigures, slo: boolean): Markup[] {
  return [
    card('Answers', showCount(overall.received), [
      `to ${counted(overall.sent, 'question')}`,
      ...answerTexts(overall),
      counted(frames.received, 'frame'),
    ]),
    card('Success', showRate(overall.successRate), [
      overall.successRate === null ? 'no answer ended' : 'of the answers',
      ...(slo ? [`${showRate(overall.sloRate)} in time`] : []),
    ]),
    latencyCard('First chunk p95', overall.firstChunk, 'no answer'),
    latencyCard('Response p95', overall.response, 'no answer'),
  ];
}

function some(count: number, what: string): string[] {
  return count > 0 ? [`${showCount(count)} ${what}`] : [];
}

function latencyCard(name: string, latency: Latency | null, none: string): Markup {
  return latency === null
    ? card(name, '—', [none])
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
