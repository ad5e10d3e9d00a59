/** What k6 tells of a socket that did not open, or was closed, as the errors of a session. */
import { ChatError } from '../../base/errors.ts';
import { detailOf, meaningOf, reasonOfClose, reasonOfConnectError } from '../../metrics/reasons.ts';
import { SOCKET_PATH } from '../../protocol/messages.ts';

/**
 * @param code of the server's close; 1006 where there was none; k6 gives none at all where the
 *   connection was reset, or where it found a frame that breaks WebSocket's rules.
 * @param text of k6's error event, '' where there was none.
 */
export function closeError(code: number | undefined, text: string): ChatError {
  const reason = code === undefined && text === '' ? 'closed_broken' : reasonOfClose(code ?? 1006);
  const shown = code === undefined ? 'no code' : code;
  return new ChatError(
    'stream',
    reason,
    `socket closed (${shown}): ${meaningOf('stream', reason)}`,
  );
}

/**
 * @param text of k6's error event.
 * @param status of the reply that refused the upgrade; 0 where it is not known.
 */
export function connectError(wsUrl: string, text: string, status = 0): ChatError {
  const reason = reasonOfConnectError(text);
  const meaning = meaningOf('connect', reason);
  const isRefusal = reason === 'handshake' && status > 0;
  const why = `${meaning}${isRefusal ? ` (HTTP ${status})` : detailOf(reason, text)}`;
  return new ChatError('connect', reason, `${wsUrl}${SOCKET_PATH}: ${why}`);
}

/** @param why the frame is no answer's. */
export function strayError(why: string): ChatError {
  return new ChatError('protocol', 'stray_frame', `a frame that is no answer’s: ${why}`);
}
