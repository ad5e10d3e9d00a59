/** One test body for every cipher: what one seals, each of them opens. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Envelope, NUC_FORMAT } from '../../lib/protocol/envelope.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';
import { ANY_TEXT, CIPHERS, envelopeOf, secretText, VECTORS } from './ciphers.ts';

const RUNS = { seed: 20260105, numRuns: 40 };
const secrets = fc.record({ key: secretText(32), iv: secretText(16), padding: secretText(12) });

for (const cipher of CIPHERS) {
  describe(`envelope with ${cipher.name}`, () => {
    const envelope = envelopeOf(cipher);

    for (const { name, plaintext, sealed, ...known } of VECTORS) {
      test(`vector: ${name}`, async () => {
        assert.equal(await envelope.open(sealed), plaintext);
        assert.equal(await envelope.sealWith(known, plaintext), sealed);
      });
    }

    for (const opener of CIPHERS) {
      test(`any text under any key opens with ${opener.name}`, async () => {
        await fc.assert(
          fc.asyncProperty(ANY_TEXT, secrets, async (text, known) => {
            const sealed = await envelope.sealWith(known, text);
            assert.equal(await envelopeOf(opener).open(sealed), text);
          }),
          RUNS,
        );
      });
    }

    test('seals byte for byte as node:crypto does', async () => {
      await fc.assert(
        fc.asyncProperty(ANY_TEXT, secrets, async (text, known) => {
          const expected = await envelopeOf(nodeCipher).sealWith(known, text);
          assert.equal(await envelope.sealWith(known, text), expected);
        }),
        RUNS,
      );
    });

    test('a seal of its own has the shape of a frame, and is another each time', async () => {
      const seen = new Set<string>();
      for (let time = 0; time < 50; time++) {
        const sealed = await envelope.seal('same text');
        const parts = sealed.split(NUC_FORMAT.separator);
        assert.equal(parts.length, 3);
        const words = new RegExp(Object.values(NUC_FORMAT.morph).join('|'), 'g');
        const [key = '', iv = '', body = ''] = parts;
        // Outside of the words, no letter is left that is morphed.
        assert.match(key.replace(words, '_'), /^(?!\w*[RWqaE])\w{32}$/);
        assert.match(iv.replace(words, '_'), /^(?!\w*[RWqaE])\w{16}$/);
        assert.match(body, /^[A-Za-z0-9]{12}[A-Za-z0-9+/]{22}==$/);
        for (const part of [key, iv, body.slice(0, 12), body.slice(12)]) seen.add(part);
        assert.equal(await envelope.open(sealed), 'same text');
      }
      assert.equal(seen.size, 4 * 50);
    });

    const formats = {
      'words that a regular expression would read otherwise': {
        separator: '$&|(.*)',
        morph: { A: '[x]+?', b: '$1$&', '7': '\\d', z: '^.|$' },
      },
      'letters that stand for one another': {
        separator: '::',
        morph: { A: 'B', B: 'A', c: 'd', d: 'c' },
      },
      'a separator and words that are not ASCII': {
        separator: '— 🫀 —',
        morph: { e: 'ñandú', Q: '👍🏽' },
      },
      'one word alone': { separator: ' ', morph: { A: '.' } },
    };
    for (const [what, format] of Object.entries(formats)) {
      test(`another deployment's constants: ${what}`, async () => {
        const other = envelopeOf(cipher, format);
        await fc.assert(
          fc.asyncProperty(secrets, async (known) => {
            const sealed = await other.sealWith(known, '¡Hola! 🩺');
            assert.equal(await other.open(sealed), '¡Hola! 🩺');
            assert.equal(sealed.split(format.separator).length, 3);
            for (const letter of Object.keys(format.morph)) {
              if (known.key.includes(letter)) assert.ok(!sealed.includes(known.key));
            }
          }),
          RUNS,
        );
      });
    }
  });
}

test('a key shows in its frame only where none of its letters is morphed', async () => {
  await fc.assert(
    fc.asyncProperty(secrets, async ({ key, iv, padding }) => {
      const sealed = await envelopeOf(nodeCipher).sealWith({ key, iv, padding }, 'text');
      assert.equal(sealed.includes(key), !/[RWqaE]/.test(key));
      assert.equal(sealed.split(NUC_FORMAT.separator)[1] === iv, !/[RWqaE]/.test(iv));
    }),
    { ...RUNS, numRuns: 200 },
  );
});

test('random letters are drawn evenly: bytes above the last whole alphabet are thrown away', async () => {
  // 248 = 4 × 62 and above would make A to H more frequent than the rest.
  const given: number[] = [];
  const bytes = [255, 248, 247, 0, 61, 62];
  const envelope = new Envelope(nodeCipher, (count) =>
    Uint8Array.from({ length: count }, () => {
      const byte = bytes[given.length % bytes.length] ?? 0;
      given.push(byte);
      return byte;
    }),
  );
  const [key = '', iv = ''] = (await envelope.seal('')).split(NUC_FORMAT.separator);
  assert.equal(key, '9A9A'.repeat(8));
  assert.equal(iv, '9A9A'.repeat(4));
  assert.ok(given.includes(255) && given.includes(248));
});
