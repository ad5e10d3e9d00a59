/**
 * Every reason of `chat_errors`, by phase: the one table. docs/errors.md is made from it, the summary asks
 * k6 for each row, and what k6 says of a failed connection is translated here.
 *
 * The tables are functions: every virtual user evaluates what stands at the top of a file, and hardly
 * one of them ever needs a reason.
 */
import type { Phase } from '../base/errors.ts';

export interface Reason {
  readonly reason: string;
  readonly meaning: string;
}

/** All reasons, by phase. */
export function reasonTable(): Readonly<Record<Phase, readonly Reason[]>> {
  const http: Reason[] = [
    { reason: 'http_3xx', meaning: 'a redirect, which is not followed: it would resend the keys' },
    { reason: 'http_400', meaning: 'the service did not take the request' },
    { reason: 'http_401', meaning: 'the credentials were refused' },
    { reason: 'http_403', meaning: 'the credentials may not do this' },
    { reason: 'http_404', meaning: 'no such path: is the base URL right?' },
    { reason: 'http_429', meaning: 'the service asks for fewer requests' },
    { reason: 'http_4xx', meaning: 'another refusal' },
    { reason: 'http_5xx', meaning: 'the service failed' },
    { reason: 'bad_response', meaning: 'the reply was not what the protocol says' },
    {
      reason: 'too_big',
      meaning:
        'a reply over NUC_MAX_MESSAGE_KB, over 1,000 levels deep, or with headers over 10 MB',
    },
  ];
  const network: Reason[] = [
    { reason: 'refused', meaning: 'nothing listens there' },
    { reason: 'dns', meaning: 'the host name is not known' },
    { reason: 'tls', meaning: 'the certificate or the TLS handshake was not accepted' },
    { reason: 'timeout', meaning: 'no answer in time' },
    { reason: 'reset', meaning: 'the connection was cut' },
    {
      reason: 'exhausted',
      meaning: 'this machine ran out of files, ports, buffers or memory: not the service’s limit',
    },
    { reason: 'proxy', meaning: 'a proxy of this machine’s settings refused, or is not there' },
    { reason: 'blocked', meaning: 'k6’s own settings block this address or host name' },
    { reason: 'network', meaning: 'another network error' },
  ];
  const closeCodes: Readonly<Record<number, string>> = {
    1000: 'closed normally, but before the answer was complete',
    1001: 'the server went away',
    1002: 'protocol error',
    1003: 'unsupported data',
    1005: 'closed without a code',
    1006: 'the connection was cut without a close',
    1007: 'invalid text',
    1008: 'policy violation',
    1009: 'message too big',
    1011: 'the server failed',
    1012: 'the server restarts',
    1013: 'the server asks to try again later',
  };
  return {
    token: [...http, ...network],
    create: [...http, ...network],
    connect: [
      {
        reason: 'handshake',
        meaning: 'the server refused the upgrade; its status is counted apart',
      },
      {
        reason: 'handshake_timeout',
        meaning:
          'no socket in time; k6 holds the virtual user until 60 s are over, the engine native does not',
      },
      {
        reason: 'too_big',
        meaning: 'a reply to the upgrade over 1 MB: the engine native alone has a bound',
      },
      ...network.filter(({ reason }) => reason !== 'timeout'),
    ],
    stream: [
      { reason: 'first_chunk_timeout', meaning: 'no text within NUC_FIRST_CHUNK_TIMEOUT' },
      { reason: 'stall', meaning: 'no frame for NUC_STALL_TIMEOUT while an answer was due' },
      { reason: 'response_timeout', meaning: 'no complete_response within NUC_RESPONSE_TIMEOUT' },
      {
        reason: 'session_timeout',
        meaning: 'the session took longer than NUC_SESSION_TIMEOUT, or than its profile allows',
      },
      ...Object.entries(closeCodes).map(([code, meaning]) => ({
        reason: `closed_${code}`,
        meaning,
      })),
      { reason: 'closed_other', meaning: 'closed with another code' },
      {
        reason: 'closed_broken',
        meaning: 'reset, or ended by a frame against WebSocket’s rules: k6 does not tell which',
      },
      {
        reason: 'clock_step',
        meaning: 'this machine’s clock was set while the answer came: its times are not counted',
      },
    ],
    decrypt: [{ reason: 'envelope', meaning: 'a frame did not open; the log says which part' }],
    protocol: [
      { reason: 'not_text', meaning: 'a binary frame' },
      { reason: 'not_json', meaning: 'a frame that opened, but is not JSON' },
      { reason: 'not_object', meaning: 'a frame that is JSON, but not an object' },
      { reason: 'too_big', meaning: 'a frame over NUC_MAX_MESSAGE_KB, or over 1,000 levels deep' },
      { reason: 'bad_field', meaning: 'a known key with a value of the wrong kind' },
      { reason: 'empty_answer', meaning: 'a complete_response without text' },
      { reason: 'wrong_text', meaning: 'the chunks do not join up to the complete_response' },
      {
        reason: 'stray_frame',
        meaning: 'a frame that is no answer’s: before its question, or sent twice',
      },
      { reason: 'script', meaning: 'an error of the script itself; the log has its text' },
    ],
  };
}

