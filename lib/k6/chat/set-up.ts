/** Set-up of a session: the token, then the chat. */
import {
  CREATE_CHAT_PATH,
  type Grant,
  parseCreateChatReply,
  parseTokenReply,
  TOKEN_PATH,
  type TokenRequest,
  type UserContext,
} from '../../protocol/messages.ts';
import type { Credentials } from '../run/credentials.ts';
import { postJson, type Service } from './http-call.ts';

/**
 * POST generate-token.
 * @throws ChatError of phase `token`
 */
export async function getToken(
  service: Service,
  credentials: Credentials,
  user: UserContext,
  timezone: string,
): Promise<{ grant: Grant; ms: number }> {
  const request: TokenRequest = {
    session_id: crypto.randomUUID(),
    connection_id: crypto.randomUUID(),
    access_key: credentials.accessKey,
    secret_key: credentials.secretKey,
    kw_args: { user_context: user },
    meta_data: {
      latitude: 0,
      longitude: 0,
      ip_address: '127.0.0.1',
      timezone,
      browser_unique_identifier: crypto.randomUUID(),
      session_time: dayFirst(new Date()),
    },
  };
  const { body, ms } = await postJson(service, 'token', TOKEN_PATH, request);
  return { grant: parseTokenReply(body, request), ms };
}

/**
 * POST create-chat.
 * @returns the grant with the session_id that counts from here on.
 * @throws ChatError of phase `create`
 */
export async function createChat(
  service: Service,
  grant: Grant,
): Promise<{ grant: Grant; ms: number }> {
  const { body, ms } = await postJson(service, 'create', CREATE_CHAT_PATH, {
    token: grant.token,
  });
  return { grant: { ...grant, session_id: parseCreateChatReply(body, grant.session_id) }, ms };
}

/** `DD-MM-YYYY HH:MM:SS`, UTC. */
function dayFirst(at: Date): string {
  const iso = at.toISOString();
  return `${iso.slice(8, 10)}-${iso.slice(5, 7)}-${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}
