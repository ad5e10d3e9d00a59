/** Which threshold ends the run of several processes: it is judged over the samples of all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tallies } from '../../report/samples/tallies.ts';
import { crossedOf, type EndingThreshold } from '../../runner/run/end-at-limit.ts';

const RATE: EndingThreshold = {
  ...{ metric: 'chat_slo_met{step:8}', threshold: 'rate>=0.8', delayMs: 5000 },
};

/** What one process measured, in two steps. */
function samplesOf(values: readonly number[], step: string): Tallies {
  const tallies = new Tallies();
  const told = {
    type: 'Metric',
    data: { name: 'chat_slo_met', type: 'rate', contains: 'default' },
  };
  tallies.take(JSON.stringify({ ...told, metric: 'chat_slo_met' }));
  for (const value of values) {
    const data = { time: '2026-01-05T15:30:01Z', value, tags: { step } };
    tallies.take(JSON.stringify({ metric: 'chat_slo_met', type: 'Point', data }));
  }
  assert.equal(tallies.count, values.length);
  return tallies;
}

test('a part that breaks alone ends nothing where the whole holds', () => {
  const [good, bad] = [samplesOf([1, 1, 1, 1, 1, 1, 1, 1], '8'), samplesOf([0, 1], '8')];
  assert.equal(crossedOf([RATE], [good, bad], 60_000), null);
  assert.equal(crossedOf([RATE], [bad], 60_000), RATE);
});

test('the whole that breaks is said, but not before the threshold’s own time', () => {
  const all = [samplesOf([1, 1, 1], '8'), samplesOf([0, 1], '8')];
  assert.equal(crossedOf([RATE], all, 60_000), null);
  all.push(samplesOf([0], '8'));
  assert.equal(crossedOf([RATE], all, 4999), null);
  assert.equal(crossedOf([RATE], all, 5000), RATE);
});

test('without samples there is nothing to judge', () => {
  assert.equal(crossedOf([RATE], [samplesOf([0], '16'), new Tallies()], 60_000), null);
  const second = { ...RATE, metric: 'chat_slo_met{step:16}' };
  assert.equal(crossedOf([RATE, second], [samplesOf([0], '16')], 60_000), second);
});
