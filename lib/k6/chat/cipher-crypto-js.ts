/** The reference cipher, in the bundle only after `node build.mjs --engine crypto-js`. */
export { cryptoJsCipher as cipher } from '../../protocol/cipher-crypto-js.ts';
