/** The figures of the whole run at a glance. */

import { counted, showBytes, showCount, showMs, showRate } from '../../lib/base/format.ts';
import { generatorText } from '../../lib/render/generator-text.ts';
import { answerTexts } from '../../lib/results/answers.ts';
import type { Generator, Latency, StepsOf } from '../../lib/results/model.ts';
import type { PageFigures } from '../samples/figures.ts';
import type { Traffic } from '../samples/recording-shape.ts';
import { html, type Markup, NOTHING } from './markup.ts';

export interface RunKind {
  /** What an answer had to keep to be in time; '' where nothing was asked. */
  readonly inTime: string;
  /** Whether the run goes on: a session without an end is open then. */
  readonly live: boolean;
  /** Where it is of sockets alone, there are no answers to show. */
  readonly stepsOf: StepsOf;
  /** What it has to do with the figures; '' or nothing where there was none. */
  readonly warmup?: string;
  /** What the run took of its machine; null or nothing where that is not known, or stands elsewhere. */
  readonly generator?: Generator | null;
  /** Whether k6 summed it up, so that its counts are whole. */
  readonly isOver?: boolean;
  /** Undefined where it was not counted. */
  readonly traffic: Traffic | undefined;
}

export function totals(
  figures: PageFigures,
  { inTime, live, stepsOf, traffic, generator = null, warmup = '', isOver = true }: RunKind,
): Markup {
  const { sessions, errors } = figures;
  const errorCount = errors.reduce((sum, { count }) => sum + count, 0);
  const { started, completed, failed, interrupted } = sessions;
  const withoutEnd = started - completed - failed - interrupted;
  const notes = [
    ...(warmup === '' ? [] : [`Warm-up: ${warmup}.`]),
    ...(generator === null ? [] : [`Load generator: ${generatorText(generator)}.`]),
  ];
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
      : answerCards(figures, inTime)),
    card('Errors', showCount(errorCount), [
      errors.length === 0 ? 'none' : counted(errors.length, 'kind'),
    ]),
    ...(traffic === undefined ? [] : [trafficCard(traffic, started, isOver)]),
  ];
  return html`
    <dl class="cards">${cards}</dl>
    ${notes.length === 0 ? NOTHING : html`<p class="quiet">${notes.join(' ')}</p>`}`;
}

/** k6 counts the bytes of a session when it ends: of a run that is not over, some are missing. */
function trafficCard({ sent, received }: Traffic, sessions: number, isOver: boolean): Markup {
  return card('Received', showBytes(received), [
    `${showBytes(sent)} sent`,
    ...(isOver
      ? sessions === 0
        ? []
        : [`${showBytes((sent + received) / sessions)} a session`]
      : ['by sessions that ended']),
  ]);
}

function answerCards({ overall, frames }: PageFigures, inTime: string): Markup[] {
  return [
    card('Answers', showCount(overall.received), [
      `to ${counted(overall.sent, 'question')}`,
      ...answerTexts(overall),
      counted(frames.received, 'frame'),
    ]),
    card('Success', showRate(overall.successRate), [
      overall.successRate === null ? 'no answer ended' : 'of the answers',
      ...(inTime === '' ? [] : [`${showRate(overall.sloRate)} in time: ${inTime}`]),
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
