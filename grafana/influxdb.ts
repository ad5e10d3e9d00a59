/** The queries in InfluxQL, for InfluxDB 1: k6 writes every sample as a point, so all is exact. */
import type { MetricName } from '../lib/metrics/catalogue.ts';
import { addedUp, openParts } from './influxdb-open.ts';
import { INSTANCE, type Query, SELECTORS } from './queries.ts';
import { dataquery, type Store } from './store.ts';

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

const selected = (selectors: readonly string[]) =>
  selectors.map((name) => `"${name}" =~ /^$${name}$/`);

/** Of the selected runs, and of those whose tags match the whole pattern, as in PromQL. */
function where(matches: Readonly<Record<string, string>> = {}, time = '$timeFilter'): string {
  const tags = Object.entries(matches).map(([tag, pattern]) => `"${tag}" =~ /^(?:${pattern})$/`);
  return ['WHERE', [time, ...selected(SELECTORS), ...tags].filter(Boolean).join(' AND ')].join(' ');
}

/** One figure of one measurement for each run: over the whole range, or for each interval. */
function select(figure: string, query: Query, metrics: readonly MetricName[], fill?: 'none') {
  const tags = quoted(['run_id', ...(query.by ?? [])]);
  const groups = fill === undefined ? tags : `time($__interval), ${tags} fill(${fill})`;
  return `SELECT ${figure} FROM ${quoted(metrics)} ${where()} GROUP BY ${groups}`;
}

function influxQl(query: Query): string {
  switch (query.ask) {
    case 'total':
      return select('sum("value")', query, query.metrics);
    case 'so far':
      return select('cumulative_sum(sum("value"))', query, [query.metric], 'none');
    case 'per second':
      return perSecond(query, query.metric);
    case 'share':
      return select('mean("value")', query, [query.metric], 'none');
    case 'share of the run':
      return select('mean("value")', query, [query.metric]);
    case 'percentile':
      return select(`percentile("value", ${query.percentile})`, query, [query.metric], 'none');
    case 'percentile of the run':
      return select(`percentile("value", ${query.percentile})`, query, [query.metric]);
    case 'highest':
      return highest(query, query.metric);
    case 'open':
      return openParts(query.opened, query.closed, where);
  }
}

/**
 * From one sum to the next, also over a pause, where the line is to lie low: filled with zeros, it would
 * have points before and after its run too.
 */
function perSecond(query: Query, metric: MetricName): string {
  const groups = `GROUP BY time($__interval), ${quoted(['run_id', ...(query.by ?? [])])}`;
  const sums =
    `SELECT cumulative_sum(sum("value")) AS "so far" FROM "${metric}" ${where()} ` +
    `${groups} fill(none)`;
  return `SELECT derivative(mean("so far"), 1s) FROM (${sums}) WHERE $timeFilter ${groups} fill(linear)`;
}

/** A run of one k6 has no tag of INSTANCE: to InfluxQL, all of its samples have an empty one. */
function highest(query: Query, metric: MetricName): string {
  const groups = (tags: readonly string[]) =>
    `GROUP BY time($__interval), ${quoted([...tags, ...(query.by ?? [])])} fill(none)`;
  return (
    `SELECT sum("highest") FROM (SELECT max("value") AS "highest" FROM "${metric}" ${where()} ` +
    `${groups(['run_id', ...INSTANCE])}) WHERE $timeFilter ${groups(['run_id'])}`
  );
}

/** With the tags as columns of their own, one row for each group. */
function table(query: Query): string {
  const tags = quoted(['run_id', ...(query.by ?? [])]);
  return `SELECT ${tags}, "Value" FROM (${influxQl(query).replace(' FROM', ' AS "Value" FROM')})`;
}

function alias(query: Query): string {
  const several = query.ask === 'total' && query.metrics.length > 1;
  const tags = [...(query.by ?? []), 'run_id'].map((tag) => `$tag_${tag}`);
  return [several ? '$m' : query.legend, ...tags].filter(Boolean).join(' ');
}

export const influxdb: Store = {
  type: 'influxdb',
  title: 'InfluxDB',
  remarks: {
    shares: 'Every point is the share of its own interval.',
    times: 'Every point is the percentile of the answers that were completed in its interval.',
    load: 'Answers in flight are right where the time range begins before the run.',
  },
  notes: {
    'so far': 'A line ends with the last sample.',
    'per second': 'A pause has the rate of what comes at its end; the first interval has no point.',
  },
  query: (query, refId, asTable) =>
    dataquery(influxdb, {
      refId,
      rawQuery: true,
      query: asTable ? table(query) : influxQl(query),
      resultFormat: asTable || query.ask === 'open' ? 'table' : 'time_series',
      alias: alias(query),
    }),
  tagValues: (selector, before) => {
    // Not SHOW TAG VALUES, which knows no time: the runs of the time range are listed.
    const filter = ['$timeFilter', ...selected(before)].join(' AND ');
    const query =
      `SELECT "${selector}" FROM (SELECT first("value") FROM "chat_sessions_started" ` +
      `WHERE ${filter} GROUP BY "${selector}")`;
    return { query, refId: selector };
  },
  inGrafana: (query) => (query.ask === 'open' ? addedUp(query.legend) : undefined),
  steps: ({ metric, where: matches }) => ({
    // One series without groups: Grafana takes a column for the title, the text and the tags each.
    target: {
      query:
        'SELECT "profile", "step", "run_id" FROM (SELECT first("value") AS "first" ' +
        `FROM "${metric}" ${where(matches)} GROUP BY "profile", "step", "run_id")`,
      refId: 'steps',
      fromAnnotations: true,
      textColumn: 'step',
      tagsColumn: 'run_id',
    },
    shown: {},
  }),
};
