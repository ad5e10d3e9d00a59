/** The tables of the page: by course, by turn, by step, latencies, errors. */

import { showCount, showMs, showRate } from '../../lib/base/format.ts';
import { latencyRows, STATISTICS } from '../../lib/render/latency-rows.ts';
import { slowestCoursesText, withSlowestCourses } from '../../lib/render/slowest-courses.ts';
import {
  notReachedText,
  type StepColumn,
  stepColumns,
  stepLabel,
} from '../../lib/render/step-columns.ts';
import { stepsInSight, stepsInSightText } from '../../lib/render/steps-in-sight.ts';
import { answersOf } from '../../lib/results/answers.ts';
import type { Latency, Limit, Part, StepPart, StepsOf } from '../../lib/results/model.ts';
import { stepsReached } from '../../lib/results/steps-reached.ts';
import type { PageFigures } from '../samples/figures.ts';
import { html, type Markup } from './markup.ts';
import { dataTable, type HeadCell } from './table-markup.ts';

const NONE = '—';

/** Of many courses the slowest; all of them fold away below. */
export function coursesTable(byCourse: readonly Part[], slo: boolean): Markup {
  const sight = slowestCoursesText({ byCourse }, '');
  if (sight === '' || byCourse.every(({ sent }) => sent === 0)) {
    return partsTable('course', byCourse, slo);
  }
  const all = partsTable('course', byCourse, slo, 'Figures of all courses');
  const slowest = partsTable('course', withSlowestCourses({ byCourse }).byCourse, slo);
  return folded(slowest, sight, `All ${showCount(byCourse.length)} courses`, all);
}

/** @param sight which rows are in sight, of those that fold away below. */
function folded(inSight: Markup, sight: string, all: string, rest: Markup): Markup {
  return html`
    ${inSight}
    <p class="quiet">${sight}.</p>
    <details><summary>${all}</summary>${rest}</details>`;
}

/** @param kind what a row is: `course`, `turn`. */
export function partsTable(
  kind: string,
  parts: readonly Part[],
  slo: boolean,
  label = `Figures by ${kind}`,
): Markup {
  if (parts.every(({ sent }) => sent === 0)) return empty('No question was sent.');
  const anyInterrupted = parts.some(({ interrupted }) => interrupted > 0);
  const shares = ['success', ...inTime(slo)];
  const counts = ['sent', 'good', 'bad', 'unanswered', ...(anyInterrupted ? ['cut off'] : [])];
  const rows = parts.map((part) => {
    const { good, bad, none, cutOff } = answersOf(part);
    return [
      part.name,
      showRate(part.successRate),
      ...(slo ? [showRate(part.sloRate)] : []),
      ...spread(part.response),
      ...spread(part.firstChunk),
      ...[part.sent, good, bad, none].map(showCount),
      ...(anyInterrupted ? [showCount(cutOff)] : []),
    ].map(text);
  });
  const head: HeadCell[][] = [
    [
      '',
      { text: 'answers', columns: shares.length },
      { text: 'response', columns: SPREAD_HEAD.length },
      { text: 'first chunk', columns: SPREAD_HEAD.length },
      { text: 'questions', columns: counts.length },
    ],
    [kind, ...shares, ...SPREAD_HEAD, ...SPREAD_HEAD, ...counts],
  ];
  return dataTable(label, head, rows);
}

/** On a narrow screen, what a step came to is to be seen first. */
const COUNTS_OF_STEPS = ['new sessions', 'answers'];

/** @param limit of a climb, where it is known. */
export function stepsTable(
  { bySteps, run }: Pick<PageFigures, 'bySteps' | 'run'>,
  {
    stepsOf,
    limit,
    slo,
    live,
  }: { stepsOf: StepsOf; limit: Limit | null; slo: boolean; live: boolean },
): Markup {
  const ofSteps = stepColumns(stepsOf, slo);
  const isLater = ({ name }: StepColumn) => COUNTS_OF_STEPS.includes(name);
  const columns = [...ofSteps.filter((column) => !isLater(column)), ...ofSteps.filter(isLater)];
  const groups = columns.reduce<{ text: string; columns: number }[]>((all, { group }) => {
    const last = all.at(-1);
    if (last?.text === group) all[all.length - 1] = { text: group, columns: last.columns + 1 };
    else all.push({ text: group, columns: 1 });
    return all;
  }, []);
  const all = { bySteps, run, stepsOf, limit };
  const rowsOf = (steps: readonly StepPart[]) =>
    steps.map((step) => [stepLabel(step, all), ...columns.map(({ cell }) => cell(step))].map(text));
  const left = notReachedText(all, live);
  const head = [
    ['', ...groups],
    ['step', ...columns.map(({ name }) => name)],
  ];
  const label = stepsOf === 'sockets' ? 'Sockets by step' : 'Figures by step';
  const tableOf = (name: string, steps: readonly StepPart[]) =>
    dataTable(name, head, rowsOf(steps), { narrow: stepsOf === 'sockets' });
  const reached = stepsReached(all);
  const sight = stepsInSightText(all, '');
  const shown = tableOf(label, stepsInSight(all));
  return html`
    ${sight === '' ? shown : folded(shown, sight, `All ${showCount(reached.length)} steps`, tableOf(`${label}, all`, reached))}
    ${left === '' ? [] : [html`<p class="quiet">${left}.</p>`]}`;
}

/** Of the whole run: courses and turns have tables of their own. */
export function latencyTable(figures: PageFigures, stepsOf: StepsOf): Markup {
  const rows = latencyRows(figures, stepsOf).filter(({ part }) => part === null);
  if (rows.every(({ statistics }) => statistics === null)) return empty('Nothing was measured.');
  return dataTable(
    'Latencies',
    [['latency', 'from, to', 'samples', ...STATISTICS]],
    rows.map(({ name, about, samples, statistics }) => [
      text(name),
      html`<span class="quiet">${about}</span>`,
      ...[samples, ...(statistics ?? STATISTICS.map(() => NONE))].map(text),
    ]),
    { texts: 2 },
  );
}

export function errorsTable({ errors, handshakesRefused }: PageFigures): Markup {
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

/** What most limits speak of comes first: on a narrow screen it is what is seen. */
const SPREAD_HEAD = ['p95', 'median', 'p99'];

function spread(latency: Latency | null): string[] {
  if (latency === null) return SPREAD_HEAD.map(() => NONE);
  const { med, p95, p99 } = latency;
  return [p95, med, p99].map(showMs);
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
