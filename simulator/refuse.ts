/** Refusals on a connection that Node's HTTP server has handed over, or could not read. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers with a status and no body, and ends the connection. */
export function refuse(socket: Duplex, status: number): void {
  // Not left half open until the client closes its side too.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

/** What was wrong with a request that could not be read, and the status that says so. */
const UNREADABLE: Readonly<Record<string, { status: number; violation: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, violation: 'http:too_long' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, violation: 'http:too_long' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, violation: 'http:slow' },
  HPE_INVALID_EOF_STATE: { status: 400, violation: 'http:cut' },
};

/**
 * Ends a connection on which something else came than an HTTP request.
 * @returns the violation; none where the client only went away, or was refused before: the parser
 *   may complain twice.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): string | undefined {
  const { code = '' } = error;
  const isParserError = code.startsWith('HPE_') || Object.hasOwn(UNREADABLE, code);
  if (!isParserError || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const { status, violation } = UNREADABLE[code] ?? { status: 400, violation: 'http:invalid' };
  refuse(socket, status);
  return violation;
}
