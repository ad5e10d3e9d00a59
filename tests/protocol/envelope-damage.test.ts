/** A frame that does not open says which part was wrong, and each cipher says the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Envelope, EnvelopeError } from '../../lib/protocol/envelope.ts';
import { CIPHERS, envelopeOf, secretText } from './ciphers.ts';
import { DAMAGED, encryptBytes, frame, IV, KEY, PADDING, WHOLE } from './damaged-frames.ts';

/** @returns the text, or the error's message. */
async function outcome(envelope: Envelope, sealed: string): Promise<string> {
  try {
    return `text: ${await envelope.open(sealed)}`;
  } catch (error) {
    assert.ok(error instanceof EnvelopeError);
    assert.ok(error.message.startsWith(`envelope: ${error.part}: `));
    return error.message;
  }
}

for (const cipher of CIPHERS) {
  describe(`a damaged frame with ${cipher.name}`, () => {
    const envelope = envelopeOf(cipher);

    test('the frame that is damaged below opens', async () => {
      assert.equal(await envelope.open(frame({})), 'hi');
    });

    for (const [what, sealed, message] of DAMAGED) {
      test(what, async () => {
        assert.equal(await outcome(envelope, sealed), message);
      });
    }

    test('no message repeats the key, the IV or the text', async () => {
      for (const [, sealed] of DAMAGED) {
        const message = await outcome(envelope, sealed);
        for (const part of [KEY.slice(2, 8), IV.slice(2, 8), WHOLE.slice(0, 8), 'Forbidden']) {
          assert.ok(!message.includes(part), message);
        }
      }
    });
  });
}

async function sameOutcome(sealed: string): Promise<string> {
  const outcomes = await Promise.all(CIPHERS.map((cipher) => outcome(envelopeOf(cipher), sealed)));
  assert.equal(new Set(outcomes).size, 1, outcomes.join('\n'));
  return outcomes[0] ?? '';
}

test('whatever bytes were encrypted, all ciphers agree on what comes of them', async () => {
  const blocks = fc.integer({ min: 1, max: 4 }).chain((count) =>
    fc.record({
      bytes: fc.uint8Array({ minLength: count * 16, maxLength: count * 16 }),
      // Most random ends are no padding at all; this makes one, or one with a single byte wrong.
      padding: fc.option(fc.integer({ min: 1, max: 16 })),
      wrong: fc.option(fc.integer({ min: 0, max: 15 })),
    }),
  );
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(blocks, secretText(32), secretText(16), async (made, key, iv) => {
      const bytes = Uint8Array.from(made.bytes, (byte, at) => (at % 3 === 0 ? byte : byte & 0x7f));
      if (made.padding !== null) bytes.fill(made.padding, bytes.length - made.padding);
      if (made.wrong !== null) {
        const at = bytes.length - 1 - made.wrong;
        bytes[at] = (bytes[at] ?? 0) ^ 1;
      }
      const body = PADDING + encryptBytes(bytes, key, iv);
      const morphed = await envelopeOf({
        name: 'none',
        encrypt: () => Promise.resolve(body.slice(PADDING.length)),
        decrypt: () => Promise.reject(new Error('not opened here')),
      }).sealWith({ key, iv, padding: PADDING }, '');
      seen.add((await sameOutcome(morphed)).split(':').slice(0, 2).join(':'));
    }),
    { seed: 20260105, numRuns: 600 },
  );
  // Each way to end was among them, else the runs prove less than they say.
  assert.ok(seen.has('envelope: ciphertext') && seen.has('envelope: text'));
  assert.ok([...seen].some((start) => start.startsWith('text:')));
});

test('with a key, an IV or a ciphertext changed, all ciphers agree on what comes of it', async () => {
  const envelope = envelopeOf(CIPHERS[0] ?? assert.fail());
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.nat(),
      fc.constantFrom(...'bc01+/=ZRa'),
      async (text, at, letter) => {
        const sealed = await envelope.sealWith({ key: KEY, iv: IV, padding: PADDING }, text);
        const place = at % sealed.length;
        await sameOutcome(sealed.slice(0, place) + letter + sealed.slice(place + 1));
      },
    ),
    { seed: 20260105, numRuns: 600 },
  );
});
