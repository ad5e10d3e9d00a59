/** Processes of k6 that wait, paused, until all of them are ready, and are then let go together. */
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../lib/base/errors.ts';

const HOST = '127.0.0.1';
const LOOK_MS = 50;
const ANSWER_MS = 5_000;
/** k6's number for "all virtual users are there, and it waits". */
const PAUSED_BEFORE_RUN = 4;

/** @returns so many different addresses on this machine that nobody listens at now. */
export async function freeAddresses(count: number): Promise<string[]> {
  const servers: Server[] = [];
  try {
    for (let index = 0; index < count; index++) servers.push(await listening());
    return servers.map((server) => {
      const address = server.address();
      return `${HOST}:${typeof address === 'object' ? address?.port : ''}`;
    });
  } finally {
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  }
}

function listening(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => resolve(server));
  });
}

/**
 * Waits until all are ready, and lets all of them go.
 * @param addresses of k6's own REST interfaces.
 * @param isOver whether one has ended, or all are to end: then nobody is let go.
 * @returns whether they were let go.
 * @throws Error where one of them does not take the call.
 */
export async function letGo(addresses: readonly string[], isOver: () => boolean): Promise<boolean> {
  for (const address of addresses) {
    while (!(await isReady(address))) {
      if (isOver()) return false;
      await delay(LOOK_MS);
    }
  }
  if (isOver()) return false;
  await Promise.all(addresses.map(resume));
  return true;
}

async function isReady(address: string): Promise<boolean> {
  try {
    const response = await fetch(statusOf(address), { signal: AbortSignal.timeout(ANSWER_MS) });
    const { data } = (await response.json()) as { data?: { attributes?: { status?: unknown } } };
    return data?.attributes?.status === PAUSED_BEFORE_RUN;
  } catch {
    // It does not listen yet.
    return false;
  }
}

async function resume(address: string): Promise<void> {
  const body = { data: { type: 'status', id: 'default', attributes: { paused: false } } };
  try {
    const { status } = await fetch(statusOf(address), {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (status !== 200) throw new Error(`expected 200, got ${status}`);
  } catch (error) {
    throw new Error(`${address}: is not let go: ${messageOf(error)}`);
  }
}

function statusOf(address: string): string {
  return `http://${address}/v1/status`;
}
