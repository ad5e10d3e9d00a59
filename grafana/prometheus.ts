/**
 * The queries in PromQL. k6 sends, for every combination of tags, what has come together since the
 * start of its run: counters, the share of a rate, the percentiles of a trend.
 */
import { type Counted, type Query, type Samples, SELECTORS } from './queries.ts';
import { dataquery, type Store } from './store.ts';

/** How much time a rate is taken over: four of the output's pushes. */
const WINDOW_S = 20;

const selected = (selectors: readonly string[]) =>
  selectors.map((name) => `${name}=~"$${name}"`).join(',');

function series(metric: string, suffix: string, matches: Readonly<Record<string, string>> = {}) {
  const tags = Object.entries(matches).map(([tag, pattern]) => `,${tag}=~"${pattern}"`);
  return `k6_${metric}${suffix}{${selected(SELECTORS)}${tags.join('')}}`;
}

/**
 * The latest value. Prometheus itself forgets a series that had no sample for five minutes, such as
 * that of the first turn, which must not lower a sum.
 */
const latest = (name: string, offset = '') => `last_over_time(${name}[$__range]${offset})`;

function total({ metric, where }: Counted, by: readonly string[], offset = ''): string {
  return `sum by (${by.join(', ')}) (${latest(series(metric, '_total', where), offset)})`;
}

/** Ends the line where the run ends. */
const whileItRuns = (value: string) => `(${value}) and on (run_id) ${series('vus', '')}`;

function promQl(query: Query): string {
  const by = ['run_id', ...(query.by ?? [])];
  switch (query.ask) {
    case 'total':
      return query.metrics.length === 1
        ? total({ metric: query.metrics[0] ?? '' }, by)
        : query.metrics.map((metric) => named(metric, total({ metric }, by))).join(' or ');
    case 'so far':
      return whileItRuns(total({ metric: query.metric }, by));
    case 'per second':
      return perSecond(query.metric, by);
    case 'share':
      return whileItRuns(share(query.metric, query.samples, by));
    case 'share of the run':
      return share(query.metric, query.samples, by);
    case 'percentile':
      return highestPart(query.metric, query.percentile, by, (name) => name);
    case 'percentile of the run':
      return highestPart(query.metric, query.percentile, by, latest);
    case 'highest':
      return `max by (${by.join(', ')}) (${series(query.metric, '')})`;
    case 'open':
      return whileItRuns(open(query.opened, query.closed, by));
  }
}

const named = (metric: string, value: string) =>
  `label_replace(${value}, "metric", "${metric}", "", "")`;

/** Not rate(): it would leave out the first value of every series, so the first question of all. */
function perSecond(metric: string, by: readonly string[]): string {
  const now = total({ metric }, by);
  const before = total({ metric }, by, ` offset ${WINDOW_S}s`);
  return `(${now} - (${before} or 0 * ${now})) / ${WINDOW_S}`;
}

function share(metric: string, samples: Samples, by: readonly string[]): string {
  const rate = latest(series(metric, '_rate'));
  const weight = weightOf(samples, rate);
  const sum = `sum by (${by.join(', ')})`;
  return `${sum} (${rate} * (${weight})) / ${sum} ((${weight}) and ${rate})`;
}

/** How many samples each part of the rate has had. */
function weightOf(samples: Samples, rate: string): string {
  const begun = latest(series(samples.begun, '_total'));
  if ('good' in samples) {
    // Where none was good, all that were begun.
    const good = latest(series(samples.good, '_total'));
    return `${good} / (${rate} > 0) or ${begun}`;
  }
  // An error's own tags are not the rate's.
  return samples.ended
    .map(({ metric, where }) => latest(series(metric, '_total', where)))
    .map((count) => `(sum without (phase, reason) (${count}) or 0 * ${begun})`)
    .join(' + ');
}

/** In milliseconds; k6 sends seconds. The percentiles of parts cannot be put together to one. */
function highestPart(
  metric: string,
  percentile: string | number,
  by: readonly string[],
  of: (name: string) => string,
): string {
  return `1000 * max by (${by.join(', ')}) (${of(series(metric, `_p${percentile}`))})`;
}

function open(opened: Counted, closed: readonly Counted[], by: readonly string[]): string {
  const all = total(opened, by);
  return [all, ...closed.map((each) => `(${total(each, by)} or 0 * ${all})`)].join(' - ');
}

function legend(query: Query): string {
  const several = query.ask === 'total' && query.metrics.length > 1;
  const tags = [...(query.by ?? []), 'run_id'].map((tag) => `{{${tag}}}`);
  return [several ? '{{metric}}' : query.legend, ...tags].filter(Boolean).join(' ');
}

function isOneNumber({ ask }: Query): boolean {
  return ask === 'total' || ask === 'share of the run' || ask === 'percentile of the run';
}

export const prometheus: Store = {
  type: 'prometheus',
  title: 'Prometheus',
  remarks: {
    shares: 'Every point is the share since the start of the run.',
    times:
      'Every point is the percentile since the start of the run. k6 sends one for each course, ' +
      'turn and step; where a line covers several, it shows the highest of them.',
    load: 'Rates are taken over 20 s.',
  },
  query: (query, refId, asTable) =>
    dataquery(prometheus, {
      refId,
      expr: promQl(query),
      legendFormat: legend(query),
      format: asTable ? 'table' : 'time_series',
      instant: isOneNumber(query),
      range: !isOneNumber(query),
    }),
  tagValues: (selector, before) => {
    const filter = before.length > 0 ? `{${selected(before)}}` : '';
    const query = `label_values(k6_chat_sessions_started_total${filter}, ${selector})`;
    return { query, refId: selector };
  },
  steps: {
    // There in the interval in which a step's first sample came, and in no other.
    target: {
      expr: `${stepsSeen('')} unless ${stepsSeen(' offset $__interval')}`,
      interval: '5s',
      refId: 'steps',
    },
    shown: { titleFormat: '{{profile}}', textFormat: '{{step}}', tagKeys: 'run_id' },
  },
};

function stepsSeen(offset: string): string {
  const name = series('chat_questions_sent', '_total', { step: '.+' });
  return `count by (profile, step, run_id) (${name}${offset})`;
}
