/** What a comparison reads of a summary: docs/summary.schema.json describes all of it. */
import {
  anyNumber,
  anyText,
  fields,
  listOf,
  orMissing,
  orNull,
  plain,
  tableOf,
  yesOrNo,
} from '../../lib/base/shape.ts';

const isCount = (value: unknown) => Number.isFinite(value) && Number(value) >= 0;

const count = plain('a number from 0 on', isCount);
const rate = plain('a number from 0 to 1', (value) => isCount(value) && Number(value) <= 1);
const stepsOf = plain('answers or sockets', (value) => value === 'answers' || value === 'sockets');
const settings = tableOf(anyText);

// null: no sample.
const latency = orNull(fields({ med: anyNumber, p95: anyNumber, p99: anyNumber }));
const part = {
  successRate: orNull(rate),
  sloRate: orNull(rate),
  firstChunk: latency,
  response: latency,
};
const named = { name: anyText, ...part };

const summary = fields({
  passed: yesOrNo,
  run: fields({
    profile: anyText,
    startedAt: anyText,
    durationMs: count,
    load: orMissing(orNull(anyText)),
  }),
  settings,
  sessions: fields({ started: count, completed: count, failed: count }),
  overall: fields({ sent: count, ...part }),
  byCourse: listOf(fields(named)),
  bySteps: listOf(fields({ ...named, setupSuccessRate: orNull(rate), socketOpen: latency })),
  stepsOf,
  setUp: fields({ token: latency, create: latency, socketOpen: latency }),
  errors: listOf(fields({ count })),
  verdicts: listOf(fields({ metric: anyText, threshold: anyText, got: orNull(anyNumber) })),
  trust: fields({ trusted: yesOrNo, why: listOf(anyText) }),
});

/**
 * The first place where a file is not what a comparison reads.
 * @returns such as `overall.response.p95: expected a number, got "9"`; null where there is none.
 */
export function damageOf(value: unknown): string | null {
  return summary(value, '');
}
