import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../lib/base/duration.ts';

test('durations read as k6 reads them', () => {
  const forms: [text: string, ms: number][] = [
    ['0', 0],
    ['0s', 0],
    ['500ms', 500],
    ['2s', 2000],
    ['17m', 1_020_000],
    ['1h30m', 5_400_000],
    ['1m30s', 90_000],
    ['1s500ms', 1500],
    ['1.5s', 1500],
    ['0.25m', 15_000],
    ['24h', 86_400_000],
  ];
  for (const [text, ms] of forms) assert.equal(parseDuration(text), ms, text);
});

test('what is not a duration is null, never a guess', () => {
  const others = [
    '',
    ' ',
    '5',
    '2 s',
    '2S',
    's',
    '-1s',
    '+1s',
    '1s-',
    '1d',
    '1,5s',
    '1e3s',
    '2sec',
  ];
  for (const text of [...others, 'Infinity', 'NaNs', '0x1s', '1s 2ms', '２s', '1..5s']) {
    assert.equal(parseDuration(text), null, text);
  }
});

test('a written duration has the form that k6 takes', () => {
  const forms: [ms: number, text: string][] = [
    [0, '0s'],
    [1, '1ms'],
    [1500, '1s500ms'],
    [90_000, '1m30s'],
    [3_600_000, '1h'],
    [90_061_001, '25h1m1s1ms'],
    [999.6, '1s'],
  ];
  for (const [ms, text] of forms) assert.equal(formatDuration(ms), text);
});

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 * 86_400_000 }), (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }),
    { seed: 20260105, numRuns: 500 },
  );
});
