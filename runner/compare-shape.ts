/** What a comparison reads of a summary: docs/summary.schema.json describes all of it. */

type Check = (value: unknown, path: string) => string | null;

const isText = (value: unknown) => typeof value === 'string';
// JSON can hold 1e999, which is read as Infinity.
const isCount = (value: unknown) => Number.isFinite(value) && Number(value) >= 0;

const flag = plain('true or false', (value) => typeof value === 'boolean');
const text = plain('a text', isText);
const number = plain('a number', Number.isFinite);
const count = plain('a number from 0 on', isCount);
const rate = plain('a number from 0 to 1', (value) => isCount(value) && Number(value) <= 1);
const stepsOf = plain('answers or sockets', (value) => value === 'answers' || value === 'sockets');
const settings = plain(
  'an object of texts',
  (value) => isObject(value) && Object.values(value).every(isText),
);

// null: no sample.
const latency = orNull(object({ med: number, p95: number, p99: number }));
const part = {
  successRate: orNull(rate),
  sloRate: orNull(rate),
  firstChunk: latency,
  response: latency,
};
const named = { name: text, ...part };

const summary = object({
  passed: flag,
  run: object({
    profile: text,
    startedAt: text,
    durationMs: count,
    load: orMissing(text),
    plannedMs: orMissing(count),
  }),
  settings,
  sessions: object({ started: count, completed: count, failed: count }),
  overall: object({ sent: count, ...part }),
  byCourse: list(object(named)),
  bySteps: list(object({ ...named, setupSuccessRate: orNull(rate), socketOpen: latency })),
  stepsOf,
  setUp: object({ token: latency, create: latency, socketOpen: latency }),
  errors: list(object({ count })),
  trust: object({ trusted: flag, why: list(text) }),
});

/**
 * The first place where a file is not what a comparison reads.
 * @returns such as `overall.response.p95: expected a number, got "9"`; null where there is none.
 */
export function damageOf(value: unknown): string | null {
  return summary(value, '');
}

function plain(expected: string, fits: (value: unknown) => boolean): Check {
  return (value, path) => (fits(value) ? null : unexpected(path, expected, value));
}

function orNull(check: Check): Check {
  return (value, path) => (value === null ? null : check(value, path));
}

/** For what files of earlier runs lack. */
function orMissing(check: Check): Check {
  return (value, path) => (value === undefined ? null : orNull(check)(value, path));
}

function list(check: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? first(value, (item, index) => check(item, `${path}[${index}]`))
      : unexpected(path, 'a list', value);
}

function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) =>
    isObject(value)
      ? first(Object.entries(fields), ([name, check]) =>
          check(value[name], path === '' ? name : `${path}.${name}`),
        )
      : unexpected(path, 'an object', value);
}

/** What `find` returns of the first item of which it is not null. */
function first<T>(
  items: readonly T[],
  find: (item: T, index: number) => string | null,
): string | null {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== null) return found;
  }
  return null;
}

function unexpected(path: string, expected: string, value: unknown): string {
  return `${path}: expected ${expected}, got ${described(value)}`;
}

/** Short, whatever the value is. */
function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return shown.length <= 40 ? shown : 'a long text';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
