/** What a load profile is: who comes, when, and what counts as a pass. Data, not control flow. */

import type { MetricName, MetricPartName } from '../metrics/catalogue.ts';
import type { Settings } from '../settings/settings.ts';
import type { StepsOf } from './model.ts';

/** k6's thresholds of one metric or sub-metric, in the form of its options. */
export type Threshold =
  | string
  | { readonly threshold: string; readonly abortOnFail: boolean; readonly delayAbortEval?: string };

/** Of a user's file too: its metrics may be any. */
export type Thresholds = Readonly<Record<string, readonly Threshold[]>>;

/** Of a profile of this project: its metrics are in the catalogue. */
export type KnownThresholds = Partial<Record<MetricName, readonly Threshold[]>> &
  Record<MetricPartName, readonly Threshold[]>;

/** The executors that the profiles use, in the form of k6's options. Durations as k6 reads them. */
export type Scenario = {
  readonly startTime?: string;
  readonly gracefulStop?: string;
  readonly exec?: 'connections';
} & (
  | {
      readonly executor: 'per-vu-iterations';
      readonly vus: number;
      readonly iterations: number;
      readonly maxDuration: string;
    }
  | { readonly executor: 'constant-vus'; readonly vus: number; readonly duration: string }
  | {
      readonly executor: 'ramping-vus';
      readonly startVUs: number;
      readonly stages: readonly { readonly duration: string; readonly target: number }[];
    }
  | {
      readonly executor: 'constant-arrival-rate';
      readonly rate: number;
      readonly timeUnit: string;
      readonly duration: string;
      readonly preAllocatedVUs: number;
      readonly maxVUs: number;
    }
);

/** A window of the run whose samples the tag `step` marks, and the summary shows in a row. */
export interface Step {
  readonly name: string;
  /** Since the start of the test. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the steps of a profile are to tell, beside their figures. */
export type StepsQuestion =
  /** Is the later step as good as the earlier one? */
  | { readonly kind: 'compare'; readonly earlier: string; readonly later: string }
  /** What is the highest step in which each of these rates reached its least? */
  | {
      readonly kind: 'climb';
      /** The run goes on above a level that did not hold. */
      readonly goesOn?: boolean;
      /** What a step's name counts. */
      readonly unit: 'sessions' | 'sockets';
      readonly rates: readonly { readonly metric: MetricName; readonly least: number }[];
    };

export interface Profile {
  readonly name: string;
  /** In one line. */
  readonly purpose: string;
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** What counts as a pass; sub-metrics that only the summary needs are not among them. */
  readonly thresholds: Thresholds;
  /** A session that takes longer has failed; without it, its scenario's end cuts it off. */
  readonly sessionLimitMs?: number;
  readonly steps: readonly Step[];
  readonly asks?: StepsQuestion | undefined;
  /** The most sessions at once. */
  readonly peakSessions: number;
  /** The number of sessions in words, for the log: `3`, or `10 to 500`. */
  readonly sessions: string;
}

/** @param questions how many one session asks. */
export type ProfileOf = (
  settings: Settings,
  questions: number,
) => Profile & { readonly thresholds: KnownThresholds };

/** What a profile, and so each of its steps, is about. */
export function stepsOf({ asks }: Pick<Profile, 'asks'>): StepsOf {
  return asks?.kind === 'climb' && asks.unit === 'sockets' ? 'sockets' : 'answers';
}

/** A part of a run's load, by k6's `--execution-segment` and `--execution-segment-sequence`. */
export interface Segment {
  /** `1/4:1/2` */
  readonly part: string;
  /** `0,1/4,1/2,1`; null where none is given. */
  readonly sequence: string | null;
}

/** What `setup` reads of the scenarios in force, k6's own flags included. */
export interface RunPlan {
  /** What they take at the least; null where that is not known. */
  readonly plannedMs: number | null;
  /** A digest of them; null where they are not known. */
  readonly load: string | null;
  /** Which part of them this process has; null: all of them. */
  readonly segment: Segment | null;
  /** How long the test had been running when they began: k6's clock counts what `setup` takes too. */
  readonly setUpMs: number;
}
