/** A run with exact numbers, in the form in which k6 hands it to `handleSummary`. */
import { trendsOfRun } from '../../lib/metrics/catalogue.ts';
import type { K6Data } from '../../lib/results/k6-data.ts';
import type { Generator, K6Metric, Summary } from '../../lib/results/model.ts';
import type { Step } from '../../lib/results/profile.ts';
import { type RunContext, summarize } from '../../lib/results/summary.ts';

// Two hours behind UTC, all the year: a moment that is shown in UTC is seen to be wrong.
process.env.TZ = 'America/Noronha';

type Thresholds = Readonly<Record<string, boolean>>;

/** @param thresholds expression → whether it held. */
function metric(
  type: K6Metric['type'],
  contains: string,
  values: Readonly<Record<string, number>>,
  thresholds?: Thresholds,
): K6Metric {
  if (thresholds === undefined) return { type, contains, values };
  const verdicts = Object.entries(thresholds).map(([expression, ok]) => [expression, { ok }]);
  return { type, contains, values, thresholds: Object.fromEntries(verdicts) };
}

export function counter(count: number, thresholds?: Thresholds): K6Metric {
  return metric('counter', 'default', { count, rate: count / 60 }, thresholds);
}

/** k6 gives a rate without samples as 0. */
export function rate(passes: number, fails: number, thresholds?: Thresholds): K6Metric {
  const all = passes + fails;
  return metric(
    'rate',
    'default',
    { rate: all === 0 ? 0 : passes / all, passes, fails },
    thresholds,
  );
}

/** A trend whose figures all follow from one: avg = ms, min = ms / 2, p(95) = 2 ms, max = 4 ms … */
export function times(count: number, ms: number, thresholds?: Thresholds): K6Metric {
  const values = {
    count,
    avg: ms,
    min: ms / 2,
    med: ms * 0.9,
    'p(90)': ms * 1.5,
    'p(95)': ms * 2,
    'p(99)': ms * 3,
    max: ms * 4,
  };
  return metric('trend', 'time', values, thresholds);
}

const COURSE = { MED1060: '{course:MED1060}', BUMA1000: '{course:BUMA1000}' };

/**
 * 12 sessions: 8 completed, 3 failed, 1 cut off. 100 questions: 90 good answers, 4 that failed (2 of
 * them came, but were not good), 6 cut off.
 */
export function sampleData(changes: Readonly<Record<string, K6Metric>> = {}): K6Data {
  return {
    state: { testRunDurationMs: 65_432 },
    metrics: {
      // Every trend of the catalogue has samples; those that a test reads stand below.
      ...Object.fromEntries(trendsOfRun().map((name) => [name, times(92, 100)])),
      chat_sessions_started: counter(12),
      chat_sessions_completed: counter(8, { 'count>0': true }),
      chat_session_success: rate(8, 3, { 'rate==1': false }),
      chat_questions_sent: counter(100),
      [`chat_questions_sent${COURSE.MED1060}`]: counter(60),
      [`chat_questions_sent${COURSE.BUMA1000}`]: counter(40),
      'chat_questions_sent{turn:1}': counter(12),
      'chat_questions_sent{turn:2-10}': counter(88),
      'chat_questions_sent{turn:11+}': counter(0),
      chat_responses_received: counter(92, { 'count>0': true }),
      [`chat_responses_received${COURSE.MED1060}`]: counter(56),
      [`chat_responses_received${COURSE.BUMA1000}`]: counter(36),
      chat_response_success: rate(90, 4, { 'rate==1': false }),
      [`chat_response_success${COURSE.MED1060}`]: rate(54, 4),
      [`chat_response_success${COURSE.BUMA1000}`]: rate(36, 0),
      chat_slo_met: rate(80, 15),
      [`chat_slo_met${COURSE.MED1060}`]: rate(50, 9),
      [`chat_slo_met${COURSE.BUMA1000}`]: rate(30, 6),
      chat_time_to_first_chunk: times(92, 400, { 'p(95)<500': false }),
      [`chat_time_to_first_chunk${COURSE.MED1060}`]: times(56, 420),
      [`chat_time_to_first_chunk${COURSE.BUMA1000}`]: times(36, 380),
      chat_response_time: times(92, 25_000, { 'p(95)<60000': true }),
      [`chat_response_time${COURSE.MED1060}`]: times(56, 26_000),
      [`chat_response_time${COURSE.BUMA1000}`]: times(36, 24_000),
      'chat_response_time{turn:1}': times(12, 30_000),
      chat_token_time: times(12, 150),
      chat_create_time: times(11, 90),
      chat_setup_time: times(10, 1_200),
      chat_chunks: counter(16_560),
      chat_chunks_per_response: {
        ...times(92, 180),
        contains: 'default',
      },
      chat_chunk_gap_mean: times(92, 130),
      chat_chunk_gap_max: times(92, 700),
      chat_client_lag: times(92, 5),
      chat_send_lag: times(92, 1),
      chat_timer_lag: times(500, 1.5),
      chat_errors: counter(5),
      'chat_errors{phase:token,reason:http_5xx}': counter(1),
      'chat_errors{phase:connect,reason:handshake}': counter(1),
      'chat_errors{phase:stream,reason:stall}': counter(2),
      'chat_errors{phase:protocol,reason:empty_answer}': counter(1),
      'chat_errors{phase:token,reason:dns}': counter(0),
      iterations: counter(12),
      data_received: { ...counter(8_345_678), contains: 'data' },
      data_sent: { ...counter(812), contains: 'data' },
      'ws_sessions{status:503}': counter(1),
      'ws_sessions{status:502}': counter(0),
      ...changes,
    },
  };
}

