/**
 * The envelope's cipher on crypto-js: the reference that defines the scheme.
 * Never in the default bundle: every virtual user would pay some 1.5 MB for it, and each frame
 * some ten times the CPU of Web Crypto. `node build.mjs --engine crypto-js` puts it in.
 */
import CryptoJS from 'crypto-js';
import { isStandardBase64 } from './base64.ts';
import { type Cipher, EnvelopeError } from './envelope.ts';

const BLOCK_BYTES = 16;

function options(iv: string) {
  return {
    iv: CryptoJS.enc.Utf8.parse(iv),
    mode: CryptoJS.mode.CBC,
    padding: CryptoJS.pad.Pkcs7,
  };
}

export const cryptoJsCipher: Cipher = {
  name: 'crypto-js',

  async encrypt(key, iv, text) {
    return CryptoJS.AES.encrypt(text, CryptoJS.enc.Utf8.parse(key), options(iv)).toString();
  },

  async decrypt(key, iv, base64) {
    if (!isStandardBase64(base64)) {
      throw new EnvelopeError('base64', 'the ciphertext is not standard base64');
    }
    const ciphertext = CryptoJS.enc.Base64.parse(base64);
    if (ciphertext.sigBytes === 0 || ciphertext.sigBytes % BLOCK_BYTES !== 0) {
      throw new EnvelopeError(
        'ciphertext',
        `expected whole blocks of ${BLOCK_BYTES} bytes, got ${ciphertext.sigBytes} bytes`,
      );
    }
    const opened = CryptoJS.AES.decrypt(
      CryptoJS.lib.CipherParams.create({ ciphertext }),
      CryptoJS.enc.Utf8.parse(key),
      options(iv),
    );
    // crypto-js takes whatever the last byte says for padding, and never throws of its own. What it
    // took off is still there, behind the end.
    const whole = CryptoJS.lib.WordArray.create(opened.words, ciphertext.sigBytes);
    if (!isPadded(whole, ciphertext.sigBytes - opened.sigBytes)) {
      throw new EnvelopeError('ciphertext', 'does not decrypt with the frame’s own key and IV');
    }
    try {
      return opened.toString(CryptoJS.enc.Utf8);
    } catch {
      throw new EnvelopeError('text', 'what was decrypted is not UTF-8');
    }
  },
};

/** @returns whether that many bytes at the end are PKCS#7 padding. */
function isPadded({ words, sigBytes }: CryptoJS.lib.WordArray, count: number): boolean {
  if (count < 1 || count > BLOCK_BYTES) return false;
  for (let at = sigBytes - count; at < sigBytes; at++) {
    const byte = ((words[at >>> 2] ?? 0) >>> (24 - (at % 4) * 8)) & 0xff;
    if (byte !== count) return false;
  }
  return true;
}
