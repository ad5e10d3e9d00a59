/**
 * The queries in PromQL. k6 sends, for every combination of tags, what has come together since the
 * start of its run: counters, the share of a rate, the percentiles of a trend.
 */
import { isTime, type MetricName } from '../lib/metrics/catalogue.ts';
import { openNow } from './prometheus-open.ts';
import { highest, latest, selected, series, total, whileItRuns } from './prometheus-series.ts';
import type { Counted, Query, Samples } from './queries.ts';
import { dataquery, type Store } from './store.ts';

/** How much time a rate is taken over: four of the output's pushes. */
const WINDOW_S = 20;

const HIGHEST_PART =
  'Since the start of the run, and of the highest part: k6 sends one percentile for each course, ' +
  'turn and step, and they cannot be put together.';

function promQl(query: Query): string {
  const by = ['run_id', ...(query.by ?? [])];
  switch (query.ask) {
    case 'total':
      return totals(query.metrics, by);
    case 'so far':
      return whileItRuns(total({ metric: query.metric }, by));
    case 'per second':
      return perSecond(query.metric, by);
    case 'share':
      return share(query.metric, query.samples, by, (name) => whileItRuns(latest(name)));
    case 'share of the run':
      return share(query.metric, query.samples, by, latest);
    case 'percentile':
      return highestPart(query.metric, query.percentile, by, (name) => name);
    case 'percentile of the run':
      return highestPart(query.metric, query.percentile, by, latest);
    case 'highest':
      return highest(query.metric, by);
    case 'open':
      return openNow(query.opened, query.closed);
  }
}

function totals(metrics: readonly MetricName[], by: readonly string[]): string {
  const [only, ...more] = metrics.map((metric) => total({ metric }, by));
  return only !== undefined && more.length === 0
    ? only
    : metrics.map((metric) => named(metric, total({ metric }, by))).join(' or ');
}

const named = (metric: MetricName, value: string) =>
  `label_replace(${value}, "metric", "${metric}", "", "")`;

/** Not rate(): it would leave out the first value of every series, so the first question of all. */
function perSecond(metric: MetricName, by: readonly string[]): string {
  const now = total({ metric }, by);
  const before = total({ metric }, by, ` offset ${WINDOW_S}s`);
  return whileItRuns(`(${now} - (${before} or 0 * ${now})) / ${WINDOW_S}`);
}

/** @param of the latest value of each series. */
function share(
  metric: MetricName,
  samples: Samples,
  by: readonly string[],
  of: (name: string) => string,
): string {
  const rate = of(series(metric, '_rate'));
  const weight = weightOf(samples, rate, of);
  const sum = `sum by (${by.join(', ')})`;
  return `${sum} (${rate} * (${weight})) / ${sum} ((${weight}) and ${rate})`;
}

/** How many samples each part of the rate has had. */
function weightOf(samples: Samples, rate: string, of: (name: string) => string): string {
  if ('good' in samples) {
    // Where none was good, all that were begun.
    const good = of(series(samples.good, '_total'));
    return `${good} / (${rate} > 0) or ${of(series(samples.begun, '_total'))}`;
  }
  // An error's own tags are not the rate's; they keep it apart from the others until they are summed.
  const ended = samples.ended.map(({ metric, where }) => of(series(metric, '_total', where)));
  return `sum without (phase, reason) (${ended.join(' or ')})`;
}

/** Times in milliseconds; k6 sends seconds. The percentiles of parts cannot be put together to one. */
function highestPart(
  metric: MetricName,
  percentile: string | number,
  by: readonly string[],
  of: (name: string) => string,
): string {
  const factor = isTime(metric) ? '1000 * ' : '';
  return `${factor}max by (${by.join(', ')}) (${of(series(metric, `_p${percentile}`))})`;
}

function legend(query: Query): string {
  const part = query.ask === 'percentile' ? 'highest part' : '';
  const name = [query.legend, part].filter(Boolean).join(', ');
  const several = query.ask === 'total' && query.metrics.length > 1;
  const tags = [...(query.by ?? []), 'run_id'].map((tag) => `{{${tag}}}`);
  return [several ? '{{metric}}' : name, ...tags].filter(Boolean).join(' ');
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
    load: `Rates are taken over ${WINDOW_S} s.`,
  },
  notes: {
    percentile: HIGHEST_PART,
    'percentile of the run': HIGHEST_PART,
    'per second': `Taken over ${WINDOW_S} s: a shorter run, and the start of any, looks slower than it was.`,
    open:
      'As of the latest push, and held between 0 and the virtual users: k6 stamps each counter with ' +
      'the time of its own latest sample, so between two pushes they do not belong together. For one ' +
      'push after the beginning of a step it can be too low.',
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
  steps: (seen) => ({
    // A sample in this interval, and none before: one that comes after a pause begins no step.
    target: {
      expr: `${seenIn(seen, '[$__interval]')} unless ${seenIn(seen, '[$__range] offset $__interval')}`,
      interval: '1s',
      refId: 'steps',
    },
    shown: { titleFormat: '{{profile}}', textFormat: '{{step}}', tagKeys: 'run_id' },
  }),
};

function seenIn({ metric, where }: Counted, window: string): string {
  const samples = `last_over_time(${series(metric, '_total', where)}${window})`;
  return `count by (profile, step, run_id) (${samples})`;
}
