import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isStandardBase64 } from '../../lib/protocol/base64.ts';

test('what an encoder writes is standard base64, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) =>
      isStandardBase64(Buffer.from(bytes).toString('base64')),
    ),
  );
  for (const text of ['', 'AAAA', 'AA==', 'AAA=', 'a+/9']) assert.ok(isStandardBase64(text), text);
  for (const text of [
    'A',
    'AA',
    'AAA',
    'A===',
    '====',
    '==',
    'AA=A',
    'A=AA',
    'AA==AAAA',
    'AA=\n',
    'AAA-',
    'AAA_',
    'AAA ',
    'AAAA\n',
    'AAAé',
  ]) {
    assert.equal(isStandardBase64(text), false, text);
  }
});

test('64 MB take no time, and overflow nothing', () => {
  const text = 'A'.repeat(64 * 1024 * 1024);
  const before = performance.now();
  assert.ok(isStandardBase64(text));
  assert.ok(!isStandardBase64(`${text}-AAA`));
  const took = performance.now() - before;
  assert.ok(took < 5000, `${Math.round(took)} ms`);
});
