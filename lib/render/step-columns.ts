/** The columns of the steps' table, which terminal, Markdown and page all show. */
import { showCount, showMs, showRate } from '../base/format.ts';
import type { Latency, StepPart, StepsOf } from '../results/model.ts';

export interface StepColumn {
  /** What it has in common with its neighbours, such as `response`; '' for a column by itself. */
  readonly group: string;
  readonly name: string;
  readonly cell: (step: StepPart) => string;
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
    cell: (step) => {
      const latency = of(step);
      return latency === null ? '—' : showMs(latency[statistic]);
    },
  }));
}
