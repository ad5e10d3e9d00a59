/** Proves the envelope in the real k6: opens and re-seals every vector of NUC_VECTORS. */
import exec from 'k6/execution';
import { CIPHER_NAME, createEnvelope } from '#envelope';
import { SettingsError } from '../lib/base/errors.ts';
import { orStop, readFile } from '../lib/k6/run/init.ts';
import { loadSettings } from '../lib/k6/run/load-settings.ts';
import { checkVector, parseVectors } from '../lib/protocol/vectors.ts';

const settings = orStop(loadSettings);
const vectors = orStop(() => {
  if (settings.vectors === null) {
    throw new SettingsError('NUC_VECTORS: expected the path of a file with vectors, got none');
  }
  return parseVectors(readFile('NUC_VECTORS', settings.vectors), settings.vectors);
});
const envelope = createEnvelope({ separator: settings.separator, morph: settings.morph });

export const options = { vus: 1, iterations: 1 };

export default async function checkAll(): Promise<void> {
  let failed = 0;
  for (const vector of vectors) {
    const wrong = await checkVector(envelope, vector);
    if (wrong === null) continue;
    failed += 1;
    console.log(`✗ ${vector.name}: ${wrong}`);
  }
  console.log(`${vectors.length - failed} passed, ${failed} failed (${CIPHER_NAME})`);
  if (failed > 0) exec.test.fail(`${failed} of ${vectors.length} vectors failed`);
}

/** The vectors are the result; k6's figures of a single iteration say nothing. */
export function handleSummary(): Record<string, string> {
  return {};
}
