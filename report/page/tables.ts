/** The tables of the page: by course, by turn, by step, latencies, errors. */

import { showCount, showMs, showRate } from '../../lib/base/format.ts';
import type { Figures, Latency, Part, StepPart, StepsOf } from '../../lib/results/model.ts';
import { html, type Markup } from './markup.ts';
import { dataTable, type HeadCell } from './table-markup.ts';

const NONE = '—';

/** @param kind what a row is: `course`, `turn`. */
export function partsTable(kind: string, parts: readonly Part[], slo: boolean): Markup {
  if (parts.every(({ sent }) => sent === 0)) return empty('No question was sent.');
  const cutOff = parts.some(({ interrupted }) => interrupted > 0);
  const counts = [
    'questions',
    'answers',
    'failed',
    ...(cutOff ? ['cut off'] : []),
    'success',
    ...inTime(slo),
  ];
  const rows = parts.map((part) => [
    ...[
      part.name,
      ...[part.sent, part.received, part.failed].map(showCount),
      ...(cutOff ? [showCount(part.interrupted)] : []),
      showRate(part.successRate),
      ...(slo ? [showRate(part.sloRate)] : []),
      ...spread(part.firstChunk),
      ...spread(part.response),
    ].map(text),
  ]);
  const head: HeadCell[][] = [
    ['', { text: 'answers', columns: counts.length }, ...twice('first chunk', 'response', 3)],
    [kind, ...counts, ...SPREAD_HEAD, ...SPREAD_HEAD],
  ];
  return dataTable(`Figures by ${kind}`, head, rows);
}

export function stepsTable(steps: readonly StepPart[], stepsOf: StepsOf, slo: boolean): Markup {
  return stepsOf === 'sockets' ? socketSteps(steps) : answerSteps(steps, slo);
}

function answerSteps(steps: readonly StepPart[], slo: boolean): Markup {
  const counts = ['new sessions', 'answers', 'success', ...inTime(slo), 'errors'];
  const rows = steps.map((step) =>
    [
      step.name,
      showCount(step.sessionsStarted),
      showCount(step.received),
      showRate(step.successRate),
      ...(slo ? [showRate(step.sloRate)] : []),
      showCount(step.errors),
      ...middle(step.firstChunk),
      ...middle(step.response),
    ].map(text),
  );
  const head: HeadCell[][] = [
    [
      '',
      { text: 'sessions and answers', columns: counts.length },
      ...twice('first chunk', 'response', 2),
    ],
    ['step', ...counts, 'median', 'p95', 'median', 'p95'],
  ];
  return dataTable('Figures by step', head, rows);
}

function socketSteps(steps: readonly StepPart[]): Markup {
  const rows = steps.map((step) =>
    [
      step.name,
      showCount(step.sessionsStarted),
      showRate(step.setupSuccessRate),
      ...middle(step.socketOpen),
      showCount(step.errors),
    ].map(text),
  );
  const head = [['step', 'new sessions', 'sockets opened', 'median', 'p95', 'errors']];
  return dataTable('Sockets by step', head, rows, { narrow: true });
}

export function latencyTable({ overall, frames, setUp, clientLag }: Figures): Markup {
  const rows: [string, string, Latency | null][] = [
    ['First chunk', 'question sent to first text', overall.firstChunk],
    ['Response', 'question sent to complete answer', overall.response],
    ['Longest gap', 'between two frames of an answer', frames.gapMax],
    ['Token', 'the call generate-token', setUp.token],
    ['Create chat', 'the call create-chat', setUp.create],
    ['Socket open', 'session start to open socket', setUp.socketOpen],
    ['Client lag', 'how late the script was for an answer’s last frame', clientLag],
  ];
  return dataTable(
    'Latencies',
    [['latency', 'from, to', 'samples', 'average', 'min', 'median', 'p90', 'p95', 'p99', 'max']],
    rows.map(([name, about, latency]) => [
      text(name),
      html`<span class="quiet">${about}</span>`,
      ...statistics(latency).map(text),
    ]),
    { texts: 2 },
  );
}

export function errorsTable({ errors, handshakesRefused }: Figures): Markup {
  if (errors.length === 0) return empty('No errors.');
  const rows = errors.map(({ phase, reason, count, meaning }) => [
    html`<code>${phase}/${reason}</code>`,
    text(showCount(count)),
    text(meaning),
  ]);
  const refused = handshakesRefused.map(
    ({ status, count }) => `${showCount(count)} × ${status ?? 'another'}`,
  );
  return html`
    ${dataTable('Errors by phase and reason', [['phase/reason', 'count', 'meaning']], rows, { lastIsText: true, narrow: true })}
    ${refused.length === 0 ? [] : [html`<p>Handshakes refused, by HTTP status: ${refused.join(', ')}.</p>`]}`;
}

const SPREAD_HEAD = ['median', 'p95', 'p99'];

function spread(latency: Latency | null): string[] {
  if (latency === null) return SPREAD_HEAD.map(() => NONE);
  const { med, p95, p99 } = latency;
  return [med, p95, p99].map(showMs);
}

function middle(latency: Latency | null): string[] {
  return latency === null ? [NONE, NONE] : [showMs(latency.med), showMs(latency.p95)];
}

function statistics(latency: Latency | null): string[] {
  if (latency === null) return ['0', ...Array.from({ length: 7 }, () => NONE)];
  const { count, avg, min, med, p90, p95, p99, max } = latency;
  return [showCount(count), ...[avg, min, med, p90, p95, p99, max].map(showMs)];
}

function twice(first: string, second: string, columns: number): HeadCell[] {
  return [
    { text: first, columns },
    { text: second, columns },
  ];
}

function inTime(slo: boolean): string[] {
  return slo ? ['in time'] : [];
}

function text(value: string): Markup {
  return html`${value}`;
}

function empty(sentence: string): Markup {
  return html`<p class="empty">${sentence}</p>`;
}
