/** What counts as a pass. Every threshold on a rate or a trend stands with one that asks for samples:
 * k6 lets a rate without samples pass, whatever it asks. */
import type { Thresholds } from './profile.ts';

/** Every session was completed, every question answered, and there was at least one of each. */
export const ALL_SUCCEEDED: Thresholds = {
  chat_sessions_completed: ['count>0'],
  chat_session_success: ['rate==1'],
  chat_responses_received: ['count>0'],
  chat_response_success: ['rate==1'],
};
