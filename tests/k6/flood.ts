import type { WebSocket } from 'ws';

/**
 * Sends a frame again and again: as fast as the connection takes it, and no faster, since the server's memory has
 * a bound too.
 * @returns how often.
 */
export async function flood(socket: WebSocket, frame: string | Buffer): Promise<number> {
  let sent = 0;
  while (socket.readyState === socket.OPEN && sent < 5_000_000) {
    for (let count = 0; count < 500; count++) socket.send(frame);
    sent += 500;
    while (socket.bufferedAmount > 1_000_000) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (socket.readyState !== socket.OPEN) return sent;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return sent;
}
