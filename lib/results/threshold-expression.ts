/** An expression of k6's thresholds, such as `p(95)<500`: read and judged as k6 does it. */

/** In the order in which k6 looks for them: a longer one before its beginning. */
const OPERATORS = ['<=', '<', '>=', '>', '===', '==', '!='] as const;

export interface ThresholdExpression {
  /** `count`, `rate`, `value`, `avg`, `min`, `max`, `med`, or such as `p(99.9)`. */
  readonly statistic: string;
  readonly operator: (typeof OPERATORS)[number];
  readonly bound: number;
}

/** @returns null where k6 would refuse it. */
export function parseThreshold(text: string): ThresholdExpression | null {
  for (const operator of OPERATORS) {
    const at = text.indexOf(operator);
    const right = text.slice(at + operator.length).trim();
    if (at < 0 || right === '') continue;
    const statistic = text.slice(0, at).trim();
    const bound = numberOf(right);
    const isKnown = /^(count|rate|value|avg|min|max|med)$/.test(statistic);
    if (Number.isNaN(bound) || !(isKnown || shareOf(statistic) !== null)) return null;
    return { statistic, operator, bound };
  }
  return null;
}

/** As Go reads it, which knows `Inf` in any case. NaN: what this, or k6, does not take. */
function numberOf(text: string): number {
  const sign = /^([+-]?)inf(?:inity)?$/i.exec(text)?.[1];
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[\d.+e-]+$/i.test(text) ? Number(text) : Number.NaN;
}

/** `p(99.9)` → 0.999; null where it is no percentile. */
export function shareOf(statistic: string): number | null {
  const inner = /^p\((.+)\)$/.exec(statistic)?.[1];
  const percent = inner === undefined ? Number.NaN : Number(inner);
  return percent >= 0 && percent <= 100 ? percent / 100 : null;
}

/** @param got null where the metric has no such statistic: k6 lets that pass. */
export function holds({ operator, bound }: ThresholdExpression, got: number | null): boolean {
  if (got === null) return true;
  if (operator === '<=') return got <= bound;
  if (operator === '<') return got < bound;
  if (operator === '>=') return got >= bound;
  if (operator === '>') return got > bound;
  return operator === '!=' ? got !== bound : got === bound;
}

/** `metric{course:A,turn:1}` → the metric's name, and the tags that its samples need. */
export function parseMetricName(name: string): {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
} {
  const [, metric = name, inside = ''] = /^([^{]*)\{(.*)\}$/s.exec(name) ?? [];
  const bare = (text: string) => text.trim().replace(/^["']+|["']+$/g, '');
  const pairs = inside.split(',').filter(Boolean);
  return {
    metric,
    tags: Object.fromEntries(
      pairs.map((pair) => {
        const colon = pair.indexOf(':');
        return [bare(pair.slice(0, colon)), bare(pair.slice(colon + 1))];
      }),
    ),
  };
}
