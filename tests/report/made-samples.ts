/** Samples made by hand, as k6 writes them: what stands in each is known to the digit. */
import { Samples } from '../../report/samples/samples.ts';

/** The start of the made runs. */
export const STARTED_AT = Date.parse('2026-01-05T15:30:00.000Z');

export type Tags = Readonly<Record<string, string>>;

/** One line of k6's JSON output. @param atMs since the start of the run, to the microsecond. */
export function sampleLine(
  metric: string,
  atMs: number,
  value: number,
  tags: Tags = {},
  metadata?: Tags,
): string {
  const micros = Math.round(atMs * 1000);
  const seconds = new Date(STARTED_AT + Math.floor(micros / 1000)).toISOString().slice(0, 19);
  const fraction = String((STARTED_AT % 1000) * 1000 + (micros % 1_000_000)).padStart(6, '0');
  const all = {
    environment: 'test',
    profile: 'made',
    run_id: 'made-run',
    scenario: 'chat',
    ...tags,
  };
  const beside = metadata === undefined ? '' : `,"metadata":${JSON.stringify(metadata)}`;
  return `{"metric":"${metric}","type":"Point","data":{"time":"${seconds}.${fraction}001Z","value":${value},"tags":${JSON.stringify(all)}${beside}}}`;
}

/** A run that is written down as it is to be. All times in ms. */
export class MadeRun {
  readonly lines: string[] = [];

  /** @param durationMs from the first sample to the last. */
  constructor(
    durationMs: number,
    private readonly profile = 'made',
  ) {
    this.add('vus', 0, 0);
    this.add('vus', durationMs, 0);
  }

  add(metric: string, atMs: number, value = 1, tags: Tags = {}): this {
    this.lines.push(sampleLine(metric, atMs, value, { profile: this.profile, ...tags }));
    return this;
  }

  session(
    fromMs: number,
    toMs: number | null,
    outcome: 'complete' | 'failed' | 'cut' = 'complete',
    tags: Tags = {},
  ): this {
    this.add('chat_sessions_started', fromMs, 1, tags);
    if (toMs === null) return this;
    if (outcome !== 'cut')
      this.add('chat_session_success', toMs, outcome === 'complete' ? 1 : 0, tags);
    return this.add('iterations', toMs);
  }

  /** A question and its answer. */
  answer(sentMs: number, firstChunkMs: number, responseMs: number, tags: Tags = {}): this {
    const endMs = sentMs + responseMs;
    this.add('chat_questions_sent', sentMs, 1, tags);
    this.add('chat_time_to_first_chunk', endMs, firstChunkMs, tags);
    this.add('chat_responses_received', endMs, 1, tags);
    this.add('chat_response_time', endMs, responseMs, tags);
    this.add('chat_client_lag', endMs, 1, tags);
    return this.add('chat_response_success', endMs, 1, tags);
  }

  /** A question whose answer fails, and the error. */
  failure(sentMs: number, atMs: number, phase: string, reason: string, tags: Tags = {}): this {
    this.add('chat_questions_sent', sentMs, 1, tags);
    this.add('chat_response_success', atMs, 0, tags);
    return this.add('chat_errors', atMs, 1, { ...tags, phase, reason });
  }

  samples(): Samples {
    const samples = new Samples();
    for (const line of this.lines) samples.take(line);
    return samples;
  }
}
