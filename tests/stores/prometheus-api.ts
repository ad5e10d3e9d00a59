/** The query language of Prometheus, which other stores speak too. */

export type Labels = Readonly<Record<string, string>>;

export interface PrometheusSeries {
  readonly metric: Labels;
  /** Epoch seconds, and the figure as a text. */
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Epoch ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export interface PrometheusApi {
  /** At one time, epoch ms. @throws Error with the store's own text. */
  query(text: string, at: number): Promise<PrometheusSeries[]>;
  queryRange(text: string, range: TimeRange, stepSeconds: number): Promise<PrometheusSeries[]>;
  /** The only figure that a query gives. */
  figure(text: string, at: number): Promise<number>;
  /** The labels of all series that match. */
  series(match: string): Promise<Labels[]>;
  labelValues(label: string, match: string): Promise<string[]>;
}

/** @param url of the API, such as `http://127.0.0.1:9090/api/v1`. */
export function prometheusApi(url: string): PrometheusApi {
  async function get<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const response = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`);
    const { error, data } = (await response.json()) as { error?: string; data: T };
    if (error) throw new Error(`${url}: ${error}: ${JSON.stringify(parameters)}`);
    return data;
  }
  type Result = { result: PrometheusSeries[] };
  const query = async (text: string, at: number) =>
    (await get<Result>('/query', { query: text, time: String(at / 1000) })).result;
  return {
    query,
    async queryRange(text, { from, to }, stepSeconds) {
      const range = { start: String(from / 1000), end: String(to / 1000) };
      const step = String(stepSeconds);
      return (await get<Result>('/query_range', { query: text, ...range, step })).result;
    },
    async figure(text, at) {
      const series = await query(text, at);
      const value = series[0]?.value?.[1];
      if (series.length !== 1 || value === undefined) {
        throw new Error(`expected one figure of ${text}, got ${JSON.stringify(series)}`);
      }
      return Number(value);
    },
    series: (match) => get('/series', { 'match[]': match }),
    labelValues: (label, match) => get(`/label/${label}/values`, { 'match[]': match }),
  };
}
