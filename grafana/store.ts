/** What the dashboard needs of a store; influxdb.ts and prometheus.ts are the two. */
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Counted, Query, Selector } from './queries.ts';

export interface Store {
  /** Grafana's name of the data source's kind, and the end of the dashboard's file name. */
  readonly type: 'influxdb' | 'prometheus';
  readonly title: string;
  /** What a reader must know of this store's figures, for the text panel of each kind of row. */
  readonly remarks: { readonly shares: string; readonly times: string; readonly load: string };
  /** What a reader must know of the answers to such a query, for the panel's description. */
  readonly notes: Readonly<Partial<Record<Query['ask'], string>>>;
  /** @param refId the query's name within its panel. */
  query(query: Query, refId: string, asTable: boolean): cog.Builder<cog.Dataquery>;
  /** The values of a selector's tag, of runs that the selectors before it leave. */
  tagValues(selector: Selector, before: readonly Selector[]): Record<string, unknown>;
  /** What Grafana itself has to make of the answer, where the store cannot. */
  inGrafana?(query: Query): InGrafana | undefined;
  /** Where each step begins: Grafana's target of an annotation, and how it is shown. */
  steps(seen: Counted): {
    readonly target: Record<string, unknown>;
    readonly shown: Record<string, unknown>;
  };
}

export interface InGrafana {
  readonly transformations: readonly DataTransformerConfig[];
  /** The lines' name after that; Grafana's own variables are allowed. */
  readonly displayName: string;
}

/** A query in the form that the SDK takes. The data source is the one chosen above the dashboard. */
export function dataquery(
  store: Pick<Store, 'type'>,
  fields: Readonly<Record<string, unknown>>,
): cog.Builder<cog.Dataquery> {
  const query = { datasource: { type: store.type, uid: DATA_SOURCE }, ...fields };
  return { build: () => ({ ...query, _implementsDataqueryVariant() {} }) };
}

/** The variable that holds the data source, so that the files work in any Grafana. */
export const DATA_SOURCE = '$' + '{datasource}';
