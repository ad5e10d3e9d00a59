/**
 * The summary of a run: one versioned object that the text on the terminal, summary.json, report.md
 * and junit.xml are all made from. Times in milliseconds, rates from 0 to 1, null where there was
 * no sample: a figure is never made up.
 */

import { TURNS } from '../protocol/answer.ts';
import type { Phase } from '../base/errors.ts';
import { findingsOf, type StepsQuestion } from './findings.ts';
import { type K6Data, type K6Metric, latencyOf, rateOf, statistic } from './k6-data.ts';
import { HANDSHAKE_STATUSES, reasonTable } from '../metrics/reasons.ts';
import { endedEarly, verdictsOf } from './verdicts.ts';

export const SUMMARY_SCHEMA = 'nuc-k6/summary/1';

export interface Latency {
  readonly count: number;
  readonly avg: number;
  readonly min: number;
  readonly med: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The questions of the whole run, or of one course, turn or step. */
export interface Part {
  readonly name: string;
  readonly sent: number;
  readonly received: number;
  /** Answers that failed, or came but were not good. */
  readonly failed: number;
  /** Cut off by the end of the run: neither success nor failure. */
  readonly interrupted: number;
  readonly successRate: number | null;
  readonly sloRate: number | null;
  readonly firstChunk: Latency | null;
  readonly response: Latency | null;
}

export interface StepPart extends Part {
  readonly sessionsStarted: number;
  /** The share of these sessions whose socket was opened. */
  readonly setupSuccessRate: number | null;
  /** Session start → socket open. */
  readonly socketOpen: Latency | null;
  readonly errors: number;
}

export interface ErrorCount {
  readonly phase: Phase;
  readonly reason: string;
  readonly meaning: string;
  readonly count: number;
}

/** Upgrades that were refused with one status; null: with others than those that are told apart. */
export interface RefusedHandshakes {
  readonly status: number | null;
  readonly count: number;
}

export interface Verdict {
  readonly metric: string;
  /** As in k6's options: `rate==1`. */
  readonly threshold: string;
  readonly ok: boolean;
  /** What the metric came to; null where it had no sample, such as a step that was not reached. */
  readonly got: number | null;
}

export interface Summary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly passed: boolean;
  readonly run: {
    readonly profile: string;
    readonly purpose: string;
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    readonly durationMs: number;
    /** What its scenarios take at the least; null where that is not known. */
    readonly plannedMs: number | null;
    /** A digest of its scenarios, k6's own flags included; null where they are not known. */
    readonly load: string | null;
  };
  /** Name → value as a user would write it, of all settings but the secret ones. */
  readonly settings: Readonly<Record<string, string>>;
  readonly sessions: {
    readonly started: number;
    readonly completed: number;
    readonly failed: number;
    readonly interrupted: number;
  };
  readonly overall: Part;
  readonly byCourse: readonly Part[];
  readonly byTurn: readonly Part[];
  readonly bySteps: readonly StepPart[];
  /** What the steps count: questions and answers, or sockets alone. */
  readonly stepsOf: 'answers' | 'sockets';
  /** The answer to the question that the profile asks, in words. */
  readonly findings: readonly string[];
  readonly setUp: {
    readonly token: Latency | null;
    readonly create: Latency | null;
    /** Session start → socket open. */
    readonly socketOpen: Latency | null;
  };
  readonly frames: {
    readonly received: number;
    readonly perAnswer: Latency | null;
    readonly gapMean: Latency | null;
    readonly gapMax: Latency | null;
  };
  readonly errors: readonly ErrorCount[];
  readonly handshakesRefused: readonly RefusedHandshakes[];
  readonly verdicts: readonly Verdict[];
  /** Whether the load generator kept up; where not, its figures are not the service's. */
  readonly trust: { readonly trusted: boolean; readonly why: readonly string[] };
  readonly clientLag: Latency | null;
  /** Sessions of an arrival rate that were never started, or started late. */
  readonly droppedIterations: number;
  readonly lateStarts: number;
  /** Every metric and sub-metric of k6's, as k6 gave it. */
  readonly metrics: Readonly<Record<string, K6Metric>>;
}

/** What k6's data does not tell. */
export interface RunContext {
  readonly profile: string;
  readonly purpose: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly courses: readonly string[];
  readonly steps: readonly string[];
  readonly asks?: StepsQuestion | undefined;
  readonly endedAt: Date;
  /** The 95th percentile of chat_client_lag up to which the generator is trusted. */
  readonly maxClientLagMs: number;
  /** The steps that the run did not get to the end of. */
  readonly cutShort?: readonly string[];
  /** Both of `setup`; see Summary. */
  readonly plannedMs?: number | null;
  readonly load?: string | null;
}

