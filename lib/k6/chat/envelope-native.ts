/** The envelope of k6/x/nuc, for what proves it: a session's frames are opened in Go. */
import { Envelope as NativeEnvelope } from 'k6/x/nuc';
import {
  type Envelope,
  EnvelopeError,
  type EnvelopeFormat,
  type EnvelopePart,
} from '../../protocol/envelope.ts';

export const CIPHER_NAME = 'native';

export function createEnvelope(format: EnvelopeFormat): Pick<Envelope, 'open' | 'sealWith'> {
  const envelope = new NativeEnvelope(format.separator, format.morph);
  return {
    open: (sealed) => told(() => envelope.open(sealed)),
    sealWith: (secrets, text) => told(() => envelope.sealWith(secrets, text)),
  };
}

/** @throws EnvelopeError in place of Go's error, which has the same part and detail. */
async function told(work: () => string): Promise<string> {
  try {
    return work();
  } catch (error) {
    const { part, detail } = error as { part?: EnvelopePart; detail?: string };
    if (part === undefined) throw error;
    throw new EnvelopeError(part, detail ?? '');
  }
}
