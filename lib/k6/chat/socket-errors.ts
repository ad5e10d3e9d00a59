/** What k6 tells of a socket that did not open, or was closed, as the errors of a session. */
import { ChatError } from '../../base/errors.ts';
import type { LimitReason } from '../../protocol/answer-limits.ts';
import { SOCKET_PATH } from '../../protocol/messages.ts';
import { reasons } from '../reasons.ts';

/**
 * @param code of the server's close; 1006 where there was none; k6 gives none at all where the
 *   connection was reset, or where it found a frame that breaks WebSocket's rules.
 * @param text of k6's error event, '' where there was none.
 */
export function closeError(code: number | undefined, text: string): ChatError {
  const reason =
    code === undefined && text === '' ? 'closed_broken' : reasons().reasonOfClose(code ?? 1006);
  const shown = code === undefined ? 'no code' : code;
  return new ChatError(
    'stream',
    reason,
    `socket closed (${shown}): ${reasons().meaningOf('stream', reason)}`,
  );
}

/**
 * @param text of k6's error event.
 * @param status of the reply that refused the upgrade; 0 where it is not known.
 */
export function connectError(wsUrl: string, text: string, status = 0): ChatError {
  const { detailOf, meaningOf, reasonOfConnectError } = reasons();
  const reason = reasonOfConnectError(text);
  const meaning = meaningOf('connect', reason);
  const isRefusal = reason === 'handshake' && status > 0;
  const why = `${meaning}${isRefusal ? ` (HTTP ${status})` : detailOf(reason, text)}`;
  return new ChatError('connect', reason, `${wsUrl}${SOCKET_PATH}: ${why}`);
}

/** An answer took longer than it may. */
export function limitError(reason: LimitReason): ChatError {
  return new ChatError('stream', reason, reasons().meaningOf('stream', reason));
}
