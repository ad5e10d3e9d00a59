/** The envelope against `openssl enc`: an implementation that nobody of this project wrote. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { NUC_FORMAT } from '../../lib/protocol/envelope.ts';
import { ANY_TEXT, CIPHERS, envelopeOf, secretText, VECTORS } from './ciphers.ts';

const { error: missing } = spawnSync('openssl', ['version']);
const options = missing ? { skip: 'there is no openssl on the PATH' } : {};
const RUNS = { seed: 20260105, numRuns: 12 };

/** AES-256-CBC with PKCS#7, as openssl does it unless told otherwise. Bytes in, bytes out. */
function openssl(direction: '-e' | '-d', key: string, iv: string, input: Buffer): Buffer {
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  const flags = ['enc', '-aes-256-cbc', direction, '-K', hex(key), '-iv', hex(iv)];
  const { status, stdout, stderr } = spawnSync('openssl', flags, { input });
  assert.equal(status, 0, stderr.toString());
  return stdout;
}

/** The key and the IV of a sealed frame, with the morph words of the protocol's page turned back. */
function secretsIn(sealed: string): { key: string; iv: string; ciphertext: Buffer } {
  const back = (text: string) =>
    text
      .replaceAll('Ef4YsO2cbQZ2', 'R')
      .replaceAll('U4Bai5Qn1ZCp', 'W')
      .replaceAll('zR2H8Cd5maEc', 'q')
      .replaceAll('yUz4P1a7Dz6v', 'a')
      .replaceAll('Xm5VaT2B7c9a', 'E');
  const [key = '', iv = '', body = ''] = sealed.split('rE7pRxTGlqT6');
  return { key: back(key), iv: back(iv), ciphertext: Buffer.from(body.slice(12), 'base64') };
}

for (const cipher of CIPHERS) {
  const envelope = envelopeOf(cipher);

  test(`openssl opens what ${cipher.name} sealed`, options, async () => {
    await fc.assert(
      fc.asyncProperty(ANY_TEXT, async (text) => {
        const { key, iv, ciphertext } = secretsIn(await envelope.seal(text));
        assert.equal(openssl('-d', key, iv, ciphertext).toString(), text);
      }),
      RUNS,
    );
  });

  test(`${cipher.name} opens what openssl encrypted`, options, async () => {
    await fc.assert(
      fc.asyncProperty(ANY_TEXT, secretText(32), secretText(16), async (text, key, iv) => {
        const base64 = openssl('-e', key, iv, Buffer.from(text)).toString('base64');
        assert.equal(await cipher.decrypt(key, iv, base64), text);
        assert.equal(await cipher.encrypt(key, iv, text), base64);
      }),
      RUNS,
    );
  });
}

test('openssl opens every vector', options, () => {
  assert.equal(NUC_FORMAT.separator, 'rE7pRxTGlqT6');
  for (const { key, iv, plaintext, sealed } of VECTORS) {
    const found = secretsIn(sealed);
    assert.equal(found.key, key);
    assert.equal(found.iv, iv);
    assert.equal(openssl('-d', key, iv, found.ciphertext).toString(), plaintext);
  }
});
