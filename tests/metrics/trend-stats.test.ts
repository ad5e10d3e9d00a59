import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TREND_STATS, trendStatsProblem } from '../../lib/metrics/trend-stats.ts';

test('more statistics than the summary reads are no problem, in any order', () => {
  assert.equal(trendStatsProblem(TREND_STATS), null);
  assert.equal(trendStatsProblem(['p(99.9)', ...[...TREND_STATS].reverse()]), null);
});

test('what is missing is named, with the way out', () => {
  assert.equal(
    trendStatsProblem(['avg', 'min', 'med', 'p(95)', 'max', 'p(90)']),
    'summaryTrendStats: expected count,avg,min,med,p(90),p(95),p(99),max among them, ' +
      'got avg,min,med,p(95),max,p(90); ' +
      'add count,p(99) to --summary-trend-stats, or set NUC_SUMMARY=k6',
  );
});
