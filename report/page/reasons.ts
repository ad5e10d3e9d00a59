/** Why sessions and answers failed: the most frequent reasons, for the banner of the verdict. */
import { showCount } from '../../lib/base/format.ts';
import { frequentErrors } from '../../lib/results/frequent-errors.ts';
import type { ErrorCount } from '../../lib/results/model.ts';
import { showClock } from '../charts/chart.ts';
import type { PageFigures } from '../samples/figures.ts';
import type { ErrorSeries } from '../samples/recording-shape.ts';
import { html, type Markup, NOTHING } from './markup.ts';

/** @param series when each came up; one that it lacks is shown without its moment. */
export function reasonsMarkup(
  failed: Pick<PageFigures, 'errors' | 'handshakesRefused'>,
  series: readonly ErrorSeries[],
  settings: Readonly<Record<string, string>>,
): Markup {
  const { errors } = failed;
  if (errors.length === 0) return NOTHING;
  const shown = frequentErrors(failed, settings);
  const rest = errors.length - shown.length;
  const others = rest === 1 ? '1 other reason' : `${rest} other reasons`;
  return html`
    <ul class="reasons">
      ${shown.map((error) => html`<li>${reason(error, firstAt(error, series))}</li>`)}
      ${rest === 0 ? NOTHING : html`<li><a href="#errors">${others}</a></li>`}
    </ul>`;
}

function reason({ phase, reason: name, count, meaning }: ErrorCount, atMs: number | undefined) {
  const first = atMs === undefined ? '' : `; first at ${showClock(atMs / 1000)}`;
  return html`<b>${showCount(count)} × <code>${phase}/${name}</code></b> ${meaning}${first}`;
}

function firstAt(error: ErrorCount, series: readonly ErrorSeries[]): number | undefined {
  return series.find(({ phase, reason }) => phase === error.phase && reason === error.reason)
    ?.firstAtMs;
}
