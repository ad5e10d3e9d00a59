/**
 * A stand-in for the NUC chatbot: both HTTP calls and the socket, on one port, exactly the protocol
 * of lib/protocol/messages.ts. It counts what clients do against the protocol, and answers on.
 */
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Envelope } from '../lib/protocol/envelope.ts';
import { nodeCipher } from './cipher-node.ts';
import { Handshakes } from './handshake.ts';
import { readOptions, type SimulatorOptions } from './options.ts';
import { readRecordedRun } from './recorded-run.ts';
import { refuse, refuseUnreadable } from './refuse.ts';
import { Sessions } from './sessions.ts';
import { SetUpCalls } from './set-up-calls.ts';
import { Counters, type Stats } from './stats.ts';

export interface Simulator {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string;
  stats(): Stats;
  /** Closes every socket, then the port. Safe to call again. */
  close(): Promise<void>;
}

// Longer than Go's clients keep an idle connection (90 s): they, not we, close it. The other way
// round a request can meet a connection that is just being closed.
const KEEP_ALIVE_MS = 120_000;
// More than the sockets that a connections test opens at once; Node's default is 511.
const BACKLOG = 4096;
const GOODBYE_LIMIT_MS = 1000;
// A request that is not whole by then is refused: clients send theirs at once.
const HEADERS_LIMIT_MS = 20_000;
const REQUEST_LIMIT_MS = 60_000;
const LIMITS_LOOKED_AT_EVERY_MS = 5_000;
const METHOD_NOT_ALLOWED = 405;
const RANDOM_POOL_BYTES = 64 * 1024;

/**
 * Starts a simulator.
 * @throws OptionError where an option is wrong; Node's error where the port cannot be had.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = readOptions(options);
  const counters = new Counters();
  const sessions = new Sessions(settings);
  const envelope = new Envelope(nodeCipher, pooledRandomBytes(), settings.envelope);
  const recorded = readRecordedRun();
  const handshakes = new Handshakes({ settings, counters, sessions, envelope, recorded });
  const calls = new SetUpCalls(sessions, counters);

  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      connectionsCheckingInterval: LIMITS_LOOKED_AT_EVERY_MS,
    },
    (request, response) => {
      calls.answer(request, response).catch((error) => {
        // A request that is cut off in its body has no client left to answer.
        if (!request.readableAborted) counters.failed(error);
        response.destroy();
      });
    },
  );
  server.on('clientError', (error, socket) => {
    const violation = refuseUnreadable(error, socket);
    if (violation !== undefined) counters.violation(violation);
  });
  server.on('connect', (_, socket) => {
    counters.violation('http:method');
    refuse(socket, METHOD_NOT_ALLOWED);
  });
  server.on('upgrade', (request, socket, head) => handshakes.upgrade(request, socket, head));
  server.listen({ port: settings.port, host: settings.host, backlog: BACKLOG });
  await once(server, 'listening');

  const { address, family, port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    const limit = setTimeout(() => handshakes.terminate(), GOODBYE_LIMIT_MS);
    await Promise.all([closed, handshakes.stop()]);
    clearTimeout(limit);
  }
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stats: () => counters.snapshot(),
    close() {
      closing ??= stop();
      return closing;
    },
  };
}

/** A call to the system's source for every few bytes of a frame would cost more than sealing it. */
function pooledRandomBytes(): (count: number) => Uint8Array {
  const pool = new Uint8Array(RANDOM_POOL_BYTES);
  let used = pool.length;
  return (count) => {
    if (used + count > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}
