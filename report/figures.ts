/**
 * The figures of a run, counted from its samples as far as they have come: what the live page shows,
 * and what is left of a run that k6 could not sum up. At the end of a run they are the summary's.
 */
import type { Phase } from '../lib/shared/errors.ts';
import { HANDSHAKE_STATUSES, reasonTable } from '../lib/shared/reasons.ts';
import type { ErrorCount, Latency, Part, StepPart, Summary } from '../lib/shared/summary.ts';
import { latencyOf } from './percentiles.ts';
import type { MetricName, Samples, TagSet } from './samples.ts';
import { endedSessions, numberOf, total, valuesOf } from './timeline.ts';

/** The part of a summary that the page shows; a summary is one. */
export type Figures = Pick<
  Summary,
  | 'overall'
  | 'byCourse'
  | 'byTurn'
  | 'bySteps'
  | 'setUp'
  | 'errors'
  | 'handshakesRefused'
  | 'clientLag'
  | 'droppedIterations'
  | 'lateStarts'
> & {
  readonly run: Pick<Summary['run'], 'profile' | 'startedAt' | 'durationMs'>;
  readonly sessions: Summary['sessions'];
  readonly frames: Pick<Summary['frames'], 'received' | 'gapMax'>;
};

const TURNS = ['1', '2-10', '11+'];

type Keep = (tags: TagSet) => boolean;
const ALL: Keep = () => true;

export function figuresOf(samples: Samples): Figures {
  const count = new Count(samples);
  const asked = samples.of('chat_questions_sent');
  const success = count.rate('chat_session_success');
  const steps = valuesOf([...samples.of('chat_sessions_started'), ...asked], 'step');
  return {
    run: {
      profile: samples.run.profile,
      startedAt: new Date(samples.firstAt).toISOString(),
      durationMs: samples.lastAt - samples.firstAt,
    },
    sessions: {
      started: count.sum('chat_sessions_started'),
      completed: success.passes,
      failed: success.fails,
      interrupted: numberOf(endedSessions(samples)) - success.passes - success.fails,
    },
    overall: count.part('all', ALL),
    byCourse: valuesOf(asked, 'course').map((name) =>
      count.part(name, ({ course }) => course === name),
    ),
    byTurn: TURNS.map((name) => count.part(name, ({ turn }) => turn === name)),
    bySteps: steps.map((name) => count.step(name)),
    setUp: {
      token: count.latency('chat_token_time'),
      create: count.latency('chat_create_time'),
      socketOpen: count.latency('chat_setup_time'),
    },
    frames: { received: count.sum('chat_chunks'), gapMax: count.latency('chat_chunk_gap_max') },
    errors: count.errors(),
    handshakesRefused: HANDSHAKE_STATUSES.map((status) => ({
      status,
      count: count.sum('ws_sessions', (tags) => tags.status === String(status)),
    })).filter(({ count }) => count > 0),
    clientLag: count.latency('chat_client_lag'),
    droppedIterations: count.sum('dropped_iterations'),
    lateStarts: count.sum('chat_late_starts'),
  };
}

class Count {
  constructor(private readonly samples: Samples) {}

  values(metric: MetricName, keep: Keep = ALL): Float64Array {
    const groups = this.samples.of(metric).filter(({ tags }) => keep(tags));
    const all = new Float64Array(numberOf(groups));
    let filled = 0;
    for (const { values } of groups) {
      all.set(values, filled);
      filled += values.length;
    }
    return all;
  }

  sum(metric: MetricName, keep: Keep = ALL): number {
    return total(this.values(metric, keep));
  }

  latency(metric: MetricName, keep: Keep = ALL): Latency | null {
    return latencyOf(this.values(metric, keep));
  }

  rate(metric: MetricName, keep: Keep = ALL) {
    const values = this.values(metric, keep);
    const passes = total(values);
    const rate = values.length > 0 ? passes / values.length : null;
    return { passes, fails: values.length - passes, rate };
  }

  part(name: string, keep: Keep): Part {
    const success = this.rate('chat_response_success', keep);
    const response = this.latency('chat_response_time', keep);
    return {
      name,
      sent: this.sum('chat_questions_sent', keep),
      received: response?.count ?? 0,
      failed: success.fails,
      interrupted: this.sum('chat_interrupted', keep),
      successRate: success.rate,
      sloRate: this.rate('chat_slo_met', keep).rate,
      firstChunk: this.latency('chat_time_to_first_chunk', keep),
      response,
    };
  }

  step(name: string): StepPart {
    const keep: Keep = ({ step }) => step === name;
    return {
      ...this.part(name, keep),
      sessionsStarted: this.sum('chat_sessions_started', keep),
      setupSuccessRate: this.rate('chat_setup_success', keep).rate,
      socketOpen: this.latency('chat_setup_time', keep),
      errors: this.sum('chat_errors', keep),
    };
  }

  errors(): ErrorCount[] {
    return (Object.keys(reasonTable()) as Phase[]).flatMap((phase) =>
      reasonTable()
        [phase].map(({ reason, meaning }) => ({
          phase,
          reason,
          meaning,
          count: this.sum('chat_errors', (tags) => tags.phase === phase && tags.reason === reason),
        }))
        .filter(({ count }) => count > 0),
    );
  }
}
