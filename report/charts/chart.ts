/** A chart as data: made in Node from the timeline, drawn in the browser. */

/** `time`: milliseconds. `rate`: so many a second. `count`: whole numbers. */
export type Unit = 'time' | 'rate' | 'count';

export interface ChartSeries {
  readonly label: string;
  /** One value for each of the chart's times; null where there was none. */
  readonly values: readonly (number | null)[];
  /** Index into the page's colours, from 1. */
  readonly colour: number;
  readonly dashed: boolean;
  /** Not drawn until its name in the legend is chosen. */
  readonly hidden?: boolean;
}

/** A level that the values are to keep below. */
export interface ChartLimit {
  readonly label: string;
  readonly value: number;
}

export interface Chart {
  readonly id: string;
  readonly unit: Unit;
  /** Seconds since the start of the run: the middle of each bucket. */
  readonly times: readonly number[];
  /** The time that a point stands for, seconds. */
  readonly width: number;
  readonly series: readonly ChartSeries[];
  /** Whether the series are parts of a whole: drawn as bars, one upon the other. */
  readonly stacked: boolean;
  readonly limits: readonly ChartLimit[];
  /** Where the steps of a ramp begin, seconds since the start of the run. */
  readonly steps: readonly { readonly label: string; readonly at: number }[];
  /** So many seconds from the start that the thresholds leave out; 0 where there are none. */
  readonly warmup: number;
  /** Seconds. */
  readonly duration: number;
  readonly about: string;
  /** What there is to see, for those who do not see it. */
  readonly description: string;
}

/** What is left of a chart once its times, steps and description are known. */
export type Content = Pick<Chart, 'id' | 'unit' | 'series' | 'about'> & {
  readonly limits?: readonly ChartLimit[];
  readonly stacked?: boolean;
};

export function line(label: string, values: ChartSeries['values'], colour: number): ChartSeries {
  return { label, values, colour, dashed: false };
}

/** The page's colours for series: more cannot be told apart. */
export const COLOURS = 7;

/** `0:05`, `0:05.5`, `12:30`, `1:02:30`. */
export function showClock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const rest = tenths % 10 === 0 ? '' : `.${tenths % 10}`;
  const two = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}${rest}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}${rest}`;
}

/** A value with its unit, for a legend or a table. */
export function showValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return '—';
  if (unit === 'count') return String(value);
  if (unit === 'rate')
    return `${value > 0 && value < 0.1 ? value.toPrecision(2) : value.toFixed(value < 10 ? 2 : 1)}/s`;
  if (value < 999.95) return `${value.toFixed(1)} ms`;
  return `${(value / 1000).toFixed(value < 99_995 ? 2 : 1)} s`;
}
