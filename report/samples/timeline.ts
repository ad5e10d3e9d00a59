/**
 * What happened when: the samples in buckets of time. Percentiles are exact, worked out from all
 * samples of a bucket. A sample stands where k6 took it: an answer where it ended, a question where
 * it was sent. Null where a bucket has no sample.
 */
import { TURNS } from '../../lib/protocol/answer.ts';
import type { Step } from '../../lib/results/profile.ts';
import { type Buckets, bucketAt, bucketsOf } from './buckets.ts';
import { byLoadOf, histogramOf } from './distribution.ts';
import { percentile, sorted } from './percentiles.ts';
import type { ErrorSeries, PartSeries, Percentiles, Spread, Timeline } from './recording-shape.ts';
import type { Group, KeptMetric, Samples, TagSet } from './samples.ts';

/** Milliseconds to three digits: below a microsecond there is only noise, and the page is smaller. */
const DIGITS = 1000;

type Keep = (tags: TagSet) => boolean;
const ALL: Keep = () => true;

/** @param steps as the profile has them; without them, those that the samples name. */
export function timelineOf(
  samples: Samples,
  steps: readonly Step[] = stepsSeen(samples),
): Timeline {
  const answers = numberOf(samples.of('chat_response_time'));
  const buckets = bucketsOf(rounded(samples.lastAt - samples.firstAt), answers);
  const bucketed = new BucketedSamples(samples, buckets);
  const part = (name: string, keep: Keep): PartSeries => ({
    name,
    firstChunk: bucketed.percentiles('chat_time_to_first_chunk', keep),
    response: bucketed.percentiles('chat_response_time', keep),
  });
  const asked = samples.of('chat_questions_sent');
  return {
    ...buckets,
    firstChunk: bucketed.percentiles('chat_time_to_first_chunk'),
    response: bucketed.percentiles('chat_response_time'),
    byCourse: valuesOf(asked, 'course').map((name) => part(name, ({ course }) => course === name)),
    byTurn: TURNS.filter((name) => valuesOf(asked, 'turn').includes(name)).map((name) =>
      part(name, ({ turn }) => turn === name),
    ),
    sessionsOpen: bucketed.peaks(samples.of('chat_sessions_started'), endedSessions(samples)),
    answersInFlight: bucketed.peaks(asked, [
      // Every question that ended has a sample of one or the other.
      ...samples.of('chat_response_success'),
      ...samples.of('chat_interrupted'),
    ]),
    questionsSent: bucketed.counts('chat_questions_sent'),
    answers: bucketed.counts('chat_response_time', ALL, () => 1),
    errors: errorsOf(samples, bucketed),
    firstFailures: samples.firstErrors.map(({ at, session, tags }) => {
      const { phase, reason, step, course, turn } = tags;
      return { atMs: rounded(at - samples.firstAt), session, phase, reason, step, course, turn };
    }),
    clientLag: bucketed.percentiles('chat_client_lag'),
    socketOpen: bucketed.percentiles('chat_setup_time'),
    spread: spreadOf(samples),
    steps: steps.map(({ name, fromMs }) => ({ name, atMs: fromMs })),
  };
}

/** The values of a tag, in the order in which they came up. */
export function valuesOf(groups: readonly Group[], tag: keyof TagSet): string[] {
  return [...new Set(groups.map(({ tags }) => tags[tag]))].filter(Boolean);
}

/** How many samples there are. */
export function numberOf(groups: readonly Group[]): number {
  return total(groups.map(({ times }) => times.length));
}

/** The iterations that were sessions. An iteration ends also where its session failed or was interrupted. */
export function endedSessions(samples: Samples): Group[] {
  const scenarios = valuesOf(samples.of('chat_sessions_started'), 'scenario');
  return samples.of('iterations').filter(({ tags }) => scenarios.includes(tags.scenario));
}

class BucketedSamples {
  constructor(
    private readonly samples: Samples,
    private readonly buckets: Buckets,
  ) {}

