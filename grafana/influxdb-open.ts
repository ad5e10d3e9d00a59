/**
 * "Open" in InfluxDB. InfluxQL cannot calculate across measurements, so the answer is a table: for
 * each run a row for each part at each time, and one for its virtual users where it runs. Grafana
 * adds up the parts and leaves out the times at which the run was over: of an aborted one, what was
 * open would else stay so for ever.
 */
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Counted } from './queries.ts';
import type { InGrafana } from './store.ts';

/** @param where the condition of a part: with the time range, or for the samples of all times. */
export function openParts(
  opened: Counted,
  closed: readonly Counted[],
  where: (matches: Counted['where'], time?: '') => string,
): string {
  const part = ({ metric, where: matches }: Counted, value: string) =>
    `(SELECT ${value} AS "open" FROM "${metric}" ${where(matches, '')})`;
  const parts = [part(opened, '"value"'), ...closed.map((each) => part(each, '-1 * "value"'))];
  const byTime = 'GROUP BY time($__interval), "run_id"';
  const open =
    `SELECT cumulative_sum(sum("open")) AS "open" FROM ${parts.join(', ')} ` +
    `WHERE $timeFilter ${byTime} fill(0)`;
  const active = `SELECT max("value") AS "active" FROM "vus" ${where({})} ${byTime} fill(none)`;
  return `SELECT "open", "active" FROM (${open}), (${active}) GROUP BY "run_id"`;
}

/** @param legend of the line of each run. */
export function addedUp(legend: string): InGrafana {
  return {
    transformations: [SUM_OF_PARTS, WHILE_IT_RUNS, WITHOUT_ACTIVE, LINE_OF_EACH_RUN],
    displayName: `${legend} \${__field.labels.run_id}`,
  };
}

const group = { operation: 'groupby', aggregations: [] };
const aggregate = (by: string) => ({ operation: 'aggregate', aggregations: [by] });

const SUM_OF_PARTS: DataTransformerConfig = {
  id: 'groupBy',
  options: {
    fields: { Time: group, run_id: group, open: aggregate('sum'), active: aggregate('max') },
  },
};

const WHILE_IT_RUNS: DataTransformerConfig = {
  id: 'filterByValue',
  options: {
    type: 'include',
    match: 'all',
    filters: [{ fieldName: 'active (max)', config: { id: 'isNotNull', options: {} } }],
  },
};

const WITHOUT_ACTIVE: DataTransformerConfig = {
  id: 'organize',
  options: { excludeByName: { 'active (max)': true }, indexByName: {}, renameByName: {} },
};

const LINE_OF_EACH_RUN: DataTransformerConfig = {
  id: 'partitionByValues',
  options: { fields: ['run_id'], keepFields: false, naming: { asLabels: true } },
};
