/** One JSON call of the set-up: POST, or a ChatError with the reason. */
import type http from 'k6/http';
import { ChatError, messageOf, type Phase } from '../../base/errors.ts';
import { HTTP_HEADERS, tooLong } from '../../protocol/messages.ts';
import type { reasons } from '../reasons.ts';

export interface Reply {
  readonly body: string;
  /** The whole call, connecting included. */
  readonly ms: number;
}

/** Who is called, how, and what is taken from it. */
export interface Service {
  /** k6's: what is evaluated anew for each session imports no k6 module. */
  readonly http: Pick<typeof http, 'asyncRequest'>;
  /** The bundle has them once. */
  readonly reasons: typeof reasons;
  readonly baseUrl: string;
  readonly maxReplyChars: number;
  /** How long it may take, in milliseconds; k6 waits for 60 s at the most. */
  timeLeft(): number;
}

const LONGEST_CALL_MS = 60_000;
/** So much later than the session a call ends, so that the session's own end is the reason. */
const LATER_MS = 250;

/**
 * @param path is shown by the tag `name` of the samples, its last part alone, in place of the URL.
 * @throws ChatError whose reason is an HTTP status's or a network error's, or `too_big`.
 */
export async function postJson(
  { http, reasons, baseUrl, maxReplyChars, timeLeft }: Service,
  phase: Phase,
  path: string,
  body: unknown,
): Promise<Reply> {
  const url = baseUrl + path;
  const params = {
    // k6 opens whatever comes compressed, however large it becomes.
    headers: { ...HTTP_HEADERS, 'Accept-Encoding': 'identity' },
    tags: { name: path.slice(path.lastIndexOf('/') + 1) },
    // A redirect would send the credentials on to wherever it points.
    redirects: 0,
    timeout: Math.min(timeLeft() + LATER_MS, LONGEST_CALL_MS),
    responseType: 'text' as const,
    // Else k6 adds a line of its own to the log for each call that fails. Its types lack this.
    throw: true,
  };
  // Not http.post: that would block the timers which end a session in time.
  const response = await http
    .asyncRequest('POST', url, JSON.stringify(body), params)
    .catch((error: unknown) => {
      const failed = networkError(reasons, phase, url, messageOf(error));
      // The session ends now, and that is the reason: a busy machine may notice it later than this.
      if (failed.reason === 'timeout' && timeLeft() <= 0) return new Promise<never>(() => {});
      throw failed;
    });
  if (response.status < 200 || response.status > 299) {
    const { meaningOf, reasonOfStatus } = reasons();
    const reason = reasonOfStatus(response.status);
    throw new ChatError(
      phase,
      reason,
      `POST ${url}: HTTP ${response.status}: ${meaningOf(phase, reason)}`,
    );
  }
  const text = typeof response.body === 'string' ? response.body : '';
  if (text.length > maxReplyChars) {
    throw new ChatError(phase, 'too_big', tooLong('reply', text.length, maxReplyChars));
  }
  // `blocked` lasts until there is a connection: connecting and the TLS handshake are part of it.
  const { blocked, duration } = response.timings;
  return { body: text, ms: blocked + duration };
}

/** @param text k6's, such as `Post "URL": dial tcp …`: the URL must not decide what it means. */
function networkError(
  reasons: Service['reasons'],
  phase: Phase,
  url: string,
  text: string,
): ChatError {
  const said = text.replace(/^Post "[^"]*": /, '');
  const { detailOf, meaningOf, reasonOfNetworkError } = reasons();
  const reason = reasonOfNetworkError(said);
  const why = `${meaningOf(phase, reason)}${detailOf(reason, said)}${hint(reason)}`;
  return new ChatError(phase, reason, `POST ${url}: ${why}`);
}

function hint(reason: string): string {
  return reason === 'refused'
    ? '; start the simulator (npm run simulator) or set NUC_BASE_URL'
    : '';
}
