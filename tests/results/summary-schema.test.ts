import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { summarize } from '../../lib/results/summary.ts';
import { problems, type Schema } from './json-schema.ts';
import { counter, emptyData, rate, SAMPLE_CONTEXT, sampleSummary, times } from './sample-run.ts';

const schema = JSON.parse(
  await readFile(new URL('../../docs/summary.schema.json', import.meta.url), 'utf8'),
) as Schema;

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

test('the summaries of a whole run, of one with steps and of an empty one fit the schema', () => {
  for (const summary of [sampleSummary(), withSteps, summarize(emptyData(), SAMPLE_CONTEXT)]) {
    assert.deepEqual(problems(asFile(summary), schema), []);
  }
  // Else the schema of their items would not have been looked at.
  assert.ok(withSteps.bySteps.length > 0 && withSteps.findings.length > 0);
  assert.ok(withSteps.errors.length > 0 && withSteps.handshakesRefused.length > 0);
});

test('a key that is missing, new or of another kind does not fit', () => {
  const file = asFile(sampleSummary());
  const { errors: _, ...rest } = file;
  assert.deepEqual(problems(rest, schema), ['.errors: missing']);
  assert.deepEqual(problems({ ...file, more: 1 }, schema), ['.more: not in the schema']);
  assert.deepEqual(problems({ ...file, passed: 'yes' }, schema), [
    '.passed: expected boolean, got "yes"',
  ]);
  const overall = { ...(file.overall as object), successRate: 95.7, sent: -1 };
  assert.deepEqual(problems({ ...file, overall }, schema).sort(), [
    '.overall.sent: below 0: -1',
    '.overall.successRate: above 1: 95.7',
  ]);
  assert.deepEqual(problems({ ...file, clientLag: {} }, schema), [
    '.clientLag: fits none of anyOf',
  ]);
  assert.deepEqual(problems({ ...file, schema: 'nuc-k6/summary/0' }, schema), [
    '.schema: expected nuc-k6/summary/1, got nuc-k6/summary/0',
  ]);
});

test('no object of the schema is open, and all keys but one are required', () => {
  let objects = 0;
  const visit = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return;
    const { type, properties, required, additionalProperties } = part as Schema;
    if (type === 'object' && properties !== undefined) {
      objects += 1;
      assert.equal(additionalProperties, false, path);
      const optional = path.endsWith('.k6Metric') ? ['thresholds'] : [];
      assert.deepEqual(
        [...(required as string[]), ...optional],
        Object.keys(properties as object),
        path,
      );
    }
    for (const [key, inner] of Object.entries(part)) visit(inner, `${path}.${key}`);
  };
  visit(schema, '');
  assert.ok(objects > 10);
});
