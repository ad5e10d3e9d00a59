/** What the page reads of the two files that it is made from: timeline.json and summary.json. */

import {
  anyNumber,
  anyText,
  fields,
  listOf,
  numberUpTo,
  orMissing,
  orNull,
  type Shape,
  tableOf,
  yesOrNo,
} from '../../lib/base/shape.ts';
import { MOST as MOST_BUCKETS } from './buckets.ts';

function numbers(...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, anyNumber]));
}

const latency = orNull(fields(numbers('count', 'avg', 'min', 'med', 'p90', 'p95', 'p99', 'max')));

const part = {
  name: anyText,
  ...numbers('sent', 'received', 'failed', 'interrupted'),
  successRate: orNull(anyNumber),
  sloRate: orNull(anyNumber),
  firstChunk: latency,
  response: latency,
};

const step = {
  ...part,
  ...numbers('sessionsStarted', 'errors'),
  setupSuccessRate: orNull(anyNumber),
  socketOpen: latency,
};

const run = { profile: anyText, startedAt: anyText, durationMs: anyNumber };

const figures = {
  sessions: fields(numbers('started', 'completed', 'failed', 'interrupted')),
  overall: fields(part),
  byCourse: listOf(fields(part)),
  byTurn: listOf(fields(part)),
  bySteps: listOf(fields(step)),
  setUp: fields({ token: latency, create: latency, socketOpen: latency }),
  frames: fields({ received: anyNumber, gapMax: latency }),
  errors: listOf(fields({ phase: anyText, reason: anyText, meaning: anyText, count: anyNumber })),
  handshakesRefused: listOf(fields({ status: orNull(anyNumber), count: anyNumber })),
  clientLag: latency,
  ...numbers('droppedIterations', 'lateStarts'),
};

const settings = tableOf(anyText);

export const summaryShape = fields({
  passed: yesOrNo,
  run: fields({ ...run, purpose: anyText }),
  settings,
  ...figures,
  findings: listOf(anyText),
  verdicts: listOf(
    fields({ metric: anyText, threshold: anyText, ok: yesOrNo, got: orNull(anyNumber) }),
  ),
  trust: fields({ trusted: yesOrNo, why: listOf(anyText) }),
  metrics: tableOf(fields({ type: anyText, contains: anyText, values: tableOf(anyNumber) })),
});

const counts = listOf(anyNumber);
const values = listOf(orNull(anyNumber));
const percentiles = fields({ p50: values, p95: values, p99: values });
const partSeries = listOf(
  fields({ name: anyText, firstChunk: percentiles, response: percentiles }),
);

export const recordingShape = fields({
  runId: anyText,
  environment: anyText,
  settings: orMissing(settings),
  purpose: orMissing(anyText),
  noSummary: orMissing(anyText),
  figures: fields({ run: fields(run), ...figures }),
  timeline: fields({
    ...numbers('durationMs', 'widthMs'),
    // Lists of that length are made: a wrong one could be one of billions.
    count: numberUpTo(MOST_BUCKETS),
    firstChunk: percentiles,
    response: percentiles,
    socketOpen: orMissing(percentiles),
    byCourse: partSeries,
    byTurn: partSeries,
    sessionsOpen: counts,
    answersInFlight: counts,
    questionsSent: counts,
    answers: counts,
    errors: listOf(fields({ phase: anyText, reason: anyText, counts })),
    clientLag: percentiles,
    steps: listOf(fields({ name: anyText, atMs: anyNumber })),
  }),
});
