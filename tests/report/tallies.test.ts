/** Lines that are none of k6's: each is told as such, and none becomes a figure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tallies } from '../../report/samples/tallies.ts';

const TIME = '2026-01-05T15:30:00.5Z';

function described(name: unknown, type: unknown): string {
  return JSON.stringify({ type: 'Metric', data: { name, type, contains: 'time' }, metric: name });
}

function sample(value: string, time = TIME, tags = '{"run_id":"a"}'): string {
  return `{"metric":"waited","type":"Point","data":{"time":"${time}","value":${value},"tags":${tags}}}`;
}

for (const [what, line] of [
  ['no metric behind it', '{"type":"Metric","data":null}'],
  ['a metric without a name', described(undefined, 'trend')],
  ['a metric whose name is a number', described(5, 'trend')],
  ['a type that k6 does not have', described('other', 'sum')],
  ['another type than before', described('waited', 'counter')],
  ['a word of JSON', 'null'],
  ['a list', '[]'],
  ['nothing', ''],
  ['no value', sample('')],
  ['a value without an end', sample('Infinity')],
  ['a time that is none', sample('1', 'never')],
  ['a month that is none', sample('1', '2026-13-05T15:30:00Z')],
  ['a time with something behind it', sample('1', `${TIME}?`)],
  ['the same sample at a time that is none', sample('7', 'never')],
  ['tags that are a number', sample('1', TIME, '5')],
  ['tags that are a list', sample('1', TIME, '["a"]')],
] as const) {
  test(`refused: ${what}`, () => {
    const tallies = new Tallies();
    assert.equal(tallies.take(described('waited', 'gauge')), 'waited');
    assert.equal(tallies.take(sample('7')), 'waited');
    assert.equal(tallies.take(line), null);
    assert.equal(tallies.take(sample('8', '2026-01-05T15:30:01+01:00', 'null')), 'waited');
    assert.deepEqual([tallies.count, tallies.firstTime], [2, TIME]);
    assert.deepEqual([...tallies.kinds.keys()], ['waited']);
    const values = tallies.of('waited').flatMap((tally) => [...tally.values]);
    assert.deepEqual(values.sort(), [7, 8]);
  });
}
