/** The envelope in the real k6, with every engine: the same vectors and damages as in Node. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Envelope } from '../../lib/protocol/envelope.ts';
import type { Vector } from '../../lib/protocol/vectors.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';
import { ANY_TEXT, secretText, VECTORS, VECTORS_FILE } from '../protocol/ciphers.ts';
import { DAMAGED } from '../protocol/damaged-frames.ts';
import { build } from './bundles.ts';
import { DIST, IS_NATIVE, runK6 } from './run-k6.ts';

const node = new Envelope(nodeCipher, randomBytes);
const SECRETS = fc.record({ key: secretText(32), iv: secretText(16), padding: secretText(12) });

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vectors-'));
});
after(() => rm(folder, { recursive: true }));

async function check(bundles: string, vectors: readonly Vector[], settings = {}) {
  const path = join(folder, `${vectors.length}-${Math.random()}.json`);
  await writeFile(path, JSON.stringify(vectors));
  return runK6('envelope', { bundles, settings: { NUC_VECTORS: path, ...settings } });
}

/** Vectors of random texts of 0 to 10,000 characters under random keys, sealed by node:crypto. */
async function randomVectors(count: number): Promise<Vector[]> {
  const made = fc.sample(fc.tuple(ANY_TEXT, SECRETS), { seed: 20260105, numRuns: count });
  return Promise.all(
    made.map(async ([plaintext, secrets], index) => {
      const sealed = await node.sealWith(secrets, plaintext);
      return { name: `random ${index + 1}`, ...secrets, plaintext, sealed };
    }),
  );
}

function suite(name: string, bundles: () => string): void {
  describe(`envelope.js with ${name}`, () => {
    test('every vector opens, and seals to the same again', async () => {
      const settings = { NUC_VECTORS: fileURLToPath(VECTORS_FILE) };
      const { code, lines } = await runK6('envelope', { bundles: bundles(), settings });
      assert.equal(code, 0);
      assert.deepEqual(lines, [`${VECTORS.length} passed, 0 failed (${name})`]);
    });

    test('random texts under random keys', async () => {
      const vectors = await randomVectors(60);
      assert.ok(vectors.some(({ plaintext }) => plaintext === ''));
      assert.ok(vectors.some(({ plaintext }) => plaintext.length >= 10_000));
      const { code, lines } = await check(bundles(), vectors);
      assert.deepEqual(lines, [`60 passed, 0 failed (${name})`]);
      assert.equal(code, 0);
    });

    test('texts that a reader of text likes to change', async () => {
      const texts = [
        '\uFEFFa',
        'a\uFEFF',
        '\uFEFF',
        '\u0000',
        '\r\n',
        'e\u0301 é',
        '\u2028',
        '👩‍⚕️🇪🇸',
        '\uFFFD',
      ];
      const vectors = await Promise.all(
        texts.map(async (plaintext) => {
          const secrets = { key: 'k'.repeat(32), iv: 'v'.repeat(16), padding: 'p'.repeat(12) };
          const sealed = await node.sealWith(secrets, plaintext);
          return { name: JSON.stringify(plaintext), ...secrets, plaintext, sealed };
        }),
      );
      const { code, lines } = await check(bundles(), vectors);
      assert.deepEqual(lines, [`${texts.length} passed, 0 failed (${name})`]);
      assert.equal(code, 0);
    });

    test('another deployment’s constants', async () => {
      const format = { separator: '$&(.*)', morph: { k: '[x]+?', v: '$1 ñ' } };
      const secrets = { key: 'k1'.repeat(16), iv: 'v2'.repeat(8), padding: 'p'.repeat(12) };
      const sealed = await new Envelope(nodeCipher, randomBytes, format).sealWith(
        secrets,
        '¡Hola!',
      );
      const vectors = [{ name: 'other', ...secrets, plaintext: '¡Hola!', sealed }];
      const settings = {
        NUC_ENVELOPE_SEPARATOR: format.separator,
        NUC_ENVELOPE_MORPH: 'k=[x]+?,v=$1 ñ',
      };
      const { code, lines } = await check(bundles(), vectors, settings);
      assert.deepEqual(lines, [`1 passed, 0 failed (${name})`]);
      assert.equal(code, 0);
    });

    test('vectors that are wrong: their names, the count, and exit code 110', async () => {
      const [first, second, third] = VECTORS;
      assert.ok(first && second && third);
      const { code, lines } = await check(bundles(), [
        { ...first, name: 'right' },
        { ...second, name: 'wrong text', plaintext: 'other' },
        { ...third, name: 'wrong padding', padding: 'AAAAAAAAAAAA' },
      ]);
      assert.equal(code, 110);
      assert.deepEqual(lines.slice(0, 3), [
        '✗ wrong text: opens to another text',
        '✗ wrong padding: seals to another text',
        `1 passed, 2 failed (${name})`,
      ]);
    });

    test('each kind of damage names the same part as in Node', async () => {
      const vectors = DAMAGED.map(([what, sealed]) => ({
        name: what,
        key: '',
        iv: '',
        padding: '',
        plaintext: '',
        sealed,
      }));
      const { code, lines } = await check(bundles(), vectors);
      assert.equal(code, 110);
      assert.deepEqual(lines.slice(0, DAMAGED.length + 1), [
        ...DAMAGED.map(([what, , message]) => `✗ ${what}: ${message}`),
        `0 passed, ${DAMAGED.length} failed (${name})`,
      ]);
    });
  });
}

suite(IS_NATIVE ? 'native' : 'webcrypto', () => DIST);

if (!IS_NATIVE) {
  describe('built with --engine crypto-js', () => {
    before(() => build('crypto-js', join(folder, 'bundles')));
    suite('crypto-js', () => join(folder, 'bundles'));
  });
}
