/** The samples that a user had k6 write into a file: `k6 run --out json=samples.json.gz`. */
import { createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
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

const CHUNK_BYTES = 1_000_000;

/**
 * Reads a file of samples line by line, and finds out whether it has an end: k6 that was killed leaves
 * a line, or a packed file, that stops in its middle.
 * @param take gets each line that has an end.
 * @param progress gets the share that was read, 0 to 1.
 * @returns whether the file is whole.
 * @throws ReportError where it cannot be read.
 */
export async function readSampleLines(
  file: string,
  take: (line: string) => void,
  progress: (share: number) => void,
): Promise<boolean> {
  try {
    const { size } = await stat(file);
    const bytes = createReadStream(file, { highWaterMark: CHUNK_BYTES });
    const isPacked = file.endsWith('.gz');
    const unpack = () => createGunzip({ ...UP_TO_ITS_END, chunkSize: CHUNK_BYTES });
    const text = isPacked ? bytes.pipe(unpack()) : bytes;
    bytes.on('error', (error) => text.destroy(error));
    const decoder = new StringDecoder('utf8');
    let rest = '';
    let length = 0;
    try {
      for await (const chunk of text as AsyncIterable<Buffer>) {
        length += chunk.length;
        const lines = (rest + decoder.write(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) take(line);
        progress(size === 0 ? 1 : bytes.bytesRead / size);
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      return false;
    }
    return rest === '' && (!isPacked || (await unpackedLength(file, size)) === length % 2 ** 32);
  } catch (error) {
    throw new ReportError(`${file}: not read to its end: ${messageOf(error)}`);
  }
}

/** Of what is packed, not of reading it. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}

/** A packed file's last four bytes: how long its text is, modulo 2³². */
async function unpackedLength(file: string, size: number): Promise<number | null> {
  if (size < 18) return null;
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, size - 4);
    return buffer.readUInt32LE(0);
  } finally {
    await handle.close();
  }
}
