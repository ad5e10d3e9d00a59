/** One summary over the instances of a run, as if k6 had been one process. */
import { PROFILE_NAMES, profileByName } from '../../k6-options/profiles.ts';
import { showMs } from '../../lib/base/format.ts';
import { TREND_STATS } from '../../lib/metrics/trend-stats.ts';
import type { K6Metric, Summary } from '../../lib/results/model.ts';
import type { Step, StepsQuestion } from '../../lib/results/profile.ts';
import { summarize } from '../../lib/results/summary.ts';
import { parseMetricName } from '../../lib/results/threshold-expression.ts';
import {
  EARLY_MS,
  earlyEndOf,
  INSTANCES_WHOLE,
  showGot,
} from '../../lib/results/threshold-results.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { type AskedMetric, metricOfAll } from '../../report/samples/all-metrics.ts';
import type { Instance } from './instance.ts';

/** Starts that lie further apart are told. Milliseconds. */
const START_SPREAD_MS = 1000;

/** From when to when an instance ran, epoch ms. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * @param instances of one run (same-run.ts); one at least has a summary.
 * @param missing what is known to be missing beside them, in a line each.
 * @param wereEnded whether a threshold over all of them ended all of them: none left before its time.
 */
export function mergeRuns(
  instances: readonly Instance[],
  missing: readonly string[],
  wereEnded = false,
): Summary {
  const summaries = instances.flatMap(({ summary }) => summary ?? []);
  const [first] = summaries;
  if (first === undefined) throw new Error('no instance has a summary');
  const spans = instances.map(spanOf);
  const began = spans.flatMap((span) => span ?? []);
  const from = Math.min(...began.map((span) => span.from));
  // Of one instance to the digit: its start is known to the millisecond alone.
  const durationMs =
    instances.length === 1
      ? first.run.durationMs
      : Math.max(...began.map((span) => span.to)) - from;
  const settings = readSettings(first.settings);
  const merged = summarize(
    {
      metrics: metricsOf(instances, summaries, durationMs + Math.max(...summaries.map(setUpMsOf))),
      state: { testRunDurationMs: durationMs },
    },
    {
      profile: first.run.profile,
      purpose: first.run.purpose,
      settings: first.settings,
      courses: first.byCourse.map(({ name }) => name),
      steps: first.bySteps.map(asStep),
      asks: questionOf(first),
      endedAt: new Date(Math.ceil(from + durationMs)),
      maxLagMs: settings.maxLag,
      plannedMs: first.run.plannedMs ?? null,
      load: first.run.load ?? null,
      engine: first.run.engine ?? 'webcrypto',
      segment: null,
      // The instances' times have none of it.
      setUpMs: 0,
    },
  );
  const end = Math.max(...began.map((span) => span.to));
  const begun = summaries.find(({ run }) => Date.parse(run.startedAt) === from);
  const described = instances.map((instance, index) =>
    describe(instance, [
      ...instance.problems,
      ...(wereEnded ? [] : leftEarly(instance, spans[index] ?? null, end, merged)),
    ]),
  );
  const whole = described.filter(({ problems }) => problems.length === 0).length;
  const expected = instances.length + missing.length;
  const trust = trustOf(merged, instances);
  const verdicts =
    whole === expected
      ? merged.verdicts
      : [
          ...merged.verdicts,
          { metric: INSTANCES_WHOLE, threshold: `count==${expected}`, ok: false, got: whole },
        ];
  return {
    ...merged,
    // By the clock of the machine that ran k6, which may have another offset than this one.
    run: { ...merged.run, startedAt: begun?.run.startedAt ?? merged.run.startedAt },
    passed: merged.passed && whole === expected && trust.trusted,
    instances: described,
    verdicts,
    findings: [
      ...merged.findings,
      ...missing,
      ...described.flatMap(({ name, problems }) => problems.map((text) => `${name}: ${text}`)),
      ...startSpread(began),
    ],
    trust,
  };
}

/** k6's rates are of its whole time, with what `setup` took; the run's own time is without that. */
function setUpMsOf({ metrics, run }: Summary): number {
  const { count = 0, rate = 0 } = metrics.data_sent?.values ?? {};
  return rate > 0 ? (count / rate) * 1000 - run.durationMs : 0;
}

