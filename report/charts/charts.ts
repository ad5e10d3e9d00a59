/** The charts of a run, made from its timeline. */
import { parseDuration } from '../../lib/base/duration.ts';
import type { StepsOf } from '../../lib/results/model.ts';
import { warmupOf } from '../../lib/results/warmup.ts';
import { spanOf } from '../samples/buckets.ts';
import type { PartSeries, Percentiles, Timeline } from '../samples/recording-shape.ts';
import {
  type Chart,
  type ChartLimit,
  type ChartSeries,
  COLOURS,
  type Content,
  line,
  showClock,
  showValue,
  type Unit,
} from './chart.ts';
import { errors, throughput } from './rate-charts.ts';

/** As a user wrote them. */
type WrittenSettings = Readonly<Record<string, string>>;

/**
 * @param settings as a summary has them: the limits come from there.
 * @param stepsOf what the run is about: one of sockets alone has other charts.
 */
export function chartsOf(
  timeline: Timeline,
  settings: WrittenSettings,
  stepsOf: StepsOf = 'answers',
): Chart[] {
  const contents = stepsOf === 'sockets' ? ofSockets(timeline) : ofAnswers(timeline, settings);
  return contents.map((content) => ({
    ...chart(timeline, content),
    warmup: warmupOf(settings) / 1000,
  }));
}

function ofSockets(timeline: Timeline): Content[] {
  const { socketOpen, sessionsOpen } = timeline;
  const opening = 'Session start to open socket; a point has those that opened in its time';
  return [
    // Older files lack it.
    ...(socketOpen ? [times('socket-open', percentiles(socketOpen), [], opening)] : []),
    {
      id: 'sockets',
      unit: 'count',
      series: [line('sessions open', sessionsOpen, 1)],
      about: MOST_AT_ONCE,
    },
    errors(timeline),
  ];
}

function ofAnswers(timeline: Timeline, settings: WrittenSettings): Content[] {
  const firstChunk = limit('SLO', settings.NUC_SLO_FIRST_CHUNK);
  const response = limit('SLO', settings.NUC_SLO_RESPONSE);
  const { byCourse, byTurn } = timeline;
  return [
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
      'How late the script was for the frames of answers',
    ),
    ...parts('course', byCourse, 'courses', firstChunk, response),
    ...parts('turn', byTurn, 'turns', firstChunk, response),
  ];
}

function chart(timeline: Timeline, content: Content): Omit<Chart, 'warmup'> {
  const spans = Array.from({ length: timeline.count }, (_, bucket) => spanOf(timeline, bucket));
  const times = spans.map(({ fromMs, toMs }) => (fromMs + toMs) / 2000);
  return {
    limits: [],
    stacked: false,
    ...content,
    times,
    width: timeline.widthMs / 1000,
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
  const named = all.slice(0, 2 * COLOURS);
  const drawn = Math.min(all.length, COLOURS);
  const rest =
    all.length > drawn
      ? `, the first ${drawn} of ${all.length} ${plural}; a click or Enter on a name in the legend shows or hides it`
      : '';
  // The second time round, a colour is that of a dashed line.
  const p95 = (of: (part: PartSeries) => Percentiles) =>
    named.map((part, index) =>
      index < COLOURS
        ? line(part.name, of(part).p95, index + 1)
        : {
            ...line(part.name, of(part).p95, index + 1 - COLOURS),
            dashed: true,
            hidden: true,
          },
    );
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
    about: MOST_AT_ONCE,
  };
}

const MOST_AT_ONCE = 'The most at once in each point’s time';

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
