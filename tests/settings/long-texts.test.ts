/** A value of a megabyte is read or refused at once, whatever its form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingSpecs } from '../../lib/settings/specs.ts';

const SIZE = 1_000_000;
const LONG = ['1', '0', '.', '1s', 'http://a//', '/', 'a=b,', ',', '-', ' ', 'é', '1,', ':', '1-'];
const BEGINNINGS = ['', 'http://a', 'http://a/', 'ws://a/', '0.', '1s', 'R='];

for (const { name, form } of Object.values(settingSpecs())) {
  test(`${name}: a text of 1 MB takes no time`, () => {
    for (const beginning of BEGINNINGS) {
      for (const unit of LONG) {
        const text = beginning + unit.repeat(SIZE / unit.length);
        const before = performance.now();
        form(text);
        const took = performance.now() - before;
        assert.ok(took < 1000, `${beginning}${unit}…: ${Math.round(took)} ms`);
      }
    }
  });
}
