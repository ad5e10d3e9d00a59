/**
 * What summary.json holds: the one description. From it come the types, docs/summary.schema.json and
 * the checks of everything that reads the file. Times in milliseconds, rates from 0 to 1, null where
 * there was no sample: a figure is never made up.
 *
 * Only its types may be imported by what k6 runs: the library would weigh on every virtual user.
 */
import Type from 'typebox';
import type { Phase } from '../base/errors.ts';
import type { Described } from '../base/shape.ts';

const count = (description: string) => Type.Integer({ description, minimum: 0 });
const text = (description: string) => Type.String({ description });
const yesOrNo = (description: string) => Type.Boolean({ description });
const rate = (description: string) =>
  Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], { description });
const list = <T extends Type.TSchema>(description: string, items: T) =>
  Type.Array(items, { description });
const object = <T extends Type.TProperties>(description: string, fields: T) =>
  Type.Object(fields, { description });
const orNull = <T extends Type.TSchema>(description: string, shape: T) =>
  Type.Union([shape, Type.Null()], { description });

export const latencyShape = object('The statistics of one trend.', {
  count: Type.Integer({ description: 'Samples.', minimum: 1 }),
  avg: Type.Number({ description: 'Average.' }),
  min: Type.Number({ description: 'Least.' }),
  med: Type.Number({ description: 'Median.' }),
  p90: Type.Number({ description: '90th percentile.' }),
  p95: Type.Number({ description: '95th percentile.' }),
  p99: Type.Number({ description: '99th percentile.' }),
  max: Type.Number({ description: 'Most.' }),
});

const latency = (description: string) => orNull(description, latencyShape);

const partFields = {
  name: text('A course’s code, a turn (`1`, `2-10`, `11+`), a step’s name, or `all`.'),
  sent: count('Questions sent.'),
  received: count('Answers that came whole, good or not.'),
  good: Type.Optional(
    count('Answers that came whole and were good, of those that were judged. Older files lack it.'),
  ),
  failed: count('Answers that failed, or came but were not good.'),
  interrupted: count('Questions cut off by the end of the run: neither success nor failure.'),
  successRate: rate('Good answers, of all that were judged: sent, but not cut off.'),
  sloRate: rate(
    'Answers that were good and met NUC_SLO_FIRST_CHUNK and NUC_SLO_RESPONSE, of all that were judged.',
  ),
  firstChunk: latency('Question sent → first frame with text in it.'),
  response: latency('Question sent → `complete_response`.'),
};

export const partShape = object(
  'The questions of the whole run, or of one course or turn.',
  partFields,
);

export const stepShape = object('The questions and sessions of one step.', {
  ...partFields,
  fromMs: Type.Optional(
    Type.Number({ description: 'Since the start of the run. Older files lack it.' }),
  ),
  toMs: Type.Optional(
    Type.Number({ description: 'Since the start of the run. Older files lack it.' }),
  ),
  sessionsStarted: count('Sessions that were started in this step.'),
  setupSuccessRate: rate('The share of these sessions whose socket was opened.'),
  socketOpen: latency('Session start → socket open.'),
  errors: count('Errors of all kinds in this step.'),
});

export const k6MetricShape = object('A metric as k6 gives it.', {
  type: Type.Enum(['counter', 'gauge', 'rate', 'trend']),
  contains: text('`default`, `time` or `data`.'),
  values: Type.Record(Type.String(), Type.Number(), {
    description: 'By statistic, such as `p(95)` or `count`.',
  }),
  thresholds: Type.Optional(
    Type.Record(Type.String(), Type.Object({ ok: Type.Boolean() }), {
      description: 'By expression.',
    }),
  ),
});

const PHASES = [
  'token',
  'create',
  'connect',
  'stream',
  'decrypt',
  'protocol',
] as const satisfies readonly Phase[];

const errorCount = Type.Object({
  phase: Type.Enum([...PHASES], { description: 'Where it went wrong.' }),
  reason: text('What went wrong: the tag `reason` of `chat_errors`.'),
  meaning: text('The reason in words.'),
  count: count('How often.'),
});

