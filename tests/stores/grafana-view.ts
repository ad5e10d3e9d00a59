/** A dashboard as somebody looks at it: Grafana's variables and macros, replaced as Grafana does it. */
import { parseDuration } from '../../lib/base/duration.ts';
import type { TimeRange } from './prometheus-api.ts';

export interface View extends TimeRange {
  /** Of each variable the chosen values; `All` is its own regular expression, not escaped. */
  readonly chosen: Readonly<Record<string, readonly string[] | { readonly all: string }>>;
}

export interface Target {
  readonly refId: string;
  /** InfluxQL */
  readonly query?: string;
  /** PromQL */
  readonly expr?: string;
  readonly instant?: boolean;
  /** The shortest step. */
  readonly interval?: string;
}

/** How many points a line may have. */
export interface Resolution {
  /** The shortest time between two. */
  readonly interval?: string | undefined;
  readonly maxDataPoints?: number;
}

export interface GrafanaPanel extends Resolution {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets?: readonly Target[];
}

export interface GrafanaDashboard {
  readonly panels: readonly GrafanaPanel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
    }[];
  };
  readonly annotations: { readonly list: readonly { readonly target: Target }[] };
}

/** As many points as a panel of a wide screen asks for, where it does not say how many. */
const MAX_POINTS = 1000;

/** The time between two points, in ms: the range shared among them, but not below the shortest. */
export function intervalOf({ from, to }: TimeRange, { interval, maxDataPoints }: Resolution) {
  const shared = Math.ceil((to - from) / (maxDataPoints ?? MAX_POINTS));
  return Math.max(shared, parseDuration(interval ?? '1ms') ?? 0);
}

export function influxQl(text: string, view: View, intervalMs: number): string {
  const macros = text
    .replaceAll('$timeFilter', `time >= ${view.from}ms and time <= ${view.to}ms`)
    .replaceAll('$__interval_ms', String(intervalMs))
    .replaceAll('$__interval', `${intervalMs}ms`);
  return withVariables(macros, view, (values) => `(${values.map(escaped).join('|')})`);
}

export function promQl(text: string, view: View, intervalMs: number): string {
  const macros = text
    .replaceAll('$__range', `${Math.round((view.to - view.from) / 1000)}s`)
    .replaceAll('$__interval', `${intervalMs}ms`);
  return withVariables(macros, view, (values) => {
    // In a text in quotes, where a backslash itself has to be escaped.
    const texts = values.map((value) => escaped(value).replaceAll('\\', '\\\\'));
    return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join('|')})`;
  });
}

function withVariables(
  text: string,
  { chosen }: View,
  write: (values: readonly string[]) => string,
): string {
  return text.replace(/\$(\w+)/g, (whole, name: string) => {
    const choice = chosen[name];
    if (choice === undefined) throw new Error(`${whole}: no such variable: ${text}`);
    if ('all' in choice) return choice.all;
    // A variable that can hold one value alone is written as it is.
    return name === 'percentile' ? (choice[0] ?? '') : write(choice);
  });
}

function escaped(value: string): string {
  return value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}
