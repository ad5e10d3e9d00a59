/** JSON as text: against JSON.parse, on whatever JSON there is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { exactString, isDeeperThan, parseJson, rawValue } from '../../lib/protocol/json-text.ts';

const RUNS = { numRuns: 2000 };

const LONE_HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** JSON.parse as k6 has it: half a surrogate pair becomes U+FFFD. */
function parsedByK6(text: string): Record<string, unknown> {
  return JSON.parse(text, (_, value) =>
    typeof value === 'string' ? value.replace(LONE_HALF, '\uFFFD') : value,
  );
}

/** Any object, any white space, keys twice and with escapes; values as JSON has them. */
const anyObjectText = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constant('key'), fc.string({ unit: 'binary' })),
      fc.oneof(fc.json({ stringUnit: 'binary' }), fc.constantFrom('1e999', '-1E400', '0.10')),
      fc.constantFrom('', ' ', '\n\t', '\r '),
      fc.boolean(),
    ),
  )
  .map((members) => {
    const all = members.map(([key, value, space, escaped]) => {
      const name = escaped ? `"${escapes(key)}"` : JSON.stringify(key);
      return `${space}${name}${space}:${space}${value}${space}`;
    });
    return `${members[0]?.[2] ?? ''}{${all.join(',')}}`;
  });

function escapes(text: string): string {
  const units = [...Array(text.length).keys()].map((at) => text.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

describe('the text of a value', () => {
  test('is what JSON.parse reads, for every key of any object', () => {
    fc.assert(
      fc.property(anyObjectText, (text) => {
        const object = JSON.parse(text);
        for (const [key, value] of Object.entries(object)) {
          const raw = rawValue(text, key);
          assert.ok(raw !== null && text.includes(raw));
          assert.deepEqual(JSON.parse(raw), value);
        }
        assert.equal(rawValue(text, 'a key that is not there'), null);
      }),
      RUNS,
    );
  });

  test('is the text that came', () => {
    const texts = [
      '0.15317734307609499',
      '9007199254740993',
      '1e999',
      '{"b":1, "a":[ "\\ud83d", {"session_attributes":2} ],"b":1}',
      '"}{][,\\\\"',
      '"\\\\\\""',
      'null',
    ];
    for (const text of texts) {
      const frame = `{"a":"{\\"key\\":1}","key":0 ,\n"key" : ${text} }`;
      assert.equal(rawValue(frame, 'key'), text);
    }
    assert.equal(rawValue('{}', 'key'), null);
    assert.equal(rawValue(' { "k\\u0065y":1}', 'key'), '1');
  });
});

describe('half a surrogate pair', () => {
  test('any string keeps its code units', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const value = String.fromCharCode(...units);
        const text = JSON.stringify({ other: value, key: value });
        assert.equal(exactString(text, 'key', parsedByK6(text).key as string), value);
      }),
      RUNS,
    );
  });

  test('two halves of two chunks are one character', () => {
    const halves = ['{"response_chunk":"x\\ud83d"}', '{"response_chunk":"\\uDE00y"}'].map((text) =>
      exactString(text, 'response_chunk', parsedByK6(text).response_chunk as string),
    );
    assert.equal(halves.join(''), 'x😀y');
  });
});

describe('parsing', () => {
  test('takes numbers out of range, and nothing else that JSON.parse refuses', () => {
    assert.deepEqual(parseJson('{"a":1e5,"b":"1e999"}'), { a: 1e5, b: '1e999' });
    // Node reads 1e999 as Infinity, k6 refuses it.
    assert.ok((parseJson('[1e999]') as number[])[0] !== undefined);
    for (const text of [
      '',
      '{',
      '[1e999.5]',
      '[1e999e5]',
      '[01e999]',
      '["1e999]',
      '{"a":1e999,}',
    ]) {
      assert.throws(() => parseJson(text), text);
    }
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ 10e.-9tu') }), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) parseJson(text);
        else assert.throws(() => parseJson(text));
      }),
      RUNS,
    );
  });
});

describe('depth', () => {
  test('is that of the deepest bracket, and brackets within strings do not count', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    assert.equal(isDeeperThan(1000, nested(1000)), false);
    assert.equal(isDeeperThan(1000, nested(1001)), true);
    assert.equal(isDeeperThan(1000, `{"a":${nested(1000)}}`), true);
    assert.equal(isDeeperThan(1000, JSON.stringify({ a: nested(2000) })), false);
    assert.equal(isDeeperThan(1000, `[${'[],'.repeat(5000)}0]`), false);
    assert.equal(isDeeperThan(1000, '{"a":'.repeat(1_000_000)), true);
  });
});
