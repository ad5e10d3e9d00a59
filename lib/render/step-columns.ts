/** The columns of the steps' table, which terminal, Markdown and page all show. */
import { counted, showCount, showMs, showRate } from '../base/format.ts';
import { withUnit } from '../results/climb.ts';
import type { Latency, StepPart, StepsOf, Summary } from '../results/model.ts';
import { type Steps, stepsNotReached } from '../results/steps-reached.ts';

type Climbed = Pick<Summary, 'stepsOf' | 'limit'>;

/** `8 sessions ✓`: with what its level counts, marked where it is the limit that a climb met. */
export function stepLabel({ name }: StepPart, { stepsOf, limit }: Climbed): string {
  const unit = stepsOf === 'sockets' ? 'sockets' : 'sessions';
  const label = /^\d+$/.test(name) ? withUnit(name, unit) : name;
  // Where nothing broke, no level is the limit.
  if (!limit?.broke) return label;
  if (name === limit.held) return `${label} ✓`;
  return name === limit.broke ? `${label} ✗` : label;
}

/**
 * `3 steps were not reached: 16 sessions to 500 sessions`; '' where all were.
 * @param goesOn whether the run is not over.
 */
export function notReachedText(summary: Steps & Climbed, goesOn = false): string {
  const left = stepsNotReached(summary);
  const [first, last] = [left[0], left.at(-1)];
  if (first === undefined || last === undefined) return '';
  const names = [...new Set([first, last])].map((step) => stepLabel(step, summary)).join(' to ');
  const verb = left.length === 1 ? ['is', 'was'] : ['are', 'were'];
  const what = goesOn ? `${verb[0]} still to come` : `${verb[1]} not reached`;
  return `${counted(left.length, 'step')} ${what}: ${names}`;
}

export interface StepColumn {
  /** What it has in common with its neighbours, such as `response`; '' for a column by itself. */
  readonly group: string;
  readonly name: string;
  readonly cell: (step: StepPart) => string;
  /** Left out where there is no room for all of them. */
  readonly first?: false;
}

const ERRORS = column('errors', ({ errors }) => showCount(errors));

/** @param hasSlo whether answers have to be in time, or only to be good. */
export function stepColumns(stepsOf: StepsOf, hasSlo: boolean): StepColumn[] {
  if (stepsOf === 'sockets') {
    return [
      column('sockets', ({ sessionsStarted }) => showCount(sessionsStarted)),
      column('opened', ({ setupSuccessRate }) => showRate(setupSuccessRate)),
      ...times('open after', ['med', 'p95', 'max'], ({ socketOpen }) => socketOpen),
      ERRORS,
    ];
  }
  return [
    column('new sessions', ({ sessionsStarted }) => showCount(sessionsStarted)),
    column('answers', ({ received }) => showCount(received)),
    column('success', ({ successRate }) => showRate(successRate)),
    ...(hasSlo ? [column('in time', ({ sloRate }) => showRate(sloRate))] : []),
    ...times('first chunk', ['med', 'p95'], ({ firstChunk }) => firstChunk),
    ...times('response', ['med', 'p95'], ({ response }) => response),
    ERRORS,
  ];
}

function column(name: string, cell: StepColumn['cell']): StepColumn {
  return { group: '', name, cell };
}

function times(
  group: string,
  statistics: readonly ('med' | 'p95' | 'max')[],
  of: (step: StepPart) => Latency | null,
): StepColumn[] {
  return statistics.map((statistic) => ({
    group,
    name: statistic === 'med' ? 'median' : statistic,
    ...(statistic === 'med' && group !== 'open after' ? { first: false } : {}),
    cell: (step) => {
      const latency = of(step);
      return latency === null ? '—' : showMs(latency[statistic]);
    },
  }));
}
