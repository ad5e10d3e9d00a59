/** What timeline.json holds: its types and its check. What a summary has too comes from there. */
import Type from 'typebox';
import type { Described } from '../../lib/base/shape.ts';
import {
  figureFields,
  generatorShape,
  latencyShape,
  runFields,
  settingsShape,
  stepsOfShape,
} from '../../lib/results/model.ts';
import { MOST as MOST_BUCKETS } from './buckets.ts';

// One value a bucket; times in ms.
const counts = Type.Array(Type.Number());
const values = Type.Array(Type.Union([Type.Number(), Type.Null()]));
const percentiles = Type.Object({ p50: values, p95: values, p99: values });
const partSeries = Type.Object({
  name: Type.String(),
  firstChunk: percentiles,
  response: percentiles,
});
const errorSeries = Type.Object({
  phase: Type.String(),
  reason: Type.String(),
  counts,
  // Since the start of the run, ms. Older files lack it.
  firstAtMs: Type.Optional(Type.Number()),
});

const failure = Type.Object({
  // Since the start of the run.
  atMs: Type.Number(),
  // The session's number; null where its sample does not tell.
  session: Type.Union([Type.Integer(), Type.Null()]),
  phase: Type.String(),
  reason: Type.String(),
  // '' where there was none.
  step: Type.String(),
  course: Type.String(),
  turn: Type.String(),
});

const histogram = Type.Object({
  // From where the first bin begins, and how wide each is; the last has all that lies above.
  fromMs: Type.Number(),
  widthMs: Type.Number(),
  counts,
});
const noneOr = <T extends Type.TSchema>(shape: T) => Type.Union([shape, Type.Null()]);
const byLoad = Type.Object({
  // Sessions that were open when an answer came, both ends included.
  from: Type.Integer(),
  to: Type.Integer(),
  firstChunk: noneOr(latencyShape),
  response: noneOr(latencyShape),
});

const spread = Type.Object({
  firstChunk: noneOr(histogram),
  response: noneOr(histogram),
  byLoad: Type.Array(byLoad),
});

const timelineShape = Type.Object({
  durationMs: Type.Number(),
  widthMs: Type.Number(),
  // Lists of that length are made: a wrong one could be one of billions.
  count: Type.Integer({ maximum: MOST_BUCKETS }),
  firstChunk: percentiles,
  response: percentiles,
  // Session start → socket open. Older files lack it.
  socketOpen: Type.Optional(percentiles),
  byCourse: Type.Array(partSeries),
  byTurn: Type.Array(partSeries),
  // The most that were open at once in the bucket, and that waited for the end of their answer.
  sessionsOpen: counts,
  answersInFlight: counts,
  questionsSent: counts,
  answers: counts,
  // The most frequent first.
  errors: Type.Array(errorSeries),
  // The first of them all, one by one, in the order of their times. Older files lack it.
  firstFailures: Type.Optional(Type.Array(failure)),
  clientLag: percentiles,
  // How the answers' times are spread, and how they go with the load. Older files lack it.
  spread: Type.Optional(spread),
  // Where each step begins, since the start of the run.
  steps: Type.Array(Type.Object({ name: Type.String(), atMs: Type.Number() })),
});

const { received, perAnswer, gapMean, gapMax } = figureFields.frames.properties;

export const figuresShape = Type.Object({
  run: Type.Object(runFields),
  ...figureFields,
  // Older files lack two of them; the page shows neither.
  frames: Type.Object({
    received,
    perAnswer: Type.Optional(perAnswer),
    gapMean: Type.Optional(gapMean),
    gapMax,
  }),
});

const traffic = Type.Object({ sent: Type.Number(), received: Type.Number() });

// What is optional, older files lack.
export const recordingShape = Type.Object({
  schema: Type.Literal('nuc-k6/timeline/1'),
  runId: Type.String(),
  environment: Type.String(),
  // Without the private ones.
  settings: Type.Optional(settingsShape),
  // Of the profile, in one line.
  purpose: Type.Optional(Type.String()),
  stepsOf: Type.Optional(stepsOfShape),
  // Why k6 left no summary, in one line without a full stop; only where it left none.
  noSummary: Type.Optional(Type.String()),
  // Bytes that k6 counted on its connections. Older files lack it.
  traffic: Type.Optional(traffic),
  // What the run took of its machine, where the runner saw it and k6 left no summary.
  generator: Type.Optional(generatorShape),
  figures: figuresShape,
  timeline: timelineShape,
});

export type Percentiles = Described<typeof percentiles>;
export type PartSeries = Described<typeof partSeries>;
export type Traffic = Described<typeof traffic>;
export type Spread = Described<typeof spread>;
export type Histogram = Described<typeof histogram>;
export type ByLoad = Described<typeof byLoad>;
export type Failure = Described<typeof failure>;
export type ErrorSeries = Described<typeof errorSeries>;
export type Timeline = Described<typeof timelineShape>;
export type Recording = Described<typeof recordingShape>;