/** Every metric that any of them has, and every part of one that k6 was asked for. */
function metricsOf(
  instances: readonly Instance[],
  summaries: readonly Summary[],
  durationMs: number,
): Record<string, K6Metric> {
  const asked = new Map<string, AskedMetric>();
  for (const { metrics } of summaries) {
    for (const [name, { type, contains, values, thresholds }] of Object.entries(metrics)) {
      if (asked.has(name)) continue;
      const judged = thresholds && Object.keys(thresholds);
      asked.set(name, { type, contains, statistics: Object.keys(values), thresholds: judged });
    }
  }
  // An instance without a summary may have seen what no other has.
  for (const { tallies } of instances) {
    for (const [name, kind] of tallies.kinds) {
      const isNew = !asked.has(name) && tallies.of(parseMetricName(name).metric).length > 0;
      if (isNew) asked.set(name, { ...kind, statistics: TREND_STATS, thresholds: undefined });
    }
  }
  const all = instances.map(({ tallies }) => tallies);
  return Object.fromEntries(
    [...asked].map(([name, what]) => [name, metricOfAll(name, what, all, durationMs)]),
  );
}

/** Null where it left neither a summary nor a sample. */
function spanOf({ summary, tallies }: Instance): Span | null {
  if (summary !== null) {
    const from = Date.parse(summary.run.startedAt);
    return { from, to: from + summary.run.durationMs };
  }
  if (tallies.count === 0) return null;
  return { from: Date.parse(tallies.firstTime), to: Date.parse(tallies.lastTime) };
}

function describe({ name, summary, tallies }: Instance, problems: string[]) {
  const total = (metric: string) => tallies.of(metric).reduce((sum, tally) => sum + tally.sum, 0);
  return {
    name,
    part: summary === null ? null : (summary.run.segment?.part ?? '0:1'),
    sessions: total('chat_sessions_started'),
    questions: total('chat_questions_sent'),
    problems,
  };
}

/**
 * By what its own summary says. A climb that found its limit is over for the instance that found it,
 * while others may go on: then it left them.
 */
function leftEarly(
  { summary }: Instance,
  span: Span | null,
  end: number,
  merged: Summary,
): string[] {
  if (summary === null || span === null || summary.run.segment?.empty) return [];
  const early = earlyEndOf(summary.verdicts);
  if (early !== null) {
    const got = showGot(early, summary.metrics);
    return [`ended early: ${early.metric} ${got}, expected ${early.threshold}`];
  }
  const { plannedMs = null } = summary.run;
  const isShort = plannedMs !== null && span.to - span.from < plannedMs - EARLY_MS;
  return isShort && merged.run.durationMs > 0 && end - span.to > EARLY_MS
    ? [`ended ${showMs(end - span.to)} before the others`]
    : [];
}

function startSpread(spans: readonly Span[]): string[] {
  const starts = spans.map(({ from }) => from);
  const apart = Math.max(...starts) - Math.min(...starts);
  return apart > START_SPREAD_MS ? [`the instances started up to ${showMs(apart)} apart`] : [];
}

/** By name, where the summaries tell; what is found over all is not known of one without a summary. */
function trustOf(merged: Summary, instances: readonly Instance[]): Summary['trust'] {
  if (instances.length === 1) return merged.trust;
  const named = instances.flatMap(({ name, summary }) =>
    (summary?.trust.why ?? []).map((why) => `${name}: ${why}`),
  );
  const areAllTold = instances.every(({ summary }) => summary !== null);
  const why = areAllTold && named.length > 0 ? named : [...named, ...merged.trust.why];
  return { ...merged.trust, trusted: why.length === 0, why };
}

function asStep({ name, fromMs, toMs }: Summary['bySteps'][number]): Step {
  if (fromMs === undefined || toMs === undefined) throw new Error(`step ${name}: no times`);
  return { name, fromMs, toMs };
}

/** A file of the user's own asks none. */
function questionOf({ settings }: Summary): StepsQuestion | undefined {
  const isKnown = PROFILE_NAMES.includes(settings.PROFILE ?? '');
  return isKnown ? profileByName(readSettings(settings), 0).asks : undefined;
}
