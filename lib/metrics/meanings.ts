/** What each metric means, in Markdown: for docs/metrics.md. No bundle has these texts. */
import type { ChatMetric } from './catalogue.ts';

export const METRIC_MEANINGS: Readonly<Record<ChatMetric, string>> = {
  chat_sessions_started: 'sessions that began',
  chat_sessions_completed: 'sessions that came to their end without an error',
  chat_late_starts:
    'sessions of an arrival rate that started more than 100 ms late; above 300 a minute their place in the order tells, so that a dropped one makes all later ones late',
  chat_setup_success: 'token, chat and socket were had',
  chat_session_success: 'sessions that ended by themselves and did not fail',
  chat_questions_sent: 'questions sent',
  chat_responses_received: 'answers that came whole, good or not',
  chat_response_success: 'good answers; those that failed are in the denominator',
  chat_slo_met:
    'good answers within `NUC_SLO_FIRST_CHUNK` and `NUC_SLO_RESPONSE`; those that failed are in the denominator',
  chat_interrupted: 'questions interrupted by the end of the run: neither success nor failure',
  chat_chunks: 'frames opened',
  chat_errors: 'errors, with the tags `phase` and `reason`',
  chat_time_to_first_chunk: 'question sent → first frame with text in it',
  chat_response_time: 'question sent → `complete_response`',
  chat_chunk_gap_mean: 'mean time between the frames of one answer',
  chat_chunk_gap_max: 'longest time between two frames of one answer',
  chat_chunks_per_response: 'frames of one answer',
  chat_response_chars: 'length of the `complete_response`',
  chat_text_rate:
    'characters of an answer a second, from its first to its last frame with text: what a reader feels',
  chat_token_time: 'the call generate-token, connecting included',
  chat_create_time: 'the call create-chat, connecting included',
  chat_setup_time: 'session start → socket open',
  chat_client_lag:
    'how late the script was for the first text and the last frame of an answer, and now and then for one that goes on',
  chat_send_lag:
    'question sent by the script → written to the socket: the service seems slower by as much',
  chat_timer_lag:
    'how late timers fired, as frames are then read late: of each session ten a second, of all together fifty at most; one that is later than the next was due counts for those that were missed',
  chat_generator_in_time:
    'lags that leave a latency of their session true to 10 ms or 5 %; by the tag `lag`: of `send` its answer’s first chunk, of `timer` the last one’s, or of sockets alone the time to the open socket',
};
