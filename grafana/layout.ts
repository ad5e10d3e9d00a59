/** What the dashboard is made of, apart from any store and any dashboard software. */
import type { Query } from './queries.ts';
import type { Store } from './store.ts';

/** A line across a panel. What is above it is bad, or what is below it. */
export interface Limit {
  readonly at: number;
  readonly bad: 'above' | 'below';
}

export interface Panel {
  readonly title: string;
  /** A sentence or two, shown at the panel's corner; the store's own notes follow. */
  readonly about: string;
  readonly kind: 'number' | 'lines' | 'table';
  /** In columns, of which a row has WIDTH. */
  readonly width: number;
  /** Grafana's name of the unit. */
  readonly unit: 'percentunit' | 'ms' | 'short' | 'cps';
  readonly limit?: Limit | undefined;
  /** Shown in place of a number where there was no sample. */
  readonly withoutSamples?: string;
  /** The most points of a line, where it is fewer than those of others: see MOST_POINTS. */
  readonly points?: number;
  readonly queries: readonly Query[];
}

export interface Row {
  /** The question that the row answers. */
  readonly title: string;
  /** How to read it. Markdown. */
  readonly answer: string;
  /** Which of the store's remarks belongs here. */
  readonly remark?: keyof Store['remarks'];
  readonly panels: readonly Panel[];
}

/** The columns of a row in Grafana. */
export const WIDTH = 24;

export function above(at: number): Limit {
  return { at, bad: 'above' };
}
