/** How a chart is drawn: axes with units, colours from the page's styles, limits and steps as lines. */
import uPlot from 'uplot';
import { type Chart, type ChartSeries, showClock, showValue, type Unit } from '../charts/chart.ts';
import { colour } from './colour.ts';
import { legendKeys } from './legend-keys.ts';
import { marksPlugin } from './marks-plugin.ts';
import { shownTime, zoomPlugin } from './zoom.ts';

const HEIGHT = 220;
const FONT = '12px system-ui, sans-serif';
/** Steps of the time axis in seconds: seconds, minutes, hours, days. */
const TIME_STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800,
  86_400,
];
const PIXELS_A_LETTER = 7;
/** A limit that lies further above the values than this would press them flat. */
const LIMIT_IN_SIGHT = 2;
const cursors = uPlot.sync('run');

/** @param chart as it is now: on a live page it changes. */
export function optionsOf(chart: () => Chart, box: HTMLElement): uPlot.Options {
  const { unit, series, stacked } = chart();
  return {
    width: Math.max(box.clientWidth, 1),
    height: HEIGHT,
    legend: { markers: { dash: (_, index) => (series[index - 1]?.dashed ? 'dashed' : 'solid') } },
    cursor: {
      // What is chosen goes to the other charts by the plugin: their widths differ.
      sync: {
        key: cursors.key,
        filters: { pub: (type) => /^mouse(move|leave)$/.test(type), sub: () => true },
      },
      drag: { x: true, y: false, dist: 8, setScale: false },
      points: { show: !stacked, size: 7 },
    },
    scales: {
      x: { time: false, range: () => shownTime(chart().duration) },
      y: { range: (_, __, max) => [0, top(chart(), max)] },
    },
    axes: [
      axis({
        incrs: TIME_STEPS,
        size: 30,
        space: 60,
        values: (_, ticks) => ticks.map((tick) => clockTick(tick, ticks)),
      }),
      axis({
        space: 36,
        size: (_, labels) =>
          Math.max(...(labels ?? ['']).map(({ length }) => length)) * PIXELS_A_LETTER + 16,
        values: (_, ticks) => ticks.map((tick) => valueTick(tick, ticks, unit)),
        ...(unit === 'count' ? { incrs: WHOLE_STEPS } : {}),
      }),
    ],
    series: [
      {
        label: '',
        value: (_, value, __, index) => (index === null ? '' : `at ${showClock(value)}`),
      },
      ...series.map((one) => drawn(one, chart())),
    ],
    plugins: [marksPlugin(chart), zoomPlugin, legendKeys],
  };
}

function drawn(
  { label, colour: number, dashed, hidden = false }: ChartSeries,
  chart: Chart,
): uPlot.Series {
  const own = () => colour(`series-${number}`);
  return {
    label,
    show: !hidden,
    stroke: own,
    width: 2,
    ...(dashed ? { dash: [6, 4] } : {}),
    // Bars are drawn by the plugin.
    ...(chart.stacked
      ? { paths: () => null, points: { show: false } }
      : { points: { size: 5, fill: own } }),
    // Where the pointer is on no chart, the legend says the names alone.
    value: (_, value, __, index) => (index === null ? '' : showValue(value, chart.unit)),
  };
}

const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

function axis(own: uPlot.Axis): uPlot.Axis {
  return {
    font: FONT,
    stroke: () => colour('quiet'),
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { stroke: () => colour('grid'), width: 1, size: 5 },
    ...own,
  };
}

/** The highest value that the chart has room for. */
function top({ limits, unit, steps, stacked, series, times }: Chart, max: number | null): number {
  const sums = stacked ? times.map((_, index) => sumAt(series, index)) : [];
  const highest = Math.max(max ?? 0, ...sums);
  const inSight = limits
    .map(({ value }) => value)
    .filter((value) => value <= highest * LIMIT_IN_SIGHT);
  const least = unit === 'time' ? 0.001 : 1;
  return Math.max(highest, ...inSight, least) * (steps.length === 0 ? 1.08 : 1.18);
}

function sumAt(series: Chart['series'], index: number): number {
  return series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
}

function clockTick(tick: number, ticks: readonly number[]): string {
  const fine = ticks.some((one) => one % 1 !== 0);
  return fine ? `${tick.toFixed(1)} s` : showClock(tick);
}

/** All ticks of an axis with one unit and as many digits. */
function valueTick(tick: number, ticks: readonly number[], unit: Unit): string {
  const highest = Math.max(...ticks);
  const scale = unit === 'time' && highest >= 1000 ? 1000 : 1;
  const step = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) / scale;
  const digits = [0, 1, 2, 3, 4].find((count) => isWhole(step * 10 ** count)) ?? 4;
  const figure = (tick / scale).toFixed(digits);
  if (unit === 'count') return figure;
  if (unit === 'rate') return `${figure}/s`;
  return `${figure} ${scale === 1000 ? 's' : 'ms'}`;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
