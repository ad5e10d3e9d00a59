/** The envelope's cipher on node:crypto: the simulator's own, independent of what a client uses. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { isStandardBase64 } from '../lib/protocol/base64.ts';
import { type Cipher, EnvelopeError } from '../lib/protocol/envelope.ts';

const ALGORITHM = 'aes-256-cbc';
const BLOCK_BYTES = 16;
// ignoreBOM means: leave a leading U+FEFF in the text, as the sender wrote it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const nodeCipher: Cipher = {
  name: 'node:crypto',

  async encrypt(key, iv, text) {
    const cipher = createCipheriv(ALGORITHM, key, iv);
    return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
  },

  async decrypt(key, iv, base64) {
    // Buffer.from(text, 'base64') skips whatever is not base64.
    if (!isStandardBase64(base64)) {
      throw new EnvelopeError('base64', 'the ciphertext is not standard base64');
    }
    const ciphertext = Buffer.from(base64, 'base64');
    if (ciphertext.length === 0 || ciphertext.length % BLOCK_BYTES !== 0) {
      throw new EnvelopeError(
        'ciphertext',
        `expected whole blocks of ${BLOCK_BYTES} bytes, got ${ciphertext.length} bytes`,
      );
    }
    let opened: Buffer;
    try {
      const decipher = createDecipheriv(ALGORITHM, key, iv);
      opened = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    } catch {
      throw new EnvelopeError('ciphertext', 'does not decrypt with the frame’s own key and IV');
    }
    try {
      return utf8.decode(opened);
    } catch {
      throw new EnvelopeError('text', 'what was decrypted is not UTF-8');
    }
  },
};
