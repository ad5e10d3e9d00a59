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

/** @param text of k6's error event. */
export function connectError(wsUrl: string, text: string): ChatError {
  const reason = reasonOfConnectError(text);
  const why = `${meaningOf('connect', reason)}${detailOf(reason, text)}`;
  return new ChatError('connect', reason, `${wsUrl}${SOCKET_PATH}: ${why}`);
}
