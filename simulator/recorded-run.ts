/**
 * The answers of a recorded run of the real service, two sessions: how many frames each had, and
 * the milliseconds from the question to its `complete_response`. recorded-run.csv is that record
 * as it was handed to the project; drawing whole rows keeps long answers as dense as they were.
 */
import { readFileSync } from 'node:fs';

export interface RecordedAnswer {
  /** The last frame, with `complete_response`, included. */
  readonly frames: number;
  readonly responseMs: number;
}

const FILE = new URL('recorded-run.csv', import.meta.url);

/** @throws where a row has no frames or no time: the file is part of the project. */
export function readRecordedRun(): RecordedAnswer[] {
  const [header = '', ...rows] = readFileSync(FILE, 'utf8').trim().split('\n');
  const columns = header.split(',');
  return rows.map((row, index) => {
    const cells = row.split(',');
    const frames = Number(cells[columns.indexOf('frames')]);
    const responseMs = Number(cells[columns.indexOf('response_ms')]);
    if (!(frames >= 2) || !(responseMs > 0)) {
      throw new Error(`recorded-run.csv: line ${index + 2}: no frames or response_ms in ${row}`);
    }
    return { frames, responseMs };
  });
}
