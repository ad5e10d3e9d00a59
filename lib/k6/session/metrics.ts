/** The metrics of a run. Names, types and tags are fixed: dashboards and thresholds use them. */
import { Counter, Rate, Trend } from 'k6/metrics';

const TIME = true;

export const sessionsStarted = new Counter('chat_sessions_started');
export const sessionsCompleted = new Counter('chat_sessions_completed');
/** Sessions that an arrival rate started late: the load generator had no time for them. */
export const lateStarts = new Counter('chat_late_starts');
/** Token, chat and socket were had. */
export const setupSuccess = new Rate('chat_setup_success');
export const sessionSuccess = new Rate('chat_session_success');

export const questionsSent = new Counter('chat_questions_sent');
export const responsesReceived = new Counter('chat_responses_received');
export const responseSuccess = new Rate('chat_response_success');
export const sloMet = new Rate('chat_slo_met');
/** Questions cut off by the end of the run: neither success nor failure. */
export const interrupted = new Counter('chat_interrupted');

/** Frames opened. */
export const chunks = new Counter('chat_chunks');
/** Tags `phase` and `reason`: lib/metrics/reasons.ts. */
export const errors = new Counter('chat_errors');

/** Question sent → first frame with text in it. */
export const timeToFirstChunk = new Trend('chat_time_to_first_chunk', TIME);
/** Question sent → complete_response. */
export const responseTime = new Trend('chat_response_time', TIME);
// One sample an answer, not one a frame: k6 keeps every sample of a Trend in memory.
export const chunkGapMean = new Trend('chat_chunk_gap_mean', TIME);
export const chunkGapMax = new Trend('chat_chunk_gap_max', TIME);
export const chunksPerResponse = new Trend('chat_chunks_per_response');
export const responseChars = new Trend('chat_response_chars');

export const tokenTime = new Trend('chat_token_time', TIME);
export const createTime = new Trend('chat_create_time', TIME);
/** Session start → socket open. */
export const setupTime = new Trend('chat_setup_time', TIME);

/** How late the script was for the last frame of an answer: is the generator the bottleneck? */
export const clientLag = new Trend('chat_client_lag', TIME);
