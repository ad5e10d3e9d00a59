/** What timeline.json holds: its check comes from here, of what a summary has too from there. */
import Type from 'typebox';
import { figureFields, runFields, settingsShape, stepsOfShape } from '../../lib/results/model.ts';
import { MOST as MOST_BUCKETS } from './buckets.ts';

const counts = Type.Array(Type.Number());
const values = Type.Array(Type.Union([Type.Number(), Type.Null()]));
const percentiles = Type.Object({ p50: values, p95: values, p99: values });
const partSeries = Type.Object({
  name: Type.String(),
  firstChunk: percentiles,
  response: percentiles,
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

// What is optional, older files lack.
export const recordingShape = Type.Object({
  schema: Type.Literal('nuc-k6/timeline/1'),
  runId: Type.String(),
  environment: Type.String(),
  settings: Type.Optional(settingsShape),
  purpose: Type.Optional(Type.String()),
  stepsOf: Type.Optional(stepsOfShape),
  noSummary: Type.Optional(Type.String()),
  figures: figuresShape,
  timeline: Type.Object({
    durationMs: Type.Number(),
    widthMs: Type.Number(),
    // Lists of that length are made: a wrong one could be one of billions.
    count: Type.Integer({ maximum: MOST_BUCKETS }),
    firstChunk: percentiles,
    response: percentiles,
    socketOpen: Type.Optional(percentiles),
    byCourse: Type.Array(partSeries),
    byTurn: Type.Array(partSeries),
    sessionsOpen: counts,
    answersInFlight: counts,
    questionsSent: counts,
    answers: counts,
    errors: Type.Array(Type.Object({ phase: Type.String(), reason: Type.String(), counts })),
    clientLag: percentiles,
    steps: Type.Array(Type.Object({ name: Type.String(), atMs: Type.Number() })),
  }),
});
