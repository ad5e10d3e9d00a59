/**
 * The summary of a run, made from what k6 hands to `handleSummary`: one object that the text on the
 * terminal, summary.json, report.md and junit.xml are all made from.
 */
import { localIso } from '../base/moment.ts';
import { limitOf } from './climb.ts';
import { isWithoutSessions, noSessionText } from './empty-segment.ts';
import { figuresFrom, type RunParts } from './figures.ts';
import { findingsOf } from './findings.ts';
import { type K6Data, k6Figures, statistic } from './k6-data.ts';
import type { Summary } from './model.ts';
import { type Profile, type RunPlan, stepsOf } from './profile.ts';
import { EARLY_MS, endedEarly, thresholdResults } from './threshold-results.ts';
import { trustOf } from './trust.ts';

/** What k6's data does not tell. */
export interface RunContext extends RunParts, RunPlan, Pick<Profile, 'purpose' | 'asks'> {
  /** The profile's name. */
  readonly profile: string;
  readonly settings: Readonly<Record<string, string>>;
  /** What the script was built with. */
  readonly engine: string;
  readonly endedAt: Date;
  /** The 95th percentile of each lag up to which the generator is trusted; null: see trust.ts. */
  readonly maxLagMs: number | null;
}

export function summarize({ metrics, state }: K6Data, context: RunContext): Summary {
  const { profile, purpose, settings, steps, asks, plannedMs, load, segment, engine } = context;
  const durationMs = state.testRunDurationMs - context.setUpMs;
  const source = k6Figures(metrics);
  const figures = figuresFrom(source, context, { isOver: true });
  const results = thresholdResults(metrics, context);
  // An iteration that k6 stops is not counted; what ends itself in time is.
  const stopped = figures.sessions.started - statistic(metrics.iterations, 'count');
  const early = endedEarly(results, context, durationMs, stopped);
  const empty =
    segment !== null &&
    isWithoutSessions(
      figures,
      statistic(metrics.iterations, 'count'),
      statistic(metrics.vus_max, 'max'),
      early.length === 0,
    );
  const verdicts = empty ? [] : [...results, ...early];
  const interrupted = steps
    .filter(({ toMs }) => toMs > durationMs + EARLY_MS)
    .map(({ name }) => name);
  const trust = trustOf(
    figures,
    metrics,
    context.maxLagMs,
    profile === 'arrivals' ? `ARRIVALS_MAX_SESSIONS=${settings.ARRIVALS_MAX_SESSIONS ?? ''}` : null,
  );
  const limit =
    asks?.kind === 'climb'
      ? limitOf(asks, figures.bySteps, { source, interrupted, settings })
      : null;
  return {
    schema: 'nuc-k6/summary/1',
    passed: verdicts.length > 0 && verdicts.every(({ ok }) => ok) && trust.trusted,
    run: {
      profile,
      purpose,
      startedAt: localIso(new Date(context.endedAt.getTime() - durationMs)),
      durationMs,
      plannedMs,
      load,
      segment: segment && { ...segment, empty },
      engine,
    },
    settings,
    ...figures,
    stepsOf: stepsOf(context),
    limit,
    findings: empty ? [noSessionText(segment)] : findingsOf(asks, figures.bySteps, limit),
    verdicts,
    trust,
    metrics,
  };
}
