/** Counts and statistics of a run's samples, of all or of those with certain tags. */
import type { Phase } from '../../lib/base/errors.ts';
import { HANDSHAKE_STATUSES, reasonTable } from '../../lib/metrics/reasons.ts';
import type {
  ErrorCount,
  Latency,
  Part,
  RefusedHandshakes,
  StepPart,
} from '../../lib/results/summary.ts';
import { latencyOf } from './percentiles.ts';
import type { KeptMetric, Samples, TagSet } from './samples.ts';
import { numberOf, total } from './timeline.ts';

type Keep = (tags: TagSet) => boolean;
export const ALL: Keep = () => true;

export class Count {
  constructor(
    private readonly samples: Samples,
    /** Whether the run is over: a question without an end was cut off then. */
    private readonly isOver: boolean,
  ) {}

  values(metric: KeptMetric, keep: Keep = ALL): Float64Array {
    const groups = this.samples.of(metric).filter(({ tags }) => keep(tags));
    const all = new Float64Array(numberOf(groups));
    let filled = 0;
    for (const { values } of groups) {
      all.set(values, filled);
      filled += values.length;
    }
    return all;
  }

  sum(metric: KeptMetric, keep: Keep = ALL): number {
    return total(this.values(metric, keep));
  }

  latency(metric: KeptMetric, keep: Keep = ALL): Latency | null {
    return latencyOf(this.values(metric, keep));
  }

  rate(metric: KeptMetric, keep: Keep = ALL) {
    const values = this.values(metric, keep);
    const passes = total(values);
    const rate = values.length > 0 ? passes / values.length : null;
    return { passes, fails: values.length - passes, rate };
  }

  part(name: string, keep: Keep): Part {
    const success = this.rate('chat_response_success', keep);
    const response = this.latency('chat_response_time', keep);
    const sent = this.sum('chat_questions_sent', keep);
    return {
      name,
      sent,
      received: response?.count ?? 0,
      failed: success.fails,
      interrupted: this.isOver
        ? sent - success.passes - success.fails
        : this.sum('chat_interrupted', keep),
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

  refused(): RefusedHandshakes[] {
    const known = HANDSHAKE_STATUSES.map((status) => ({
      status,
      count: this.sum('ws_sessions', (tags) => tags.status === String(status)),
    }));
    const all = this.sum('chat_errors', ({ reason }) => reason === 'handshake');
    const others = all - total(known.map(({ count }) => count));
    return [...known, { status: null, count: others }].filter(({ count }) => count > 0);
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
