/**
 * Every sample of one k6 process, added up by metric and tags. Of a time all values are kept, as
 * numbers side by side, so that percentiles come from all of them; of a count and a rate only sums. A
 * line becomes no object: k6 writes one for every frame.
 */
import type { K6Metric } from '../../lib/results/model.ts';

export type MetricKind = Pick<K6Metric, 'type' | 'contains'>;
export type AllTags = Readonly<Record<string, string>>;

const BEGIN = '{"metric":"';
const TIME = '","type":"Point","data":{"time":"';
const VALUE = '","value":';
const TAGS = ',"tags":';
const METADATA = ',"metadata":{';
const END = '}}';

const TYPES = ['counter', 'gauge', 'rate', 'trend'];
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** `2026-01-05T15:30:00` */
const SECOND_LENGTH = 19;

/** What stands behind the time of a metric's latest line: the next one often has the same. */
interface Latest {
  readonly tail: string;
  readonly value: number;
  readonly tally: Tally;
}

/** Samples of one metric that have the same tags. */
export class Tally {
  count = 0;
  sum = 0;
  /** Those that are not 0. */
  trues = 0;
  /** Of a gauge: when, epoch ms; beside `values`. */
  readonly times: number[] = [];
  private kept = new Float64Array(0);

  constructor(
    readonly tags: AllTags,
    private readonly type: K6Metric['type'],
  ) {}

  /** Of a trend and a gauge, in the order in which they came. */
  get values(): Float64Array {
    return this.kept.subarray(0, this.type === 'trend' || this.type === 'gauge' ? this.count : 0);
  }

  add(value: number, time: string): void {
    if (this.type === 'trend' || this.type === 'gauge') this.keep(value);
    if (this.type === 'gauge') this.times.push(Date.parse(time));
    this.count += 1;
    this.sum += value;
    if (value !== 0) this.trues += 1;
  }

  private keep(value: number): void {
    if (this.count === this.kept.length) {
      const larger = new Float64Array(Math.max(16, this.kept.length * 2));
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[this.count] = value;
  }
}

export class Tallies {
  /** By metric, as k6 describes each before its first sample. */
  readonly kinds = new Map<string, MetricKind>();
  /** How many samples were taken. */
  count = 0;
  /** The times of the first and the last line, as k6 wrote them; '' before there was one. */
  firstTime = '';
  lastTime = '';
  /** Metric → its tags as they stand in the line → its samples. */
  private readonly byMetric = new Map<string, Map<string, Tally>>();
  private readonly latest = new Map<string, Latest>();
  /** The latest one that is a time: by far the most lines have the one of the line before. */
  private second = '';

  /**
   * Takes one line of k6's JSON output.
   * @returns the metric; null where the line is none of k6's, or is not whole.
   */
  take(line: string): string | null {
    const nameEnd = line.indexOf('"', BEGIN.length);
    const timeAt = nameEnd + TIME.length;
    if (!line.startsWith(BEGIN) || !line.startsWith(TIME, nameEnd)) return this.describe(line);
    const timeEnd = line.indexOf('"', timeAt);
    const metric = line.slice(BEGIN.length, nameEnd);
    const latest = this.latest.get(metric);
    const time = line.slice(timeAt, timeEnd);
    if (timeEnd < 0 || !this.isTime(time)) return null;
    if (latest !== undefined && line.slice(timeEnd) === latest.tail) {
      this.add(latest.tally, latest.value, time);
      return metric;
    }
    const valueAt = timeEnd + VALUE.length;
    const valueEnd = line.indexOf(TAGS, valueAt);
    if (valueEnd <= valueAt || !line.endsWith(END)) return null;
    const value = Number(line.slice(valueAt, valueEnd));
    const beside = line.indexOf(METADATA, valueEnd);
    const tags = line.slice(valueEnd + TAGS.length, beside < 0 ? -END.length : beside);
    const tally = this.tallyOf(metric, tags);
    if (tally === null || !Number.isFinite(value)) return null;
    this.add(tally, value, time);
    // Of a session's own metadata, no two lines are alike.
    if (beside < 0) this.latest.set(metric, { tail: ownText(line.slice(timeEnd)), value, tally });
    return metric;
  }

  private isTime(time: string): boolean {
    if (!MOMENT.test(time)) return false;
    if (time.slice(0, SECOND_LENGTH) === this.second) return true;
    if (Number.isNaN(Date.parse(time))) return false;
    this.second = ownText(time.slice(0, SECOND_LENGTH));
    return true;
  }

  private add(tally: Tally, value: number, time: string): void {
    tally.add(value, time);
    this.count += 1;
    if (this.firstTime === '') this.firstTime = time;
    this.lastTime = time;
  }

  /** The samples of a metric that have these tags. */
  of(metric: string, wanted: AllTags = {}): Tally[] {
    const all = [...(this.byMetric.get(metric)?.values() ?? [])];
    const pairs = Object.entries(wanted);
    return all.filter(({ tags }) => pairs.every(([tag, value]) => tags[tag] === value));
  }

  /** The values that a tag has in any sample. */
  valuesOf(tag: string): string[] {
    const all = [...this.byMetric.values()].flatMap((tallies) => [...tallies.values()]);
    return [...new Set(all.map(({ tags }) => tags[tag] ?? ''))];
  }

  private tallyOf(metric: string, text: string): Tally | null {
    let tallies = this.byMetric.get(metric);
    if (tallies === undefined) {
      tallies = new Map();
      this.byMetric.set(metric, tallies);
    }
    const known = tallies.get(text);
    if (known !== undefined) return known;
    const kind = this.kinds.get(metric);
    const tags = parsed(text);
    if (kind === undefined || (tags !== null && !isObject(tags))) return null;
    const tally = new Tally((tags ?? {}) as AllTags, kind.type);
    tallies.set(ownText(text), tally);
    return tally;
  }

  private describe(line: string): string | null {
    const said = parsed(line);
    if (!isObject(said) || said.type !== 'Metric' || !isObject(said.data)) return null;
    const { name, type, contains } = said.data;
    if (typeof name !== 'string' || typeof contains !== 'string') return null;
    if (!TYPES.includes(String(type))) return null;
    const kind = { type, contains } as MetricKind;
    const known = this.kinds.get(name);
    if (known !== undefined && known.type !== kind.type) return null;
    this.kinds.set(name, kind);
    return name;
  }
}

/** A line's part would keep the whole text that it was cut from. */
function ownText(part: string): string {
  return Buffer.from(part).toString();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
