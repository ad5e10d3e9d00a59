/** One JSON call of the set-up: POST, or a ChatError with the reason. */
import http from 'k6/http';
import { ChatError, messageOf, type Phase } from '../../base/errors.ts';
import { meaningOf, reasonOfNetworkError, reasonOfStatus } from '../../metrics/reasons.ts';
import { HTTP_HEADERS } from '../../protocol/messages.ts';

export interface Reply {
  readonly body: string;
  /** The whole call, connecting included. */
  readonly ms: number;
}

/**
 * @param name the tag `name` of the samples, in place of the URL.
 * @throws ChatError whose reason is an HTTP status's or a network error's.
 */
export async function postJson(
  phase: Phase,
  name: string,
  url: string,
  body: unknown,
): Promise<Reply> {
  const params = {
    headers: HTTP_HEADERS,
    tags: { name },
    // A redirect would send the credentials on to wherever it points.
    redirects: 0,
    responseType: 'text' as const,
    // Else k6 adds a line of its own to the log for each call that fails. Its types lack this.
    throw: true,
  };
  // Not http.post: that would block the timers which end a session in time.
  const response = await http
    .asyncRequest('POST', url, JSON.stringify(body), params)
    .catch((error: unknown) => {
      throw networkError(phase, url, messageOf(error));
    });
  if (response.status < 200 || response.status > 299) {
    const reason = reasonOfStatus(response.status);
    throw new ChatError(
      phase,
      reason,
      `POST ${url}: HTTP ${response.status}: ${meaningOf(phase, reason)}`,
    );
  }
  // `blocked` lasts until there is a connection: connecting and the TLS handshake are part of it.
  const { blocked, duration } = response.timings;
  return {
    body: typeof response.body === 'string' ? response.body : '',
    ms: blocked + duration,
  };
}

/** @param text k6's, such as `Post "URL": dial tcp …`: the URL must not decide what it means. */
function networkError(phase: Phase, url: string, text: string): ChatError {
  const reason = reasonOfNetworkError(text.replace(/^Post "[^"]*": /, ''));
  return new ChatError(phase, reason, `POST ${url}: ${meaningOf(phase, reason)}${hint(reason)}`);
}

function hint(reason: string): string {
  return reason === 'refused'
    ? '; start the simulator (npm run simulator) or set NUC_BASE_URL'
    : '';
}
