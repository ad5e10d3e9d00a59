/**
 * The samples of a run that the report is made of, in memory, as k6's JSON output tells them: one
 * line a sample. Most lines are not kept: k6 writes one for every frame of the socket.
 */

import { metricsShownFor } from '../../lib/metrics/catalogue.ts';

/** What the report shows of a run, and of k6's own metrics what it needs for that. */
const METRICS = [
  ...metricsShownFor('run'),
  ...(['iterations', 'dropped_iterations', 'ws_sessions', 'data_sent', 'data_received'] as const),
];

export type KeptMetric = (typeof METRICS)[number];

/** The tags by which samples are told apart; a value that a sample lacks is ''. */
const TAGS = ['course', 'turn', 'step', 'phase', 'reason', 'scenario', 'status'] as const;

export type TagSet = Readonly<Record<(typeof TAGS)[number], string>>;

/** Samples of one metric that have the same tags; the two lists run side by side. */
export interface Group {
  readonly tags: TagSet;
  /** Epoch ms. */
  readonly times: number[];
  /** Milliseconds for a time; 1 or 0 for a rate; how many for a count. */
  readonly values: number[];
}

/** The tags that every sample of a run has. */
export interface RunTags {
  readonly runId: string;
  readonly profile: string;
  readonly environment: string;
}

/** An error, and the session that it came up in. */
export interface ErrorMoment {
  /** Epoch ms. */
  readonly at: number;
  /** Its number in the run; null where the sample does not tell. */
  readonly session: number | null;
  readonly tags: TagSet;
}

/** So many of the first errors are kept one by one. */
const FIRST_ERRORS = 10;

interface Point {
  readonly metric: string;
  readonly data: {
    readonly time: string;
    readonly value: number;
    readonly tags?: Readonly<Record<string, string>> | null;
    readonly metadata?: Readonly<Record<string, string>> | null;
  };
}

// `vus` comes once a second, whatever the chat does: it tells how long the run is under way.
const WANTED = new RegExp(`"metric":"(?:${METRICS.join('|')}|vus)"`);
const WANTED_METRICS = new Set<string>([...METRICS, 'vus']);

/** Whether a sample of this metric is looked at: by far the most are not. */
export function isWanted(metric: string): boolean {
  return WANTED_METRICS.has(metric);
}

export class Samples {
  /** Epoch ms of the first and the last sample; 0 before there was one. */
  firstAt = 0;
  lastAt = 0;
  run: RunTags = { runId: '', profile: '', environment: '' };
  /** In the order of their times. */
  firstErrors: readonly ErrorMoment[] = [];
  /** Metric → its tags as one text → its samples. */
  private readonly groups = new Map<string, Map<string, Group>>(
    METRICS.map((metric) => [metric, new Map()]),
  );

  /** The samples of one metric, by their tags, in the order in which these first came. */
  of(metric: KeptMetric): Group[] {
    return [...(this.groups.get(metric)?.values() ?? [])];
  }

  /**
   * Takes one line of k6's JSON output. A line that is not whole, as a killed k6 leaves one at the
   * end of a file, is passed over, and so is one that is no sample.
   */
  take(line: string): void {
    if (!WANTED.test(line)) return;
    const point = parsePoint(line);
    if (point === null) return;
    const at = epochMs(point.data.time);
    if (Number.isNaN(at)) return;
    const tags = point.data.tags ?? {};
    if (this.firstAt === 0) {
      const { run_id = '', profile = '', environment = '' } = tags;
      this.run = { runId: run_id, profile, environment };
    }
    this.firstAt = this.firstAt === 0 ? at : Math.min(this.firstAt, at);
    this.lastAt = Math.max(this.lastAt, at);
    const groups = this.groups.get(point.metric);
    if (groups === undefined) return;
    const group = groupOf(groups, tags);
    group.times.push(at);
    group.values.push(point.data.value);
    if (point.metric === 'chat_errors') {
      const session = Number(point.data.metadata?.session) || null;
      this.keepFirst({ at, session, tags: group.tags });
    }
  }

  private keepFirst(error: ErrorMoment): void {
    const last = this.firstErrors.at(FIRST_ERRORS - 1);
    if (last !== undefined && last.at <= error.at) return;
    const all = [...this.firstErrors, error].sort((a, b) => a.at - b.at);
    this.firstErrors = all.slice(0, FIRST_ERRORS);
  }
}

function groupOf(groups: Map<string, Group>, tags: Readonly<Record<string, string>>): Group {
  const values = TAGS.map((name) => String(tags[name] ?? ''));
  const key = JSON.stringify(values);
  const known = groups.get(key);
  if (known !== undefined) return known;
  const entries = TAGS.map((name, index) => [name, values[index]]);
  const group: Group = { tags: Object.fromEntries(entries) as TagSet, times: [], values: [] };
  groups.set(key, group);
  return group;
}

/** With the digits below a millisecond: what ends and what begins in one must not change places. */
function epochMs(time: string): number {
  const [, below = ''] = /\.\d{3}(\d+)/.exec(time) ?? [];
  return Date.parse(time) + Number(`0.${below || 0}`);
}

function parsePoint(line: string): Point | null {
  try {
    const point = JSON.parse(line);
    const isPoint = point?.type === 'Point' && typeof point.metric === 'string';
    return isPoint && isSample(point.data) ? point : null;
  } catch {
    return null;
  }
}

function isSample(data: Partial<Point['data']> | null | undefined): boolean {
  const { time, value, tags } = data ?? {};
  return typeof time === 'string' && Number.isFinite(value) && typeof (tags ?? {}) === 'object';
}