/** The statuses of a refused upgrade that the summary tells apart (`ws_sessions{status:…}`). */
export const HANDSHAKE_STATUSES = [
  200, 301, 302, 307, 308, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 426, 429, 431,
  500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526,
] as const;

/** Of k6's text, in a log line. */
const MOST_DETAIL_CHARS = 200;

/** How k6's and Go's texts of a failed connection read, in the order in which they are tried. */
function networkTexts(): readonly [RegExp, string][] {
  return [
    [
      /too many open files|no buffer space|cannot assign requested address|cannot allocate memory/,
      'exhausted',
    ],
    [/proxyconnect|Proxy Authentication Required/, 'proxy'],
    [/blacklisted|blocked pattern|hostname is blocked/, 'blocked'],
    [/connection refused/, 'refused'],
    [/no such host|lookup |server misbehaving/, 'dns'],
    [/x509|tls|certificate|HTTPS client/, 'tls'],
    [/bad handshake/, 'handshake'],
    [/timeout|deadline exceeded/, 'timeout'],
    [/EOF|reset by peer|broken pipe|closed network/, 'reset'],
  ];
}

/** The reason behind k6's text of a failed HTTP call. */
export function reasonOfNetworkError(said: string): string {
  const text = withoutQuotes(said);
  if (/Location header/.test(text)) return 'http_3xx';
  if (/response headers exceeded/.test(text)) return 'too_big';
  // The latter is a reply with 101, behind which k6 has the server's own words, not quoted.
  if (/decompress|unsupported response status/.test(text)) return 'bad_response';
  return reasonOfText(text);
}

/** k6's own words: what it quotes is the service's, which may be any, `connection refused` too. */
function withoutQuotes(text: string): string {
  return (
    text
      .replace(/"(?:[^"\\]|\\.)*"?/g, '"…"')
      // Go does not quote this one.
      .replace(/(malformed MIME header(?: initial)? line: ).*/s, '$1"…"')
  );
}

function reasonOfText(text: string): string {
  return networkTexts().find(([pattern]) => pattern.test(text))?.[1] ?? 'network';
}

/** The reason behind k6's text of a failed WebSocket handshake. */
export function reasonOfConnectError(text: string): string {
  if (text === 'the reply to the upgrade is over 1 MB') return 'too_big';
  const reason = reasonOfText(withoutQuotes(text));
  return reason === 'timeout' ? 'handshake_timeout' : reason;
}

/**
 * @param text k6's, of a failed call or handshake.
 * @returns it for a log line where the reason is the catch-all, which alone says nothing; else ''. What
 *   k6 quotes of the service is left out: it may echo keys.
 */
export function detailOf(reason: string, text: string): string {
  if (reason !== 'network') return '';
  const own = withoutQuotes(text);
  return own === '' ? '' : ` (${own.slice(0, MOST_DETAIL_CHARS)})`;
}

/** The reason for an HTTP status other than 2xx. */
export function reasonOfStatus(status: number): string {
  const exact = `http_${status}`;
  if (reasonTable().token.some(({ reason }) => reason === exact)) return exact;
  if (status === 407) return 'proxy';
  if (status < 300) return 'bad_response';
  if (status < 400) return 'http_3xx';
  return status < 500 ? 'http_4xx' : 'http_5xx';
}

/** The reason for a close code. */
export function reasonOfClose(code: number): string {
  const exact = `closed_${code}`;
  return reasonTable().stream.some(({ reason }) => reason === exact) ? exact : 'closed_other';
}

/** What a reason means, for a log line. */
export function meaningOf(phase: Phase, reason: string): string {
  return reasonTable()[phase].find((row) => row.reason === reason)?.meaning ?? reason;
}