/** Changes by which every threshold of the sample holds, and no figure casts doubt on it. */
export const ALL_HELD = {
  chat_response_success: rate(10, 0, { 'rate>=0.95': true }),
  chat_session_success: rate(3, 0),
  chat_sessions_completed: counter(3, { 'count>0': true }),
  chat_responses_received: counter(10, { 'count>0': true }),
  chat_time_to_first_chunk: times(10, 100),
};

export const SAMPLE_CONTEXT: RunContext = {
  profile: 'smoke',
  purpose: 'one session, two questions of each course',
  settings: { NUM_SESSIONS: '3', COURSES: 'MED1060,BUMA1000', PROFILE: 'smoke' },
  courses: ['MED1060', 'BUMA1000'],
  steps: [],
  endedAt: new Date('2026-01-05T15:31:05.432Z'),
  maxLagMs: null,
  plannedMs: null,
  setUpMs: 0,
  load: null,
  segment: null,
  engine: 'webcrypto',
};

export function sampleSummary(
  changes: Readonly<Record<string, K6Metric>> = {},
  { steps = [], ...context }: SampleContext = {},
): Summary {
  return summarize(sampleData(changes), { ...SAMPLE_CONTEXT, ...context, steps: stepsOf(steps) });
}

/** Steps by their names: each of them lasts a second. */
export type SampleContext = Partial<Omit<RunContext, 'steps'>> & {
  readonly steps?: readonly string[];
};

function stepsOf(names: readonly string[]): Step[] {
  return names.map((name, index) => ({ name, fromMs: index * 1000, toMs: (index + 1) * 1000 }));
}

/** What the runner saw of a machine. */
export const SAMPLE_GENERATOR: Generator = {
  cpuSeconds: 24.6,
  cores: 2,
  coresUsed: 0.41,
  peakMemoryBytes: 212 * 1024 * 1024,
  waitingShare: 0.312,
  stolenShare: 0,
};

/** The metrics of a run in which nothing came: k6 leaves out what had no sample. */
export function emptyData(): K6Data {
  return {
    state: { testRunDurationMs: 1_000 },
    metrics: {
      chat_sessions_completed: counter(0, { 'count>0': false }),
      // What k6 does with a rate without samples: it passes.
      chat_session_success: rate(0, 0, { 'rate==1': true }),
      chat_response_time: times(0, 0, { 'p(95)<60000': true }),
    },
  };
}
