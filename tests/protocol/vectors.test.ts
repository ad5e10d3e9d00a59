import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/base/errors.ts';
import { checkVector, parseVectors } from '../../lib/protocol/vectors.ts';
import { CIPHERS, envelopeOf, VECTORS } from './ciphers.ts';

const envelope = envelopeOf(CIPHERS[0] ?? assert.fail());
const [VECTOR] = VECTORS;
assert.ok(VECTOR);

test('a file of vectors reads as it is', () => {
  assert.deepEqual(parseVectors(JSON.stringify(VECTORS), 'v.json'), VECTORS);
});

test('a file of another form: the file and the place are named, in one line', () => {
  const wrong: [text: string, message: string][] = [
    ['{', 'NUC_VECTORS: v.json: expected JSON, got other text'],
    ['{}', 'NUC_VECTORS: v.json: expected a list with one vector at least'],
    ['[]', 'NUC_VECTORS: v.json: expected a list with one vector at least'],
    ['[null]', 'NUC_VECTORS: v.json: vector 1: name: expected a text'],
    [
      JSON.stringify([VECTOR, { ...VECTOR, iv: 7 }]),
      'NUC_VECTORS: v.json: vector 2: iv: expected a text',
    ],
  ];
  for (const [text, message] of wrong) {
    assert.throws(() => parseVectors(text, 'v.json'), new SettingsError(message));
  }
});

test('a vector that is right says nothing, one that is wrong says what', async () => {
  assert.equal(await checkVector(envelope, VECTOR), null);
  assert.equal(await checkVector(envelope, { ...VECTOR, plaintext: 'x' }), 'opens to another text');
  assert.equal(
    await checkVector(envelope, { ...VECTOR, padding: 'AAAAAAAAAAAA' }),
    'seals to another text',
  );
  assert.match(
    String(await checkVector(envelope, { ...VECTOR, sealed: VECTOR.sealed.slice(1) })),
    /^envelope: key: expected 32 ASCII characters, got \d+$/,
  );
});
