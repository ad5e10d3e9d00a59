/** Writes files of a results folder so that nobody ever finds half of one. */
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes beside the file and renames: what was there before stays whole until the new one is.
 * @throws Node's error, such as ENOSPC; nothing is left of the attempt.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, text, { flush: true });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}
