/** The figures of a run, worked out in one way from whatever source has its samples. */
import type { Phase } from '../base/errors.ts';
import { type MetricName, trendsOfRun } from '../metrics/catalogue.ts';
import { HANDSHAKE_STATUSES, reasonTable } from '../metrics/reasons.ts';
import { TURNS } from '../protocol/answer.ts';
import type { ErrorCount, Figures, Latency, Part, RefusedHandshakes, StepPart } from './model.ts';
import type { Step } from './profile.ts';

/** The tags by which the samples of a metric are told apart here. */
export type MetricTags = Readonly<
  Partial<Record<'course' | 'turn' | 'step' | 'phase' | 'reason' | 'status', string>>
>;

export interface Rate {
  readonly passes: number;
  readonly fails: number;
  /** null where there was no sample. */
  readonly rate: number | null;
}

/** What is known of a metric's samples that have these tags; of all of them without tags. */
export interface FigureSource {
  /** The sum of a counter. */
  count(metric: MetricName, tags?: MetricTags): number;
  rate(metric: MetricName, tags?: MetricTags): Rate;
  /** The statistics of a trend; null where it has no sample. */
  latency(metric: MetricName, tags?: MetricTags): Latency | null;
}

/** Which sessions and questions without a success or a failure count as interrupted. */
export type RunProgress =
  /** The run is over: all of them, whether or not the script came to count them. */
  | { readonly isOver: true }
  /** It goes on: of so many sessions that ended, and the questions that the script counted. */
  | { readonly isOver: false; readonly endedSessions: number };

/** The parts for which figures are worked out, beside the whole run and its turns. */
export interface RunParts {
  readonly courses: readonly string[];
  readonly steps: readonly Step[];
}

export function figuresFrom(
  source: FigureSource,
  { courses, steps }: RunParts,
  progress: RunProgress,
): Figures {
  const part = (name: string, tags: MetricTags) => partFrom(source, name, tags, progress);
  return {
    sessions: sessionsOf(source, progress),
    overall: part('all', {}),
    byCourse: courses.map((course) => part(course, { course })),
    byTurn: TURNS.map((turn) => part(turn, { turn })),
    bySteps: steps.map((step) => stepFrom(source, step, progress)),
    setUp: {
      token: source.latency('chat_token_time'),
      create: source.latency('chat_create_time'),
      socketOpen: source.latency('chat_setup_time'),
    },
    frames: {
      received: source.count('chat_chunks'),
      perAnswer: source.latency('chat_chunks_per_response'),
      gapMean: source.latency('chat_chunk_gap_mean'),
      gapMax: source.latency('chat_chunk_gap_max'),
    },
    trends: Object.fromEntries(trendsOfRun().map((name) => [name, source.latency(name)])),
    errors: errorsFrom(source),
    handshakesRefused: refusedFrom(source),
    clientLag: source.latency('chat_client_lag'),
    droppedIterations: source.count('dropped_iterations'),
    lateStarts: source.count('chat_late_starts'),
  };
}

/** @param progress without it, the run is over. */
export function sessionsOf(
  source: FigureSource,
  progress: RunProgress = { isOver: true },
): Figures['sessions'] {
  const { passes: completed, fails: failed } = source.rate('chat_session_success');
  const started = source.count('chat_sessions_started');
  const ended = progress.isOver ? started : progress.endedSessions;
  return { started, completed, failed, interrupted: ended - completed - failed };
}

function partFrom(
  source: FigureSource,
  name: string,
  tags: MetricTags,
  { isOver }: RunProgress,
): Part {
  const sent = source.count('chat_questions_sent', tags);
  const success = source.rate('chat_response_success', tags);
  return {
    name,
    sent,
    received: source.count('chat_responses_received', tags),
    good: success.passes,
    failed: success.fails,
    interrupted: isOver
      ? sent - success.passes - success.fails
      : source.count('chat_interrupted', tags),
    successRate: success.rate,
    sloRate: source.rate('chat_slo_met', tags).rate,
    firstChunk: source.latency('chat_time_to_first_chunk', tags),
    response: source.latency('chat_response_time', tags),
  };
}

function stepFrom(
  source: FigureSource,
  { name, fromMs, toMs }: Step,
  progress: RunProgress,
): StepPart {
  const tags = { step: name };
  return {
    ...partFrom(source, name, tags, progress),
    fromMs,
    toMs,
    sessionsStarted: source.count('chat_sessions_started', tags),
    setupSuccessRate: source.rate('chat_setup_success', tags).rate,
    socketOpen: source.latency('chat_setup_time', tags),
    errors: source.count('chat_errors', tags),
  };
}

function errorsFrom(source: FigureSource): ErrorCount[] {
  const table = reasonTable();
  return (Object.keys(table) as Phase[]).flatMap((phase) =>
    table[phase]
      .map(({ reason, meaning }) => ({
        phase,
        reason,
        meaning,
        count: source.count('chat_errors', { phase, reason }),
      }))
      .filter(({ count }) => count > 0),
  );
}

function refusedFrom(source: FigureSource): RefusedHandshakes[] {
  const known = HANDSHAKE_STATUSES.map((status) => ({
    status,
    count: source.count('ws_sessions', { status: String(status) }),
  }));
  const refused = source.count('chat_errors', { phase: 'connect', reason: 'handshake' });
  const others = refused - known.reduce((sum, { count }) => sum + count, 0);
  return [...known, { status: null, count: others }].filter(({ count }) => count > 0);
}
