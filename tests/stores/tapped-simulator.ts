/** A simulator behind a tap that reads along: what a client sent and was given to open its sessions. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';

/** The JSON fields whose values nobody else may see. */
const FIELDS =
  /"(token|session_id|connection_id|client_code|browser_unique_identifier)":"([^"]*)"/g;

export interface TappedSimulator {
  readonly url: string;
  readonly simulator: Simulator;
  /** The values of each field, as far as they went over the wire in the clear. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}

export async function startTappedSimulator(options: SimulatorOptions): Promise<TappedSimulator> {
  const simulator = await startSimulator({ ...options, port: 0 });
  const port = Number(new URL(simulator.url).port);
  const seen = new Map<string, Set<string>>();
  const sockets = new Set<Socket>();

  const tap = createServer((client) => {
    const service = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      sockets.add(from);
      let text = '';
      from.on('data', (data) => {
        text += data.toString('latin1');
        for (const [, field = '', value = ''] of text.matchAll(FIELDS)) {
          seen.set(field, (seen.get(field) ?? new Set()).add(value));
        }
        // A field may be cut in two; what is longer than all of them is a sealed frame.
        text = text.slice(-500);
      });
      from.pipe(to);
      // A side that was cut off is what some faults are about.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  tap.listen(0, '127.0.0.1');
  await once(tap, 'listening');
  return {
    url: `http://127.0.0.1:${(tap.address() as AddressInfo).port}`,
    simulator,
    seen,
    async close() {
      tap.close();
      for (const socket of sockets) socket.destroy();
      await simulator.close();
    },
  };
}
