/** Grafana's panels, from the description's. */
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Limit, type Panel, type Row, WIDTH } from './layout.ts';
import { DATA_SOURCE, type Store } from './store.ts';

/** The shortest interval that a point of a line stands for. */
const SHORTEST_INTERVAL = '5s';

/**
 * The most points of a line: 20 min at the shortest interval, 30 min at 7.5 s, 6 h at a minute and a half.
 * What a store calculates grows with them, whatever the screen has room for.
 */
export const MOST_POINTS = 240;

const HEIGHT = { number: 4, lines: 8, table: 8, text: 3 };
const REF_IDS = 'ABCDEFGHIJ';
const GOOD = 'green';
const BAD = 'red';

export function textPanel(row: Row, store: Store): cog.Builder<grafana.Panel> {
  const remark = row.remark === undefined ? '' : ` *${store.title}: ${store.remarks[row.remark]}*`;
  return new TextBuilder()
    .mode(TextMode.Markdown)
    .content(`**${row.title}** ${row.answer}${remark}`)
    .transparent(true)
    .span(WIDTH)
    .height(HEIGHT.text);
}

export function panel(described: Panel, store: Store): cog.Builder<grafana.Panel> {
  const builder = builderOf(described)
    .title(described.title)
    .description(description(described, store))
    .datasource({ type: store.type, uid: DATA_SOURCE })
    .unit(described.unit)
    .span(described.width)
    .height(HEIGHT[described.kind])
    .targets(
      described.queries.map((query, index) =>
        store.query(query, REF_IDS.charAt(index), described.kind === 'table'),
      ),
    );
  if (described.limit !== undefined) builder.thresholds(thresholds(described.limit));
  if (described.withoutSamples !== undefined) builder.noValue(described.withoutSamples);
  for (const query of described.queries) {
    const inGrafana = store.inGrafana?.(query);
    if (inGrafana === undefined) continue;
    builder.displayName(inGrafana.displayName);
    for (const each of inGrafana.transformations) builder.withTransformation(each);
  }
  return builder;
}

function description({ about, queries }: Panel, { notes }: Store): string {
  const ofStore = new Set(queries.flatMap(({ ask }) => notes[ask] ?? []));
  return [about, ...ofStore].join(' ');
}

function builderOf({
  kind,
  unit,
  limit,
  points,
}: Panel): NumberBuilder | LinesBuilder | TableBuilder {
  switch (kind) {
    case 'number':
      return new NumberBuilder()
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
        .colorMode(limit ? common.BigValueColorMode.Background : common.BigValueColorMode.None)
        .graphMode(common.BigValueGraphMode.None);
    case 'lines':
      return lines(unit, limit, points);
    case 'table':
      return new TableBuilder().withTransformation({
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          renameByName: { Value: 'count', run_id: 'run' },
        },
      });
  }
}

function lines(unit: Panel['unit'], limit: Limit | undefined, points = MOST_POINTS): LinesBuilder {
  const builder = new LinesBuilder()
    .interval(SHORTEST_INTERVAL)
    .maxDataPoints(points)
    .min(0)
    .lineWidth(2)
    .fillOpacity(5)
    .showPoints(common.VisibilityMode.Auto)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (unit === 'percentunit') builder.max(1);
  if (limit !== undefined) {
    builder.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  }
  return builder;
}

function thresholds({ at, bad }: Limit): cog.Builder<grafana.ThresholdsConfig> {
  const [below, from] = bad === 'above' ? [GOOD, BAD] : [BAD, GOOD];
  return new grafana.ThresholdsConfigBuilder().mode(grafana.ThresholdsMode.Absolute).steps([
    { value: null, color: below },
    { value: at, color: from },
  ]);
}
