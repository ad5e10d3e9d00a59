/** The samples that a user had k6 write into a file: `k6 run --out json=samples.json.gz`. */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { constants, createGunzip } from 'node:zlib';
import { messageOf } from '../../lib/base/errors.ts';
import { ReportError } from '../report-error.ts';
import { Samples } from './samples.ts';

// A k6 that was killed leaves a file without an end: what is in it was measured all the same.
const UP_TO_ITS_END = { finishFlush: constants.Z_SYNC_FLUSH };

/**
 * Line by line: such a file may be gigabytes.
 * @param file packed where its name ends in .gz.
 * @returns null where there is no such file.
 * @throws ReportError where it cannot be read, or is damaged.
 */
export async function readSamples(file: string): Promise<Samples | null> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const samples = new Samples();
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip(UP_TO_ITS_END)) : bytes;
  bytes.on('error', (error) => text.destroy(error));
  try {
    const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) samples.take(line);
  } catch (error) {
    throw new ReportError(`${file}: not read to its end: ${messageOf(error)}`);
  }
  return samples;
}
