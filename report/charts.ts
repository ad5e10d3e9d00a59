/** The charts of a run, made from its timeline. */
import { parseDuration } from '../lib/shared/duration.ts';
import { showCount } from '../lib/shared/table.ts';
import { spanOf } from './buckets.ts';
import {
  type Chart,
  type ChartLimit,
  type ChartSeries,
  COLOURS,
  showClock,
  showValue,
  type Unit,
} from './chart.ts';
import type { PartSeries, Percentiles, Timeline } from './timeline.ts';
import { total } from './timeline.ts';

type Settings = Readonly<Record<string, string>>;

/** What is left of a chart once its times, steps and description are known. */
type Content = Pick<Chart, 'id' | 'unit' | 'series' | 'about'> & {
  readonly limits?: readonly ChartLimit[];
  readonly stacked?: boolean;
};

/** @param settings as a summary has them: the limits come from there. */
export function chartsOf(timeline: Timeline, settings: Settings): Chart[] {
  const firstChunk = limit('SLO', settings.NUC_SLO_FIRST_CHUNK);
  const response = limit('SLO', settings.NUC_SLO_RESPONSE);
  const { byCourse, byTurn } = timeline;
  const contents: Content[] = [
    times(
      'first-chunk',
      percentiles(timeline.firstChunk),
      firstChunk,
      'Question sent to first text',
    ),
    times('response', percentiles(timeline.response), response, 'Question sent to complete answer'),
    load(timeline),
    throughput(timeline),
    errors(timeline),
    times(
      'client-lag',
      percentiles(timeline.clientLag),
      limit('limit', settings.NUC_MAX_CLIENT_LAG),
      'How late the script was for the last frame of an answer',
    ),
    ...parts('course', byCourse, 'courses', firstChunk, response),
    ...parts('turn', byTurn, 'turns', firstChunk, response),
  ];
  return contents.map((content) => chart(timeline, content));
}

function chart(timeline: Timeline, content: Content): Chart {
  const spans = Array.from({ length: timeline.count }, (_, bucket) => spanOf(timeline, bucket));
  const times = spans.map(({ fromMs, toMs }) => (fromMs + toMs) / 2000);
  return {
    limits: [],
    stacked: false,
    ...content,
    times,
    steps: timeline.steps.map(({ name, atMs }) => ({ label: name, at: atMs / 1000 })),
    duration: timeline.durationMs / 1000,
    description: extremes(content.series, times, content.unit),
  };
}

function times(
  id: string,
  series: readonly ChartSeries[],
  limits: readonly ChartLimit[],
  about: string,
): Content {
  return { id, unit: 'time', series, limits, about };
}

function percentiles({ p50, p95, p99 }: Percentiles): ChartSeries[] {
  return [line('p50', p50, 1), line('p95', p95, 2), { ...line('p99', p99, 3), dashed: true }];
}

function parts(
  tag: string,
  all: readonly PartSeries[],
  plural: string,
  firstChunk: readonly ChartLimit[],
  response: readonly ChartLimit[],
): Content[] {
  const shown = all.slice(0, COLOURS);
  const rest =
    all.length > shown.length ? `, the first ${shown.length} of ${all.length} ${plural}` : '';
  const p95 = (of: (part: PartSeries) => Percentiles) =>
    shown.map((part, index) => line(part.name, of(part).p95, index + 1));
  return [
    times(
      `${tag}-first-chunk`,
      p95((part) => part.firstChunk),
      firstChunk,
      `p95 of the time to the first chunk by ${tag}${rest}`,
    ),
    times(
      `${tag}-response`,
      p95((part) => part.response),
      response,
      `p95 of the response time by ${tag}${rest}`,
    ),
  ];
}

function load(timeline: Timeline): Content {
  return {
    id: 'load',
    unit: 'count',
    series: [
      line('sessions open', timeline.sessionsOpen, 1),
      { ...line('answers in flight', timeline.answersInFlight, 2), dashed: true },
    ],
    about: 'The most at once in each point’s time',
  };
}

function throughput(timeline: Timeline): Content {
  return {
    id: 'throughput',
    unit: 'rate',
    series: [
      { ...line('questions sent', perSecond(timeline, timeline.questionsSent), 3), dashed: true },
      line('answers complete', perSecond(timeline, timeline.answers), 1),
    ],
    about: `${showCount(total(timeline.questionsSent))} questions, ${showCount(total(timeline.answers))} answers in all`,
  };
}

function errors(timeline: Timeline): Content {
  const room = timeline.errors.length > COLOURS ? COLOURS - 1 : COLOURS;
  const shown = timeline.errors.slice(0, room);
  const others = timeline.errors.slice(room);
  const series = shown.map(({ phase, reason, counts }, index) =>
    line(`${phase}/${reason}`, perSecond(timeline, counts), index + 1),
  );
  if (others.length > 0) {
    const sums = timeline.answers.map((_, bucket) =>
      total(others.map(({ counts }) => counts[bucket] ?? 0)),
    );
    series.push(line(`${others.length} other reasons`, perSecond(timeline, sums), COLOURS));
  }
  const all = total(timeline.errors.map(({ counts }) => total(counts)));
  const about = all === 0 ? 'No errors' : `${showCount(all)} error${all === 1 ? '' : 's'} in all`;
  return { id: 'errors', unit: 'rate', series, stacked: true, about };
}

function line(label: string, values: ChartSeries['values'], colour: number): ChartSeries {
  return { label, values, colour, dashed: false };
}

function perSecond(timeline: Timeline, counts: readonly number[]): number[] {
  return counts.map((count, bucket) => {
    const { fromMs, toMs } = spanOf(timeline, bucket);
    return Math.round((count / (toMs - fromMs)) * 1e9) / 1e6;
  });
}

function limit(label: string, setting: string | undefined): ChartLimit[] {
  const value = setting ? parseDuration(setting) : null;
  return value === null || value === 0 ? [] : [{ label: `${label} ${setting}`, value }];
}

/** For those who do not see the chart. */
function extremes(series: readonly ChartSeries[], times: readonly number[], unit: Unit): string {
  const texts = series.flatMap(({ label, values }) => {
    let low = -1;
    let high = -1;
    values.forEach((value, index) => {
      if (value === null) return;
      if (low < 0 || value < (values[low] ?? 0)) low = index;
      if (high < 0 || value > (values[high] ?? 0)) high = index;
    });
    if (low < 0) return [];
    const [from, to] = [values[low], values[high]].map((value) => showValue(value, unit));
    return from === to
      ? [`${label} ${from} throughout`]
      : [`${label} from ${from} to ${to}, highest at ${showClock(times[high] ?? 0)}`];
  });
  return texts.length === 0 ? 'No sample.' : `${texts.join('; ')}.`;
}