const refusedHandshakes = Type.Object({
  status: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'HTTP status; null: others than those that are told apart.',
  }),
  count: count('How often.'),
});

const thresholdResult = Type.Object({
  metric: text('The metric or sub-metric of k6’s.'),
  threshold: text('As in k6’s options: `rate==1`.'),
  ok: yesOrNo('Whether it held.'),
  got: Type.Union([Type.Number(), Type.Null()], {
    description: 'What the metric came to; null where it had no sample.',
  }),
});

export const stepsOfShape = Type.Enum(['answers', 'sockets'], {
  description: 'What the steps count: questions and answers, or sockets alone.',
});

/** What is worked out alike from k6’s data at the end of a run and from its samples. */
export const figureFields = {
  sessions: object('One session is one virtual user with one socket.', {
    started: count('Sessions that began.'),
    completed: count('Sessions that came to their end without an error.'),
    failed: count('Sessions that ended with an error.'),
    interrupted: count('Sessions cut off by the end of the run.'),
  }),
  overall: partShape,
  byCourse: list('One for each course of COURSES, in order.', partShape),
  byTurn: list('By the question’s number within its session.', partShape),
  bySteps: list(
    'One for each step of the profile, in order; none where it has no steps.',
    stepShape,
  ),
  setUp: object('What comes before the first question.', {
    token: latency('The call generate-token.'),
    create: latency('The call create-chat.'),
    socketOpen: latency('Session start → socket open.'),
  }),
  frames: object('Frames from the server.', {
    received: count('Frames opened.'),
    perAnswer: latency('Frames of one answer: a count, not a time.'),
    gapMean: latency('Mean time from one frame to the next, of one answer.'),
    gapMax: latency('Longest time from one frame to the next, of one answer.'),
  }),
  trends: Type.Optional(
    Type.Record(Type.String(), latency('The statistics of the metric.'), {
      description:
        'Every trend that is shown for the whole run, by its name in the catalogue of metrics. Older files lack it.',
    }),
  ),
  errors: list('By phase and reason; those that did not come up are left out.', errorCount),
  handshakesRefused: list('HTTP statuses with which upgrades were refused.', refusedHandshakes),
  clientLag: latency('How late the script was for the frames of answers.'),
  droppedIterations: count('Sessions of an arrival rate that were never started.'),
  lateStarts: count('Sessions of an arrival rate that were started late.'),
};

export const settingsShape = Type.Record(Type.String(), Type.String(), {
  description:
    "Name → value as a user would write it, of all settings but the private ones; '' where not set.",
});

export const runFields = {
  profile: text('The load profile’s name.'),
  startedAt: Type.String({
    description: 'By the clock of the machine that ran k6, with its offset. Older files have UTC.',
    format: 'date-time',
  }),
  durationMs: Type.Number({
    description: 'From the start of the first scenario to the end of the last.',
    minimum: 0,
  }),
};

const limitShape = Type.Object({
  unit: Type.Enum(['sessions', 'sockets'], { description: 'What a level counts.' }),
  held: orNull('The highest level before the first that did not hold.', Type.String()),
  broke: orNull('The first level that did not hold; null where none was seen to.', Type.String()),
  why: text('What gave way there, or why no level did.'),
});

export const generatorShape = object(
  'What the run took of its machine, as the runner saw it on Linux. Runs of k6 alone, and older files, lack it.',
  {
    cpuSeconds: Type.Number({ description: 'CPU that k6 took.', minimum: 0 }),
    cores: Type.Number({
      description: 'Cores that k6 may use; a container may have a part of one.',
      exclusiveMinimum: 0,
    }),
    coresUsed: Type.Number({ description: 'Cores that k6 used on average.', minimum: 0 }),
    peakMemoryBytes: count('Memory of k6 at its highest.'),
    waitingShare: rate(
      'Share of the time in which some process waited for a CPU; null: not known.',
    ),
    stolenShare: rate('Share of the CPU time that the machine’s host took away.'),
  },
);

