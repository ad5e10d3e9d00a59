/**
 * What a panel can ask, whatever the store: the one description is written in these, and each store
 * says them in its own language. Every answer has one line for each selected run.
 */
import type { MetricName } from '../lib/metrics/catalogue.ts';

/** Those that the dashboard shows, in percent. */
export const PERCENTILES = [50, 95, 99] as const;

/** `$percentile` is the one that is chosen at the top of the dashboard. */
type Percentile = (typeof PERCENTILES)[number] | '$percentile';

/** The tags of k6's samples that lines can be told apart by. */
export type Tag = 'course' | 'turn' | 'phase' | 'reason';

/** A counter, or those samples of it whose tags match the regular expressions. */
export interface Counted {
  readonly metric: MetricName;
  readonly where?: Readonly<Record<string, string>>;
}

/** Questions that ended without an answer: only with one open has a stream error a course. */
export const UNANSWERED: Counted = {
  metric: 'chat_errors',
  where: { phase: 'stream', course: '.+' },
};

/**
 * How many samples a rate has had. InfluxDB counts them; for Prometheus they are worked out from
 * counters, part by part, since k6 sends it the rate alone.
 */
export type Samples =
  /** Together they count the samples. */
  | { readonly ended: readonly Counted[] }
  /** The one counts the good samples, the other what may become a sample: at least as many. */
  | { readonly good: MetricName; readonly begun: MetricName };

export type Query = {
  /** What the line is, in one or two words; the tags' values and the run follow it. */
  readonly legend: string;
  readonly by?: readonly Tag[];
} & (
  | {
      /** Of a counter, as one number for the time range; with several, the legend names each. */
      readonly ask: 'total';
      readonly metrics: readonly MetricName[];
    }
  | {
      /** Of a counter, added up since the beginning of the time range. */
      readonly ask: 'so far';
      readonly metric: MetricName;
    }
  | { readonly ask: 'per second'; readonly metric: MetricName }
  | {
      /** The share of good samples of a rate, 0 to 1. */
      readonly ask: 'share' | 'share of the run';
      readonly metric: MetricName;
      readonly samples: Samples;
    }
  | {
      /** Of a trend; a time is in milliseconds. */
      readonly ask: 'percentile' | 'percentile of the run';
      readonly metric: MetricName;
      readonly percentile: Percentile;
    }
  | {
      /** Of a gauge; of several k6 that write one run, the highest of each, added up. */
      readonly ask: 'highest';
      readonly metric: MetricName;
    }
  | {
      /** What was opened and not closed yet, as long as the run goes on. */
      readonly ask: 'open';
      readonly opened: Counted;
      readonly closed: readonly Counted[];
    }
);

/**
 * Tell several k6 apart that write one run: the one by whoever starts them, the other by k6-operator. A
 * run of one k6 has neither.
 */
export const INSTANCE: readonly string[] = ['instance', 'instance_id'];

/** Counters whose first sample of each step of a profile says when the step began. */
export const STEPS: readonly { readonly name: string; readonly seen: Counted }[] = [
  // Not the sessions' starts: a session may go on for many steps, and asks in all of them.
  { name: 'Steps', seen: { metric: 'chat_questions_sent', where: { step: '.+' } } },
  {
    // No question is asked there.
    name: 'Steps of connections',
    seen: { metric: 'chat_sessions_started', where: { step: '.+', profile: 'connections' } },
  },
];

/** The variables by which the dashboard's user selects runs: tags of every sample. */
export const SELECTORS = ['environment', 'profile', 'run_id'] as const;

export type Selector = (typeof SELECTORS)[number];
