/** The metrics of a run as k6's objects. What each one means stands in lib/metrics/catalogue.ts. */
import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
import type { ChatMetricOf } from '../../metrics/catalogue.ts';

export const sessionsStarted = counter('chat_sessions_started');
export const sessionsCompleted = counter('chat_sessions_completed');
export const lateStarts = counter('chat_late_starts');
export const setupSuccess = rate('chat_setup_success');
export const sessionSuccess = rate('chat_session_success');

export const questionsSent = counter('chat_questions_sent');
export const responsesReceived = counter('chat_responses_received');
export const responseSuccess = rate('chat_response_success');
export const sloMet = rate('chat_slo_met');
export const interrupted = counter('chat_interrupted');

export const chunks = counter('chat_chunks');
const errors = counter('chat_errors');

export const timeToFirstChunk = time('chat_time_to_first_chunk');
export const responseTime = time('chat_response_time');
// One sample an answer, not one a frame: k6 keeps every sample of a Trend in memory.
export const chunkGapMean = time('chat_chunk_gap_mean');
export const chunkGapMax = time('chat_chunk_gap_max');
export const chunksPerResponse = trend('chat_chunks_per_response');
export const responseChars = trend('chat_response_chars');
export const textRate = trend('chat_text_rate');

export const tokenTime = time('chat_token_time');
export const createTime = time('chat_create_time');
export const setupTime = time('chat_setup_time');
export const clientLag = time('chat_client_lag');
export const sendLag = time('chat_send_lag');
export const timerLag = time('chat_timer_lag');
export const generatorInTime = rate('chat_generator_in_time');

/**
 * The session's number stands beside the tags, where k6's JSON output has it: as a tag, it would make
 * a series of its own in every store.
 */
export function addError(session: number, tags: Record<string, string>, count: number): void {
  const { metadata } = exec.vu.metrics;
  metadata.session = String(session);
  errors.add(count, tags);
  delete metadata.session;
}

function counter(name: ChatMetricOf<'counter'>): Counter {
  return new Counter(name);
}

function rate(name: ChatMetricOf<'rate'>): Rate {
  return new Rate(name);
}

function time(name: ChatMetricOf<'trend', 'ms'>): Trend {
  return new Trend(name, true);
}

function trend(name: Exclude<ChatMetricOf<'trend'>, ChatMetricOf<'trend', 'ms'>>): Trend {
  return new Trend(name);
}
