import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM_TAGS, systemTagsProblem } from '../../lib/metrics/system-tags.ts';

test('other tags than the project’s own are no problem where the summary has its own', () => {
  assert.equal(systemTagsProblem(SYSTEM_TAGS), null);
  assert.equal(systemTagsProblem(['vu', 'status', 'scenario']), null);
});

test('what is missing is named, with the way out', () => {
  const way = 'to --system-tags, or set NUC_SUMMARY=k6';
  const expected = 'systemTags: expected scenario,status among them, got';
  assert.equal(systemTagsProblem(['url', 'status']), `${expected} url,status; add scenario ${way}`);
  assert.equal(systemTagsProblem([]), `${expected} none; add scenario,status ${way}`);
});
