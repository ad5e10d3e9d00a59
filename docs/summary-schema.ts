/** docs/summary.schema.json, from the description that every reader of summary.json checks by. */
import {
  k6MetricShape,
  latencyShape,
  partShape,
  stepShape,
  summaryShape,
} from '../lib/results/model.ts';

const NAMED: Readonly<Record<string, object>> = {
  latency: latencyShape,
  part: partShape,
  step: stepShape,
  k6Metric: k6MetricShape,
};

export function summarySchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:nuc-k6:summary:1',
    title: 'summary.json of a nuc-k6 run',
    description: 'Times are in milliseconds, rates from 0 to 1. null: there was no sample.',
    ...closed(summaryShape),
    $defs: Object.fromEntries(Object.entries(NAMED).map(([name, shape]) => [name, closed(shape)])),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** A run writes nothing else; a reader takes what a later version writes. Named parts are referred to. */
function closed(shape: object): object {
  const fields = Object.entries(shape).map(([key, value]) => [key, inner(value)]);
  return {
    ...Object.fromEntries(fields),
    ...('properties' in shape ? { additionalProperties: false } : {}),
  };
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const name = Object.keys(NAMED).find((known) => NAMED[known] === value);
  return name === undefined ? closed(value) : { $ref: `#/$defs/${name}` };
}
