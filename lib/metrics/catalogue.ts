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
  /** None: the metric is there for stores and thresholds only. */
  readonly shownFor: readonly MetricPart[];
}

export function metricCatalogue() {
  const run = ['run'] as const;
  const runAndStep = ['run', 'step'] as const;
  const everyPart = ['run', 'course', 'turn', 'step'] as const;
  return {
    chat_sessions_started: counter(runAndStep),
    chat_sessions_completed: counter([]),
    chat_late_starts: counter(run),
    chat_setup_success: rate(runAndStep),
    chat_session_success: rate(runAndStep),
    chat_questions_sent: counter(everyPart),
    chat_responses_received: counter(everyPart),
    chat_response_success: rate(everyPart),
    chat_slo_met: rate(everyPart),
    chat_interrupted: counter(run),
    chat_chunks: counter(run),
    chat_errors: counter(runAndStep),
    chat_time_to_first_chunk: time(everyPart),
    chat_response_time: time(everyPart),
    chat_chunk_gap_mean: time(run),
    chat_chunk_gap_max: time(run),
    chat_chunks_per_response: trend('frames', run),
    chat_response_chars: trend('characters', []),
    chat_text_rate: trend('characters/s', run),
    chat_token_time: time(run),
    chat_create_time: time(run),
    chat_setup_time: time(runAndStep),
    chat_client_lag: time(run),
    chat_send_lag: time(run),
    chat_timer_lag: time(run),
    chat_generator_in_time: rate([]),
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

function counter(shownFor: readonly MetricPart[]) {
  return { type: 'counter', unit: 'count', shownFor } as const;
}

function rate(shownFor: readonly MetricPart[]) {
  return { type: 'rate', unit: 'share', shownFor } as const;
}

function time(shownFor: readonly MetricPart[]) {
  return { type: 'trend', unit: 'ms', shownFor } as const;
}

function trend<Unit extends 'frames' | 'characters' | 'characters/s'>(
  unit: Unit,
  shownFor: readonly MetricPart[],
) {
  return { type: 'trend', unit, shownFor } as const;
}
