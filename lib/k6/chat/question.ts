/** The message that asks a question, as every engine sends it. */
import { type Grant, questionText } from '../../protocol/messages.ts';
import type { ChatOptions } from './chat-session.ts';

/** @param attributes the JSON text of the latest session_attributes. @returns JSON, not yet sealed. */
export function questionMessage(
  grant: Grant,
  options: Pick<ChatOptions, 'language' | 'timezone'>,
  question: string,
  course: string,
  attributes: string,
): string {
  const message = {
    session_id: grant.session_id,
    connection_id: grant.connection_id,
    client_code: grant.client_code,
    request_id: crypto.randomUUID(),
    conversation_id: crypto.randomUUID(),
    request_to_generate_greeting_message: 0 as const,
    language_code: options.language,
    user_message: question,
    user_message_date_and_time: new Date().toISOString().slice(0, 19).replace('T', ' '),
    user_timezone: options.timezone,
    course_id: course,
  };
  return questionText(message, attributes);
}
