/** Whether the parts of a load, by k6's execution segments, make up the whole of it. */
import type { Segment } from '../../lib/results/profile.ts';

export interface PartOfLoad {
  /** Of the instance. */
  readonly name: string;
  /** Null: all of the load. */
  readonly segment: Segment | null;
}

export interface PartsProblem {
  readonly kind: 'gap' | 'other';
  /** In one line. */
  readonly text: string;
}

/** @returns what is wrong with them; null where every part is there once. */
export function partsProblem(parts: readonly PartOfLoad[]): PartsProblem | null {
  const sequences = new Set(parts.map(({ segment }) => segment?.sequence ?? 'none'));
  if (sequences.size > 1) {
    return other(`other segment sequences: ${[...sequences].join(' and ')}`);
  }
  const sorted = parts
    .map(({ name, segment }) => {
      const [from = '', to = ''] = (segment?.part ?? '0:1').split(':');
      return { name, from, to };
    })
    .sort((a, b) => amount(a.from) - amount(b.from) || amount(a.to) - amount(b.to));
  let end = '0';
  let before = '';
  for (const { name, from, to } of sorted) {
    // k6 writes fractions in their lowest terms: equal ones are the same text.
    if (from !== end && amount(from) > amount(end)) return gap(end, from);
    if (from !== end) {
      return other(`${before} and ${name} have the same part of the load: ${from}:${end}`);
    }
    end = to;
    before = name;
  }
  return end === '1' ? null : gap(end, '1');
}

function other(text: string): PartsProblem {
  return { kind: 'other', text };
}

function gap(from: string, to: string): PartsProblem {
  return { kind: 'gap', text: `no instance has the part ${from}:${to} of the load` };
}

/** `1/4` → 0.25 */
function amount(fraction: string): number {
  const [above = '', below = '1'] = fraction.split('/');
  return Number(above) / Number(below);
}
