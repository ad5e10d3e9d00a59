/** Ctrl-C and its like: once means "end, and keep the results", twice means "now". */

// One Ctrl-C can arrive several times: the terminal sends it to every process of the command, and
// npm passes the one that it got on. A person does not press twice that fast.
const SAME_PRESS_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 500;

export interface Interrupts {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
}

/**
 * Listens from now on, and counts the end of npm as a signal: npm passes a SIGTERM to the shell
 * that it runs a script in, and that shell ends without passing it on. No load test goes on alone.
 * `close` gives the signals their usual meaning again.
 */
export function watchInterrupts(
  env: NodeJS.ProcessEnv,
  now: () => number = Date.now,
): Interrupts & { close(): void } {
  const first = new AbortController();
  const second = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (!first.signal.aborted) {
      firstAt = now();
      first.abort();
    } else if (now() - firstAt > SAME_PRESS_MS) {
      second.abort();
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);

  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    if (process.ppid !== parent && !first.signal.aborted) onSignal();
  }, PARENT_CHECK_MS);
  parentCheck.unref();
  if (env.npm_lifecycle_event === undefined) clearInterval(parentCheck);

  return {
    first: first.signal,
    second: second.signal,
    close: () => {
      clearInterval(parentCheck);
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
