/**
 * No load test goes on alone. Where the runner is killed (SIGKILL, or the system when memory runs out)
 * it cannot end k6, which has a process group of its own. A shell waits in its place: it reads from a
 * pipe that only the runner holds, and the end of that pipe is the end of the runner.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { OWN_GROUP } from './watchdog.ts';

/** As Ctrl-C does; by force where k6 has not ended after half a minute. `$1` is its group. */
const WAIT_AND_END = `read -r over && exit
kill -s INT -- "-$1"
waited=0
while kill -s 0 -- "-$1" && [ "$waited" -lt 30 ]; do
  sleep 1
  waited=$((waited + 1))
done
kill -s KILL -- "-$1"`;

/** @returns is called when k6 has ended: nothing is left to be guarded then. */
export function guardAgainstOrphan(k6: ChildProcess): () => void {
  if (!OWN_GROUP || k6.pid === undefined) return () => {};
  const shell = spawn('/bin/sh', ['-c', WAIT_AND_END, 'guard', String(k6.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A Ctrl-C of the terminal, or a signal to the runner's group, is not for it.
    detached: true,
  });
  // Without a shell there is no guard, and the run goes on all the same.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return () => void shell.stdin.end('over\n');
}
