/** The engine that runs under load: k6's Web Crypto, with base64 and text from k6's own Go code. */
import encoding from 'k6/encoding';
import { webCryptoCipher } from '../../protocol/cipher-webcrypto.ts';

const encoder = new TextEncoder();
// ignoreBOM means: leave a leading U+FEFF in the text, as the sender wrote it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const cipher = webCryptoCipher<CryptoKey>({
  subtle: crypto.subtle,
  encodeUtf8: (text) => encoder.encode(text),
  decodeUtf8: (bytes) => decoder.decode(bytes),
  encodeBase64: (bytes) => encoding.b64encode(bytes),
  // As bytes: with a buffer, k6 would make every other typed array's constructor, to ask whether it is one.
  decodeBase64: (text) => new Uint8Array(encoding.b64decode(text)),
});
