/** How answers' times are spread, and how they go with the number of sessions that are open. */
import { percentile, sorted, statisticsOf } from './percentiles.ts';
import type { ByLoad, Histogram } from './recording-shape.ts';
import type { Group } from './samples.ts';

/** Rows that a person takes in at a glance. */
const MOST_BINS = 14;
const MOST_LEVELS = 12;
/** The rest, up to the slowest answer, is the last row's. */
const SHARE_IN_BINS = 0.99;

/** @returns null where there is no sample. */
export function histogramOf(groups: readonly Group[]): Histogram | null {
  const rising = sorted(groups.flatMap(({ values }) => values));
  if (rising.length === 0) return null;
  const least = percentile(rising, 0);
  const most = percentile(rising, SHARE_IN_BINS);
  const widthMs = roundWidth((most - least) / MOST_BINS);
  const fromMs = Math.floor(least / widthMs) * widthMs;
  const bins = Math.floor((most - fromMs) / widthMs) + 1;
  const counts = new Array<number>(bins + 1).fill(0);
  for (const value of rising) {
    const bin = Math.min(bins, Math.floor((value - fromMs) / widthMs));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { fromMs, widthMs, counts };
}

interface Moment {
  readonly at: number;
  readonly kind: 'begin' | 'end' | 'firstChunk' | 'response';
  /** Of an answer. */
  readonly ms: number;
}

/** What ends in a moment has counted in it, and makes room before something begins. */
const ORDER = { firstChunk: 0, response: 0, end: 1, begin: 2 };

/**
 * The answers, by how many sessions were open when each came.
 * @param begun the sessions. @param ended however they ended.
 */
export function byLoadOf(
  begun: readonly Group[],
  ended: readonly Group[],
  firstChunk: readonly Group[],
  response: readonly Group[],
): ByLoad[] {
  const moments = [
    ...momentsOf(begun, 'begin'),
    ...momentsOf(ended, 'end'),
    ...momentsOf(firstChunk, 'firstChunk'),
    ...momentsOf(response, 'response'),
  ].sort((a, b) => a.at - b.at || ORDER[a.kind] - ORDER[b.kind]);
  const levels = new Map<number, { firstChunk: number[]; response: number[] }>();
  let open = 0;
  for (const { kind, ms } of moments) {
    if (kind === 'begin') open += 1;
    else if (kind === 'end') open -= 1;
    else {
      const level = levels.get(open) ?? { firstChunk: [], response: [] };
      levels.set(open, level);
      level[kind].push(ms);
    }
  }
  return inRanges(levels);
}

function inRanges(levels: Map<number, { firstChunk: number[]; response: number[] }>): ByLoad[] {
  const highest = Math.max(0, ...levels.keys());
  const width = Math.max(1, roundWidth(highest / MOST_LEVELS));
  const ranges = new Map<number, { firstChunk: number[]; response: number[] }>();
  for (const [open, { firstChunk, response }] of levels) {
    // 1 to 10, 11 to 20: ten sessions belong to the first.
    const range = Math.max(0, Math.ceil(open / width) - 1);
    const all = ranges.get(range) ?? { firstChunk: [], response: [] };
    ranges.set(range, all);
    // One by one: a call takes some hundred thousand arguments at the most.
    for (const ms of firstChunk) all.firstChunk.push(ms);
    for (const ms of response) all.response.push(ms);
  }
  return [...ranges]
    .sort(([a], [b]) => a - b)
    .map(([range, { firstChunk, response }]) => ({
      from: range * width + 1,
      to: (range + 1) * width,
      firstChunk: statisticsOf(firstChunk),
      response: statisticsOf(response),
    }));
}

function momentsOf(groups: readonly Group[], kind: Moment['kind']): Moment[] {
  return groups.flatMap(({ times, values }) =>
    times.map((at, index) => ({ at, kind, ms: values[index] ?? 0 })),
  );
}

/** The next of 1, 2, 5, 10, 20, …, below 1 as well: a width that a person can add up. */
function roundWidth(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const step = [1, 2, 5, 10].find((one) => one * power >= width) ?? 10;
  return Number((step * power).toPrecision(1));
}
