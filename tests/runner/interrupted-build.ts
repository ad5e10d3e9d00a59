/** A build by Go that is interrupted, whichever k6 is built. */
import assert from 'node:assert/strict';
import { filesIn, readText, until } from './scratch.ts';

/** The body of a Go that builds until it is told to end, and notes in `$NOTES` that it was told. */
export const GO_THAT_WAITS = `
  if [ "$1" = env ]; then echo go1.26.1; exit; fi
  trap 'echo "got SIGINT" >> "$NOTES"; exit 1' INT
  echo started > "$NOTES"
  while :; do /bin/sleep 0.05; done`;

/**
 * It is ended with SIGINT, and leaves nothing in the cache.
 * @param ensure begins the build.
 */
export async function assertInterruptible(
  ensure: (signal: AbortSignal) => Promise<unknown>,
  notes: string,
  cache: string,
): Promise<void> {
  const interrupt = new AbortController();
  const rejected = assert.rejects(ensure(interrupt.signal), {
    message: 'interrupted',
    exitCode: 130,
  });
  await until(async () => (await readText(notes)) === 'started\n');
  interrupt.abort();
  await rejected;
  await until(async () => (await readText(notes)) === 'started\ngot SIGINT\n');
  assert.deepEqual(await filesIn(cache), []);
}
