/** Frames of WebSocket (RFC 6455) byte by byte, right or wrong: what no library would write. */
import { createHash } from 'node:crypto';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameParts {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  /** Whether it is the last of its message. Default true. */
  readonly fin?: boolean;
  /** The three reserved bits, RSV1 the highest. Default 0. */
  readonly reserved?: number;
  /** Default false: only clients mask. */
  readonly masked?: boolean;
  /** What the header says in place of the payload's own length. */
  readonly length?: number;
}

export function frameBytes(parts: FrameParts): Buffer {
  const { fin = true, reserved = 0, masked = false } = parts;
  const payload = Buffer.from(parts.payload ?? '');
  const length = parts.length ?? payload.length;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | parts.opcode;
  const maskBit = masked ? 0x80 : 0;
  let header: Buffer;
  if (length < 126) header = Buffer.from([first, maskBit | length]);
  else if (length < 65_536) {
    header = Buffer.from([first, maskBit | 126, length >> 8, length & 0xff]);
  } else {
    header = Buffer.alloc(10);
    header.set([first, maskBit | 127]);
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat(masked ? [header, Buffer.alloc(4), payload] : [header, payload]);
}

/** The payload of a close frame. */
export function closePayload(code: number, reason = ''): Buffer {
  const payload = Buffer.from(`\0\0${reason}`);
  payload.writeUInt16BE(code);
  return payload;
}

/** What a server proves with that it read the client's `Sec-WebSocket-Key`. */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
