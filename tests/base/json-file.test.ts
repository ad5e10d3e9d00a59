import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/base/errors.ts';
import { parseJsonFile } from '../../lib/base/json-file.ts';

test('good JSON is read as it is', () => {
  for (const text of [
    '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}',
    '{"a:\\"b": "a", "c": "\\"c\\": 1, \\"c\\": 2", "\\n": 1, "\\t": 2}',
    '["a", "a"]',
    '"a"',
    '{}',
  ]) {
    assert.deepEqual(parseJsonFile(text, 'S'), JSON.parse(text));
  }
});

test('a key twice is refused with its line, however it is written', () => {
  for (const text of ['{"a": 1,\n"a": 2}', '{"b": {"a": "}"},\n"\\u0062" : 2}']) {
    assert.throws(
      () => parseJsonFile(text, 'S: f.json'),
      new SettingsError('S: f.json: line 2: a key stands there twice'),
    );
  }
});

test('other text is refused, and not quoted', () => {
  assert.throws(
    () => parseJsonFile('s3cret', 'S', '; look'),
    new SettingsError('S: expected JSON, got other text; look'),
  );
});

test('a megabyte takes no time', () => {
  for (const unit of ['{"a":', '[', '"', '\\', '{}']) {
    const before = performance.now();
    assert.throws(() => parseJsonFile(unit.repeat(1_000_000 / unit.length), 'S'), SettingsError);
    assert.ok(performance.now() - before < 1000, unit);
  }
  const questions = JSON.stringify({
    A: Array.from({ length: 20_000 }, (_, i) => `Question ${i}`),
  });
  const before = performance.now();
  parseJsonFile(questions, 'S');
  assert.ok(performance.now() - before < 1000);
});
