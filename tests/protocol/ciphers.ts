/** Every cipher of the envelope that Node can run, and the pieces that their tests share. */
import { randomBytes, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isStandardBase64 } from '../../lib/protocol/base64.ts';
import { cryptoJsCipher } from '../../lib/protocol/cipher-crypto-js.ts';
import { webCryptoCipher } from '../../lib/protocol/cipher-webcrypto.ts';
import { type Cipher, Envelope, type EnvelopeFormat } from '../../lib/protocol/envelope.ts';
import type { Vector } from '../../lib/protocol/vectors.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Web Crypto on Node, with base64 as k6's Go code reads it: strict, but line ends are skipped. */
const webCryptoOnNode = webCryptoCipher<webcrypto.CryptoKey>({
  subtle: webcrypto.subtle,
  encodeUtf8: (text) => encoder.encode(text),
  decodeUtf8: (bytes) => decoder.decode(bytes),
  encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
  decodeBase64: (text) => {
    const withoutLineEnds = text.replace(/[\r\n]/g, '');
    if (!isStandardBase64(withoutLineEnds)) throw new Error('illegal base64 data');
    return Uint8Array.from(Buffer.from(withoutLineEnds, 'base64'));
  },
});

export const CIPHERS: readonly Cipher[] = [cryptoJsCipher, webCryptoOnNode, nodeCipher];

export function envelopeOf(cipher: Cipher, format?: EnvelopeFormat): Envelope {
  return new Envelope(cipher, randomBytes, format);
}

export const VECTORS_FILE = new URL('../vectors/envelope-vectors.json', import.meta.url);
export const VECTORS: readonly Vector[] = JSON.parse(readFileSync(VECTORS_FILE, 'utf8'));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MORPHED = 'RWqaE';

function textOf(characters: string, length: number): fc.Arbitrary<string> {
  const unit = fc.constantFrom(...characters);
  return fc.string({ unit, minLength: length, maxLength: length, size: 'max' });
}

/** Keys, IVs and paddings of an exact length; now and then of letters alone that are morphed. */
export function secretText(length: number): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: textOf(ALPHABET, length), weight: 3 },
    { arbitrary: textOf(MORPHED, length), weight: 1 },
  );
}

const LONGEST_TEXT = 10_000;
const CHARACTER = fc.oneof(
  fc.constantFrom(...'aZ 9{}"\\\n\u0000áéíóúüñÑ¿¡çß“”—€日本語\uFEFF\u0301\u200D😀🫀👩⚕🇪🇸👍🏽'),
  // Any character of Unicode but half surrogates, which are no text.
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

/** Texts of 0 to 10,000 characters, the lengths around whole blocks more often than others. */
export const ANY_TEXT: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(0, 1, 15, 16, 17, 31, 32, LONGEST_TEXT),
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 0, max: LONGEST_TEXT }),
  )
  .chain((length) =>
    fc
      .array(CHARACTER, { minLength: length, maxLength: length, size: 'max' })
      .map((characters) => characters.join('')),
  );
