/**
 * A wait before a session's first question, so that what came with the upgrade is not taken for its
 * answer. Under load a socket is read a while after it was opened: turns, not a time alone, since they
 * are late as the reading is.
 */
import { pause } from '../session/pause.ts';

const READING_TURNS = 10;
const READING_TURN_MS = 5;

export async function untilReading(): Promise<void> {
  for (let turn = 0; turn < READING_TURNS; turn++) {
    await pause(READING_TURN_MS);
  }
}
