/**
 * The figures of a run, counted from its samples as far as they have come: what the live page shows,
 * and what is left of a run that k6 could not sum up. At the end of a run they are the summary's,
 * but for steps that were not reached: the samples do not name them.
 */
import { TURNS } from '../../lib/protocol/answer.ts';
import type { Summary } from '../../lib/results/summary.ts';
import { ALL, Count } from './count.ts';
import type { Samples } from './samples.ts';
import { endedSessions, numberOf, valuesOf } from './timeline.ts';

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

/** A run that is over. */
export interface RunEnd {
  /** All that the run was to ask about; those alone that it did where this is empty. */
  readonly courses: readonly string[];
}

/**
 * @param end without it the run goes on. A session or a question without an end is open then; at the
 *   end of the run it was cut off, whether or not the script came to count it.
 */
export function figuresOf(samples: Samples, end?: RunEnd): Figures {
  const count = new Count(samples, end !== undefined);
  const asked = samples.of('chat_questions_sent');
  const success = count.rate('chat_session_success');
  const started = count.sum('chat_sessions_started');
  const ended = end === undefined ? numberOf(endedSessions(samples)) : started;
  const courses = new Set([...(end?.courses ?? []), ...valuesOf(asked, 'course')]);
  const steps = valuesOf([...samples.of('chat_sessions_started'), ...asked], 'step');
  return {
    run: {
      profile: samples.run.profile,
      startedAt: new Date(samples.firstAt).toISOString(),
      durationMs: samples.lastAt - samples.firstAt,
    },
    sessions: {
      started,
      completed: success.passes,
      failed: success.fails,
      interrupted: ended - success.passes - success.fails,
    },
    overall: count.part('all', ALL),
    byCourse: [...courses]
      .filter(Boolean)
      .map((name) => count.part(name, ({ course }) => course === name)),
    byTurn: TURNS.map((name) => count.part(name, ({ turn }) => turn === name)),
    bySteps: steps.map((name) => count.step(name)),
    setUp: {
      token: count.latency('chat_token_time'),
      create: count.latency('chat_create_time'),
      socketOpen: count.latency('chat_setup_time'),
    },
    frames: { received: count.sum('chat_chunks'), gapMax: count.latency('chat_chunk_gap_max') },
    errors: count.errors(),
    handshakesRefused: count.refused(),
    clientLag: count.latency('chat_client_lag'),
    droppedIterations: count.sum('dropped_iterations'),
    lateStarts: count.sum('chat_late_starts'),
  };
}

/** The figures that a summary has. */
export function figuresIn(summary: Summary): Figures {
  const { overall, byCourse, byTurn, bySteps, setUp, errors, sessions } = summary;
  const { handshakesRefused, clientLag, droppedIterations, lateStarts } = summary;
  const { profile, startedAt, durationMs } = summary.run;
  const { received, gapMax } = summary.frames;
  return {
    run: { profile, startedAt, durationMs },
    sessions,
    overall,
    byCourse,
    byTurn,
    bySteps,
    setUp,
    frames: { received, gapMax },
    errors,
    handshakesRefused,
    clientLag,
    droppedIterations,
    lateStarts,
  };
}
