import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { trendsOfRun } from '../../lib/metrics/catalogue.ts';
import { summarize } from '../../lib/results/summary.ts';
import {
  counter,
  emptyData,
  rate,
  SAMPLE_CONTEXT,
  sampleData,
  sampleSummary,
  times,
} from './sample-run.ts';

const schema = JSON.parse(
  await readFile(new URL('../../docs/summary.schema.json', import.meta.url), 'utf8'),
);

const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': true } });
const fits = ajv.compile(schema);

/** What is wrong with a file, each with the path to it; empty where it fits. */
function problems(file: unknown): string[] {
  fits(file);
  return (fits.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

/** As a reader of summary.json gets it. */
function asFile(summary: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(summary));
}

const withSteps = sampleSummary(
  {
    'chat_sessions_started{step:10}': counter(10),
    'chat_setup_success{step:10}': rate(10, 0, { 'rate>=0.8': true }),
    'chat_setup_time{step:10}': times(10, 100),
  },
  { steps: ['10'], asks: { kind: 'climb', unit: 'sockets', rates: [] } },
);

test('what older files lack is in every summary of today', () => {
  const { run, bySteps, trends, trust } = withSteps;
  assert.deepEqual([run.plannedMs, run.load, run.segment], [null, null, null]);
  assert.deepEqual(Object.keys(trends ?? {}), trendsOfRun());
  assert.deepEqual([trust.errorMs, trust.allowedMs], [9, 18]);
  assert.deepEqual([bySteps[0]?.fromMs, bySteps[0]?.toMs], [0, 1000]);
});

test('the summaries of a whole run, of one with steps and of an empty one fit the schema', () => {
  for (const summary of [sampleSummary(), withSteps, summarize(emptyData(), SAMPLE_CONTEXT)]) {
    assert.deepEqual(problems(asFile(summary)), []);
  }
  // Else the schema of their items would not have been looked at.
  assert.ok(withSteps.bySteps.length > 0 && withSteps.findings.length > 0);
  assert.ok(withSteps.errors.length > 0 && withSteps.handshakesRefused.length > 0);
});

test('of an instance its part, and whether no session fell to it, fit the schema', () => {
  const context = { ...SAMPLE_CONTEXT, segment: { part: '1/2:1', sequence: null } };
  for (const [data, empty] of [
    [emptyData(), true],
    [sampleData(), false],
  ] as const) {
    const summary = summarize(data, context);
    assert.deepEqual(summary.run.segment, { part: '1/2:1', sequence: null, empty });
    assert.equal(summary.verdicts.length === 0, empty);
    assert.deepEqual(problems(asFile(summary)), []);
  }
});

test('a key that is missing, new or of another kind does not fit', () => {
  const file = asFile(sampleSummary());
  const { errors: _, ...rest } = file;
  assert.deepEqual(problems(rest), [": must have required property 'errors'"]);
  assert.deepEqual(problems({ ...file, more: 1 }), [': must NOT have additional properties']);
  assert.deepEqual(problems({ ...file, passed: 'yes' }), ['/passed: must be boolean']);
  const overall = { ...(file.overall as object), successRate: 95.7, sent: -1 };
  const wrongRates = problems({ ...file, overall });
  assert.ok(wrongRates.includes('/overall/sent: must be >= 0'));
  assert.ok(wrongRates.includes('/overall/successRate: must be <= 1'));
  assert.ok(
    problems({ ...file, clientLag: {} }).includes('/clientLag: must match a schema in anyOf'),
  );
  assert.deepEqual(problems({ ...file, schema: 'nuc-k6/summary/0' }), [
    '/schema: must be equal to constant',
  ]);
});

/** What files of earlier versions lack, what only merged runs have, and k6's thresholds of some metrics. */
const OPTIONAL = [
  'thresholds',
  'plannedMs',
  'load',
  'segment',
  'empty',
  'instances',
  'engine',
  'fromMs',
  'toMs',
  'trends',
  'good',
  'limit',
  'errorMs',
  'allowedMs',
  'doubtful',
  'generator',
];

test('no object of the schema is open, and all keys but those that older files lack are required', () => {
  let objects = 0;
  const visit = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return;
    const { type, properties, required, additionalProperties } = part as Record<string, unknown>;
    if (type === 'object' && properties !== undefined) {
      objects += 1;
      assert.equal(additionalProperties, false, path);
      assert.deepEqual(
        required,
        Object.keys(properties as object).filter((key) => !OPTIONAL.includes(key)),
        path,
      );
    }
    for (const [key, inner] of Object.entries(part)) visit(inner, `${path}.${key}`);
  };
  visit(schema, '');
  assert.ok(objects > 10);
});
