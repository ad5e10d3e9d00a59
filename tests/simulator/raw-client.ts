/** A client of bare TCP: what it sends need not be HTTP nor WebSocket. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SOCKET_PATH } from '../../lib/protocol/messages.ts';
import { setUp, until } from './chat-client.ts';

export class RawClient {
  /** All that came so far. */
  heard = '';
  readonly closed: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      this.heard += data.toString('latin1');
    });
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** With an open WebSocket of a session of its own. */
  static async openSocket(url: string): Promise<RawClient> {
    const request = await upgradeRequest(url);
    const client = await RawClient.open(url);
    client.socket.write(request);
    await until(() => client.heard.includes('\r\n\r\n'));
    assert.match(client.heard, /^HTTP\/1\.1 101 /);
    return client;
  }

  /** Sends that, waits for the other side to close. @returns the first line that was heard. */
  async say(bytes: Buffer | string): Promise<string> {
    this.socket.write(bytes);
    await this.closed;
    return this.heard.split('\r\n')[0] ?? '';
  }
}

/** @returns the upgrade request of a new session. */
export async function upgradeRequest(url: string): Promise<string> {
  const { token } = await setUp(url);
  return (
    `GET ${SOCKET_PATH}?token=${encodeURIComponent(token)} HTTP/1.1\r\nHost: chat.test\r\n` +
    'Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://chat.test\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  );
}

/** @returns the first line of the reply to these bytes, after which the connection has to end. */
export async function say(url: string, bytes: Buffer | string): Promise<string> {
  return (await RawClient.open(url)).say(bytes);
}
