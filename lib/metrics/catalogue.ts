/**
 * Every metric of a run: the one table. From it come k6's metrics, the sub-metrics, what the report
 * keeps of the samples, docs/metrics.md, and the names that thresholds and dashboards may use.
 *
 * The table is a function: no virtual user needs it, and what stands at the top of a file is evaluated
 * by each of them.
 */

/** A part of a run for which the summary works a metric out. */
export type MetricPart = 'run' | 'course' | 'turn' | 'step';

interface Metric {
  readonly type: 'counter' | 'rate' | 'trend';
  /** `share`: from 0 to 1. `ms`: k6 takes it for a time. */
  readonly unit: 'count' | 'share' | 'ms' | 'frames' | 'characters' | 'characters/s';
  /** In Markdown. */
  readonly meaning: string;
  /** None: the metric is there for stores and thresholds only. */
  readonly shownFor: readonly MetricPart[];
}

export function metricCatalogue() {
  const run = ['run'] as const;
  const runAndStep = ['run', 'step'] as const;
  const everyPart = ['run', 'course', 'turn', 'step'] as const;
  return {
    chat_sessions_started: counter('sessions that began', runAndStep),
    chat_sessions_completed: counter('sessions that came to their end without an error', []),
    chat_late_starts: counter(
      'sessions of an arrival rate that started more than 100 ms late; above 300 a minute their place in the order tells, so that a dropped one makes all later ones late',
      run,
    ),
    chat_setup_success: rate('token, chat and socket were had', runAndStep),
    chat_session_success: rate('sessions that ended by themselves and did not fail', runAndStep),
    chat_questions_sent: counter('questions sent', everyPart),
    chat_responses_received: counter('answers that came whole, good or not', everyPart),
    chat_response_success: rate(
      'good answers; those that failed are in the denominator',
      everyPart,
    ),
    chat_slo_met: rate(
      'good answers within `NUC_SLO_FIRST_CHUNK` and `NUC_SLO_RESPONSE`; those that failed are in the denominator',
      everyPart,
    ),
    chat_interrupted: counter(
      'questions interrupted by the end of the run: neither success nor failure',
      run,
    ),
    chat_chunks: counter('frames opened', run),
    chat_errors: counter('errors, with the tags `phase` and `reason`', runAndStep),
    chat_time_to_first_chunk: time('question sent → first frame with text in it', everyPart),
    chat_response_time: time('question sent → `complete_response`', everyPart),
    chat_chunk_gap_mean: time('mean time between the frames of one answer', run),
    chat_chunk_gap_max: time('longest time between two frames of one answer', run),
    chat_chunks_per_response: trend('frames', 'frames of one answer', run),
    chat_response_chars: trend('characters', 'length of the `complete_response`', []),
    chat_text_rate: trend(
      'characters/s',
      'characters of an answer a second, from its first to its last frame with text: what a reader feels',
      run,
    ),
    chat_token_time: time('the call generate-token, connecting included', run),
    chat_create_time: time('the call create-chat, connecting included', run),
    chat_setup_time: time('session start → socket open', runAndStep),
    chat_client_lag: time(
      'how late the script was for the first text and the last frame of an answer, and now and then for one that goes on',
      run,
    ),
    chat_send_lag: time(
      'question sent by the script → written to the socket: the service seems slower by as much',
      run,
    ),
    chat_timer_lag: time(
      'how late timers fired, as frames are then read late: of each session ten a second, of all together a hundred at most; one that is later than the next was due counts for those that were missed',
      run,
    ),
    chat_generator_in_time: rate(
      'lags that leave a latency of their session true to 10 ms or 5 %; by the tag `lag`: of `send` its answer’s first chunk, of `timer` the last one’s, or of sockets alone the time to the open socket',
      [],
    ),
  } satisfies Record<string, Metric>;
}

type Catalogue = ReturnType<typeof metricCatalogue>;

export type ChatMetric = keyof Catalogue;

/** The metrics of that type, and of that unit where one is given. */
export type ChatMetricOf<
  Type extends Metric['type'],
  Unit extends Metric['unit'] = Metric['unit'],
> = {
  [Name in ChatMetric]: Catalogue[Name] extends { readonly type: Type; readonly unit: Unit }
    ? Name
    : never;
}[ChatMetric];

/** Those of k6's own that are read here; k6's documentation says what they mean. */
export type K6OwnMetric =
  | 'data_sent'
  | 'dropped_iterations'
  | 'iterations'
  | 'vus'
  | 'vus_max'
  | 'ws_msgs_received'
  | 'ws_sessions';

export type MetricName = ChatMetric | K6OwnMetric;

/** The samples of a metric that have certain tags: `chat_slo_met{step:last}`. */
export type MetricPartName = `${MetricName}{${string}}`;

/** The trends that the summary shows for the whole run. */
export function trendsOfRun(): ChatMetric[] {
  const all: Record<ChatMetric, Metric> = metricCatalogue();
  return metricsShownFor('run').filter((name) => all[name].type === 'trend');
}

/** Whether k6 takes the metric for a time: its outputs may convert those. */
export function isTime(metric: MetricName): boolean {
  const all: Readonly<Record<string, Metric>> = metricCatalogue();
  return all[metric]?.unit === 'ms';
}

/** The metrics that the summary shows for a part of the run. */
export function metricsShownFor(part: MetricPart): ChatMetric[] {
  const all = Object.entries(metricCatalogue()) as [ChatMetric, Metric][];
  return all.filter(([, { shownFor }]) => shownFor.includes(part)).map(([name]) => name);
}

function counter(meaning: string, shownFor: readonly MetricPart[]) {
  return { type: 'counter', unit: 'count', meaning, shownFor } as const;
}

function rate(meaning: string, shownFor: readonly MetricPart[]) {
  return { type: 'rate', unit: 'share', meaning, shownFor } as const;
}

function time(meaning: string, shownFor: readonly MetricPart[]) {
  return { type: 'trend', unit: 'ms', meaning, shownFor } as const;
}

function trend<Unit extends 'frames' | 'characters' | 'characters/s'>(
  unit: Unit,
  meaning: string,
  shownFor: readonly MetricPart[],
) {
  return { type: 'trend', unit, meaning, shownFor } as const;
}
