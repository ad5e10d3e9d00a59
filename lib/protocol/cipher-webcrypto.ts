/**
 * The envelope's cipher on Web Crypto: the engine that runs under load.
 * k6 and Node have the same `crypto.subtle` but differ in base64 and text, so the host brings those.
 */
import { type Cipher, EnvelopeError } from './envelope.ts';

/** The calls of SubtleCrypto that the cipher makes; `Key` is the host's CryptoKey. */
export interface Subtle<Key extends { readonly usages: unknown }> {
  importKey(
    format: 'raw',
    bytes: Uint8Array<ArrayBuffer>,
    algorithm: 'AES-CBC',
    extractable: false,
    usages: ['encrypt'] | ['decrypt'] | Key['usages'],
  ): Promise<Key>;
  encrypt(
    algorithm: { name: 'AES-CBC'; iv: Uint8Array<ArrayBuffer> },
    key: Key,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
  decrypt(
    algorithm: { name: 'AES-CBC'; iv: Uint8Array<ArrayBuffer> },
    key: Key,
    data: ArrayBuffer | Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
}

export interface WebCryptoHost<Key extends { readonly usages: unknown }> {
  readonly subtle: Subtle<Key>;
  encodeUtf8(text: string): Uint8Array<ArrayBuffer>;
  /** @throws where the bytes are not UTF-8. */
  decodeUtf8(bytes: ArrayBuffer): string;
  encodeBase64(bytes: ArrayBuffer): string;
  /** @throws where the text is not standard base64. */
  decodeBase64(text: string): ArrayBuffer | Uint8Array<ArrayBuffer>;
}

const BLOCK_BYTES = 16;

export function webCryptoCipher<Key extends { readonly usages: unknown }>(
  host: WebCryptoHost<Key>,
): Cipher {
  const { subtle } = host;
  // k6 makes a list of its own from one of the script's, each time; the one that a key has it takes as it is:
  // a tenth of what opening a frame costs.
  let toDecrypt: ['decrypt'] | Key['usages'] = ['decrypt'];
  return {
    name: 'webcrypto',

    async encrypt(key, iv, text) {
      const imported = await subtle.importKey('raw', host.encodeUtf8(key), 'AES-CBC', false, [
        'encrypt',
      ]);
      // An array of its own for each call: k6 reads it after the call has returned (k6 issue 6319).
      const algorithm = { name: 'AES-CBC' as const, iv: host.encodeUtf8(iv) };
      if (text === '') {
        // k6 2.2 refuses to pad an empty text. Its ciphertext is one block of nothing but padding:
        // the first block of what that block, given as the text, encrypts to.
        const padding = new Uint8Array(BLOCK_BYTES).fill(BLOCK_BYTES);
        const twoBlocks = await subtle.encrypt(algorithm, imported, padding);
        return host.encodeBase64(twoBlocks.slice(0, BLOCK_BYTES));
      }
      return host.encodeBase64(await subtle.encrypt(algorithm, imported, host.encodeUtf8(text)));
    },

    async decrypt(key, iv, base64) {
      const data = decodeBase64(host, base64);
      const bytes = host.encodeUtf8(key);
      const imported = await subtle.importKey('raw', bytes, 'AES-CBC', false, toDecrypt);
      toDecrypt = imported.usages;
      let opened: ArrayBuffer;
      try {
        opened = await subtle.decrypt({ name: 'AES-CBC', iv: host.encodeUtf8(iv) }, imported, data);
      } catch {
        throw new EnvelopeError('ciphertext', 'does not decrypt with the frame’s own key and IV');
      }
      try {
        return host.decodeUtf8(opened);
      } catch {
        throw new EnvelopeError('text', 'what was decrypted is not UTF-8');
      }
    },
  };
}

function decodeBase64(
  host: Pick<WebCryptoHost<never>, 'decodeBase64'>,
  base64: string,
): ArrayBuffer | Uint8Array<ArrayBuffer> {
  let data: ArrayBuffer | Uint8Array<ArrayBuffer>;
  try {
    data = host.decodeBase64(base64);
  } catch {
    throw notBase64();
  }
  // k6's decoder skips line ends, which the protocol's base64 does not have.
  if (base64.length !== 4 * Math.ceil(data.byteLength / 3)) throw notBase64();
  if (data.byteLength === 0 || data.byteLength % BLOCK_BYTES !== 0) {
    throw new EnvelopeError(
      'ciphertext',
      `expected whole blocks of ${BLOCK_BYTES} bytes, got ${data.byteLength} bytes`,
    );
  }
  return data;
}

function notBase64(): EnvelopeError {
  return new EnvelopeError('base64', 'the ciphertext is not standard base64');
}
