/** The envelope with the cipher that this bundle was built with. */
import { cipher } from '#cipher';
import { Envelope, type EnvelopeFormat } from '../../protocol/envelope.ts';

export const CIPHER_NAME = cipher.name;

export function createEnvelope(format: EnvelopeFormat): Envelope {
  return new Envelope(cipher, (count) => crypto.getRandomValues(new Uint8Array(count)), format);
}