  percentiles(metric: KeptMetric, keep: Keep = ALL): Percentiles {
    const groups: number[][] = Array.from({ length: this.buckets.count }, () => []);
    this.each(metric, keep, (bucket, value) => groups[bucket]?.push(value));
    const rising = groups.map((values) => (values.length === 0 ? null : sorted(values)));
    const at = (share: number) =>
      rising.map((values) => (values === null ? null : rounded(percentile(values, share))));
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  counts(metric: KeptMetric, keep: Keep = ALL, weight = (value: number) => value): number[] {
    const counts = new Array<number>(this.buckets.count).fill(0);
    this.each(metric, keep, (bucket, value) => {
      counts[bucket] = (counts[bucket] ?? 0) + weight(value);
    });
    return counts;
  }

  /** How many are under way, at the most in each bucket. */
  peaks(begun: readonly Group[], ended: readonly Group[]): number[] {
    // Of one moment, what ends makes room before something begins.
    const moments = [
      ...begun.flatMap(({ times }) => times.map((at) => ({ at, by: 1 }))),
      ...ended.flatMap(({ times }) => times.map((at) => ({ at, by: -1 }))),
    ].sort((a, b) => a.at - b.at || a.by - b.by);
    const peaks = new Array<number>(this.buckets.count).fill(0);
    let level = 0;
    let filled = 0;
    for (const { at, by } of moments) {
      const bucket = bucketAt(this.buckets, at - this.samples.firstAt);
      // What was under way before goes on through the buckets without a change.
      for (; filled <= bucket; filled += 1) peaks[filled] = level;
      level += by;
      peaks[bucket] = Math.max(peaks[bucket] ?? 0, level);
    }
    for (; filled < peaks.length; filled += 1) peaks[filled] = level;
    return peaks;
  }

  private each(metric: KeptMetric, keep: Keep, take: (bucket: number, value: number) => void) {
    for (const { tags, times, values } of this.samples.of(metric)) {
      if (!keep(tags)) continue;
      for (let index = 0; index < times.length; index += 1) {
        const at = (times[index] ?? 0) - this.samples.firstAt;
        take(bucketAt(this.buckets, at), values[index] ?? 0);
      }
    }
  }
}

function spreadOf(samples: Samples): Spread {
  const firstChunk = samples.of('chat_time_to_first_chunk');
  const response = samples.of('chat_response_time');
  const begun = samples.of('chat_sessions_started');
  return {
    firstChunk: histogramOf(firstChunk),
    response: histogramOf(response),
    byLoad: byLoadOf(begun, endedSessions(samples), firstChunk, response),
  };
}

function errorsOf(samples: Samples, bucketed: BucketedSamples): ErrorSeries[] {
  const names = new Map<string, { phase: string; reason: string; firstAtMs: number }>();
  for (const { tags, times } of samples.of('chat_errors')) {
    const { phase, reason } = tags;
    const name = `${phase}/${reason}`;
    const before = names.get(name)?.firstAtMs ?? Number.POSITIVE_INFINITY;
    const firstAtMs = rounded(least(times) - samples.firstAt);
    names.set(name, { phase, reason, firstAtMs: Math.min(before, firstAtMs) });
  }
  return [...names.values()]
    .map(({ phase, reason, firstAtMs }) => ({
      phase,
      reason,
      firstAtMs,
      counts: bucketed.counts(
        'chat_errors',
        (tags) => tags.phase === phase && tags.reason === reason,
      ),
    }))
    .sort((a, b) => total(b.counts) - total(a.counts));
}

/** The steps that the samples name, each from its first sample to that of the next. */
export function stepsSeen(samples: Samples): Step[] {
  const first = new Map<string, number>();
  const groups = [...samples.of('chat_sessions_started'), ...samples.of('chat_questions_sent')];
  for (const { tags, times } of groups) {
    if (tags.step === '') continue;
    const before = first.get(tags.step) ?? Number.POSITIVE_INFINITY;
    first.set(tags.step, Math.min(before, least(times)));
  }
  const end = samples.lastAt;
  return [...first]
    .sort(([, a], [, b]) => a - b)
    .map(([name, at], index, all) => ({
      name,
      fromMs: rounded(at - samples.firstAt),
      toMs: rounded((all[index + 1]?.[1] ?? end) - samples.firstAt),
    }));
}

function least(times: readonly number[]): number {
  return times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
}

export function total(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}
