/**
 * Vectors of the envelope: sealed frames with what is in them. The form of the file: a list of
 * objects with `name`, `key`, `iv`, `padding`, `plaintext` and `sealed`, all texts.
 */

import { messageOf, SettingsError } from '../base/errors.ts';
import { parseJsonFile } from '../base/json-file.ts';
import { type Envelope, EnvelopeError } from './envelope.ts';

export interface Vector {
  readonly name: string;
  readonly key: string;
  readonly iv: string;
  readonly padding: string;
  readonly plaintext: string;
  readonly sealed: string;
}

const FIELDS = ['name', 'key', 'iv', 'padding', 'plaintext', 'sealed'] as const;

/**
 * Reads a file of vectors.
 * @param source the file's name, for the error.
 * @throws SettingsError which names the file and the place.
 */
export function parseVectors(text: string, source: string): Vector[] {
  const list = parseJsonFile(text, `NUC_VECTORS: ${source}`);
  if (!Array.isArray(list) || list.length === 0) {
    throw new SettingsError(`NUC_VECTORS: ${source}: expected a list with one vector at least`);
  }
  list.forEach((vector: Partial<Record<string, unknown>> | null, index) => {
    const missing = FIELDS.find((field) => typeof vector?.[field] !== 'string');
    if (missing !== undefined) {
      throw new SettingsError(
        `NUC_VECTORS: ${source}: vector ${index + 1}: ${missing}: expected a text`,
      );
    }
  });
  return list as Vector[];
}

/**
 * Opens the vector's sealed text, and seals its plain text again with the same secrets.
 * @returns what went wrong, or null.
 */
export async function checkVector(
  envelope: Pick<Envelope, 'open' | 'sealWith'>,
  vector: Vector,
): Promise<string | null> {
  try {
    if ((await envelope.open(vector.sealed)) !== vector.plaintext) return 'opens to another text';
    if ((await envelope.sealWith(vector, vector.plaintext)) !== vector.sealed) {
      return 'seals to another text';
    }
    return null;
  } catch (error) {
    return error instanceof EnvelopeError ? error.message : `script: ${messageOf(error)}`;
  }
}