export function summarize(data: K6Data, context: RunContext): Summary {
  const { metrics } = data;
  const success = rateOf(metrics.chat_session_success);
  const started = statistic(metrics.chat_sessions_started, 'count');
  const durationMs = data.state.testRunDurationMs;
  const judged = verdictsOf(metrics, context);
  const { plannedMs = null, load = null, cutShort = [] } = context;
  // An iteration that k6 stops is not counted; what ends itself in time is.
  const stopped = started - statistic(metrics.iterations, 'count');
  const verdicts = [...judged, ...endedEarly(judged, context, durationMs, stopped)];
  const bySteps = context.steps.map((step) => stepOf(metrics, step));
  return {
    schema: SUMMARY_SCHEMA,
    passed: verdicts.length > 0 && verdicts.every(({ ok }) => ok),
    run: {
      profile: context.profile,
      purpose: context.purpose,
      startedAt: new Date(context.endedAt.getTime() - durationMs).toISOString(),
      durationMs,
      plannedMs,
      load,
    },
    settings: context.settings,
    sessions: {
      started,
      completed: success.passes,
      failed: success.fails,
      interrupted: started - success.passes - success.fails,
    },
    overall: partOf(metrics, 'all', ''),
    byCourse: context.courses.map((course) => partOf(metrics, course, `{course:${course}}`)),
    byTurn: TURNS.map((turn) => partOf(metrics, turn, `{turn:${turn}}`)),
    bySteps,
    stepsOf:
      context.asks?.kind === 'climb' && context.asks.unit === 'sockets' ? 'sockets' : 'answers',
    findings: findingsOf(context.asks, bySteps, { metrics, cutShort }),
    setUp: {
      token: latencyOf(metrics.chat_token_time),
      create: latencyOf(metrics.chat_create_time),
      socketOpen: latencyOf(metrics.chat_setup_time),
    },
    frames: {
      received: statistic(metrics.chat_chunks, 'count'),
      perAnswer: latencyOf(metrics.chat_chunks_per_response),
      gapMean: latencyOf(metrics.chat_chunk_gap_mean),
      gapMax: latencyOf(metrics.chat_chunk_gap_max),
    },
    errors: errorsOf(metrics),
    handshakesRefused: refusedHandshakes(metrics),
    verdicts,
    trust: trustOf(metrics, context.maxClientLagMs),
    clientLag: latencyOf(metrics.chat_client_lag),
    droppedIterations: statistic(metrics.dropped_iterations, 'count'),
    lateStarts: statistic(metrics.chat_late_starts, 'count'),
    metrics,
  };
}

/** @param of the sub-metric's selector, such as `{course:MED1060}`; '' for all. */
function partOf(metrics: K6Data['metrics'], name: string, of: string): Part {
  const sent = statistic(metrics[`chat_questions_sent${of}`], 'count');
  const success = rateOf(metrics[`chat_response_success${of}`]);
  return {
    name,
    sent,
    received: statistic(metrics[`chat_responses_received${of}`], 'count'),
    failed: success.fails,
    interrupted: sent - success.passes - success.fails,
    successRate: success.rate,
    sloRate: rateOf(metrics[`chat_slo_met${of}`]).rate,
    firstChunk: latencyOf(metrics[`chat_time_to_first_chunk${of}`]),
    response: latencyOf(metrics[`chat_response_time${of}`]),
  };
}

function stepOf(metrics: K6Data['metrics'], step: string): StepPart {
  const of = `{step:${step}}`;
  return {
    ...partOf(metrics, step, of),
    sessionsStarted: statistic(metrics[`chat_sessions_started${of}`], 'count'),
    setupSuccessRate: rateOf(metrics[`chat_setup_success${of}`]).rate,
    socketOpen: latencyOf(metrics[`chat_setup_time${of}`]),
    errors: statistic(metrics[`chat_errors${of}`], 'count'),
  };
}

function errorsOf(metrics: K6Data['metrics']): ErrorCount[] {
  return (Object.keys(reasonTable()) as Phase[]).flatMap((phase) =>
    reasonTable()
      [phase].map(({ reason, meaning }) => ({
        phase,
        reason,
        meaning,
        count: statistic(metrics[`chat_errors{phase:${phase},reason:${reason}}`], 'count'),
      }))
      .filter(({ count }) => count > 0),
  );
}

function refusedHandshakes(metrics: K6Data['metrics']): RefusedHandshakes[] {
  const known = HANDSHAKE_STATUSES.map((status) => ({
    status,
    count: statistic(metrics[`ws_sessions{status:${status}}`], 'count'),
  }));
  const refused = statistic(metrics['chat_errors{phase:connect,reason:handshake}'], 'count');
  const others = refused - known.reduce((sum, { count }) => sum + count, 0);
  return [...known, { status: null, count: others }].filter(({ count }) => count > 0);
}

function trustOf(metrics: K6Data['metrics'], maxClientLagMs: number): Summary['trust'] {
  const why: string[] = [];
  const lag = latencyOf(metrics.chat_client_lag);
  if (lag !== null && lag.p95 > maxClientLagMs) {
    why.push(
      `the script was ${Math.round(lag.p95)} ms late for the last frames (p95 of chat_client_lag, limit ${maxClientLagMs} ms): the load generator was the bottleneck; use fewer sessions or more machines`,
    );
  }
  const dropped = statistic(metrics.dropped_iterations, 'count');
  if (dropped > 0) {
    why.push(`${dropped} sessions were never started (dropped_iterations): too few virtual users`);
  }
  const late = statistic(metrics.chat_late_starts, 'count');
  if (late > 0) {
    why.push(`${late} sessions started late (chat_late_starts): the load generator had no time`);
  }
  return { trusted: why.length === 0, why };
}