export const summaryShape = Type.Object({
  schema: Type.Literal('nuc-k6/summary/1', {
    description: 'The version of this format: a change that breaks readers raises the number.',
  }),
  passed: yesOrNo('There were thresholds, all of them held, and the result is to be trusted.'),
  run: object('When and what.', {
    ...runFields,
    purpose: text('What the profile is for, in one line.'),
    plannedMs: Type.Optional(
      Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
        description:
          'What its scenarios take at the least; null where that is not known. A run that ends more than a second before has not passed. Older files lack it.',
      }),
    ),
    load: Type.Optional(
      orNull(
        'A digest of its scenarios, k6’s own flags included; null where they are not known. Older files lack it.',
        Type.String(),
      ),
    ),
    segment: Type.Optional(
      orNull(
        'Which part of the load this process had, where processes share a run; null: all of it. Older files lack it.',
        object('By k6’s flags of these names.', {
          part: text('`--execution-segment`, such as `1/4:1/2`.'),
          sequence: orNull('`--execution-segment-sequence`; null where not given.', Type.String()),
          empty: Type.Optional(
            yesOrNo('No session fell to it, so that nothing was judged. Older files lack it.'),
          ),
        }),
      ),
    ),
    engine: Type.Optional(
      text(
        'What opened the frames: `webcrypto`, `crypto-js` or `native`. Older files lack it: theirs was webcrypto.',
      ),
    ),
  }),
  instances: Type.Optional(
    list(
      'Only of a run that was merged: the processes that shared it.',
      object('One of them.', {
        name: text('Its folder’s name.'),
        part: orNull('Its part of the load; null where it is not known.', Type.String()),
        sessions: count('Sessions that it began.'),
        questions: count('Questions that it sent.'),
        problems: list('Why it is not whole; none where it is.', Type.String()),
      }),
    ),
  ),
  settings: settingsShape,
  ...figureFields,
  stepsOf: stepsOfShape,
  limit: Type.Optional(
    orNull(
      'Of a profile that climbs: how far it held; null for others. Older files lack it.',
      limitShape,
    ),
  ),
  findings: list('The answer to the question that the profile asks, in words.', Type.String()),
  verdicts: list('One for each threshold.', thresholdResult),
  trust: object('Whether the result can be relied on.', {
    trusted: yesOrNo('The load generator kept up; where not, its figures are not the service’s.'),
    why: list('Why not.', Type.String()),
    errorMs: Type.Optional(
      Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
        description:
          'By so much the generator may have made latencies longer; null where its lateness was not measured. Older files lack it.',
      }),
    ),
    allowedMs: Type.Optional(
      Type.Number({
        description: 'Up to so much a latency counts as true. Older files lack it.',
        minimum: 0,
      }),
    ),
    doubtful: Type.Optional(
      list(
        'Of a trusted run: the statistics that single delays of the generator may have made too long. Older files lack it.',
        Type.Object({
          statistic: Type.Enum(['p99', 'max'], { description: 'Of every latency.' }),
          tooLongMs: Type.Number({ description: 'It may be too long by so much.', minimum: 0 }),
        }),
      ),
    ),
  }),
  generator: Type.Optional(generatorShape),
  metrics: Type.Record(Type.String(), k6MetricShape, {
    description: 'Every metric and sub-metric of k6’s, as k6 gave it to handleSummary.',
  }),
});

export type Latency = Described<typeof latencyShape>;
/** The questions of the whole run, or of one course, turn or step. */
export type Part = Described<typeof partShape>;
export type StepPart = Described<typeof stepShape>;
export type ErrorCount = Described<typeof errorCount>;
export type RefusedHandshakes = Described<typeof refusedHandshakes>;
/** What the run took of its machine. */
export type Generator = Described<typeof generatorShape>;
export type Limit = Described<typeof limitShape>;
export type ThresholdResult = Described<typeof thresholdResult>;
export type K6Metric = Described<typeof k6MetricShape>;
export type Summary = Described<typeof summaryShape>;
/** What a run, and each of its steps, is about: questions and answers, or sockets alone. */
export type StepsOf = Summary['stepsOf'];
/** See `figureFields`. */
export type Figures = Pick<Summary, keyof typeof figureFields>;
