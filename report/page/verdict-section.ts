/** What comes first: did the run pass, and can its figures be trusted? */

import { showCount, showMs } from '../../lib/base/format.ts';
import type { Summary, ThresholdResult } from '../../lib/results/model.ts';
import { showGot } from '../../lib/results/threshold-results.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { dataTable } from './table-markup.ts';

type Judged = Pick<
  Summary,
  'passed' | 'verdicts' | 'trust' | 'metrics' | 'clientLag' | 'settings' | 'findings'
>;

/** More thresholds than these fold away where they held. */
const ALL_IN_SIGHT = 8;

/** @param reasons of the errors; those of a run that passed are below, with their table. */
export function verdictSection(summary: Judged, reasons: Markup): Markup {
  const { passed, verdicts, findings } = summary;
  const [kind, sign, word] = outcomeOf(passed, verdicts);
  return html`
    <section aria-labelledby="verdict">
      <h2 id="verdict" class="unseen">Verdict</h2>
      <div class="banners">
        ${banner(kind, sign, word, [reason(verdicts)], passed ? NOTHING : reasons)}
        ${trustBanner(summary)}
      </div>
      ${findings.length === 0 ? NOTHING : whatStepsTell(findings)}
      ${verdicts.length === 0 ? NOTHING : thresholds(summary)}
    </section>`;
}

/** For a page that has no summary: the run is not over, or k6 could not sum it up. */
export function noVerdictSection(
  word: string,
  why: readonly string[],
  kind: 'busy' | 'doubt',
  reasons: Markup,
): Markup {
  return html`
    <section aria-labelledby="verdict">
      <h2 id="verdict" class="unseen">Verdict</h2>
      <div class="banners">${banner(kind, kind === 'busy' ? '▶' : '?', word, why, reasons)}</div>
    </section>`;
}

function trustBanner({ trust: { trusted, why }, clientLag, settings }: Judged): Markup {
  if (!trusted) return banner('doubt', '!', 'Not to be trusted', why);
  const lag =
    clientLag === null
      ? 'No answer came, so its lag was not measured.'
      : `Client lag p95 ${showMs(clientLag.p95)}, limit ${settings.NUC_MAX_CLIENT_LAG ?? 'unknown'}; every session started in time.`;
  return clientLag === null
    ? banner('plain', '–', 'Generator not measured', [lag])
    : banner('plain', '✓', 'The load generator kept up', [lag]);
}

function banner(
  kind: string,
  sign: string,
  word: string,
  lines: readonly string[],
  more = NOTHING,
): Markup {
  return html`
    <div class="banner ${kind}">
      <span class="sign" aria-hidden="true">${sign}</span>
      <div>
        <p class="word">${word}</p>
        ${lines.map((line) => html`<p>${line}</p>`)}
        ${more}
      </div>
    </div>`;
}

function outcomeOf(passed: boolean, verdicts: readonly ThresholdResult[]) {
  if (verdicts.length === 0) return ['doubt', '–', 'No verdict'] as const;
  return passed ? (['good', '✓', 'Passed'] as const) : (['bad', '✗', 'Failed'] as const);
}

function reason(verdicts: readonly ThresholdResult[]): string {
  if (verdicts.length === 0) {
    return 'It has no thresholds: nothing was asked of this run, so it did not pass.';
  }
  const crossed = verdicts.filter(({ ok }) => !ok);
  if (crossed.length === 0) {
    return verdicts.length === 1 ? 'The threshold held.' : `All ${plural(verdicts.length)} held.`;
  }
  const names = crossed.slice(0, 3).map(({ metric }) => metric);
  const rest = crossed.length - names.length;
  const listed = `${names.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
  return `${showCount(crossed.length)} of ${plural(verdicts.length)} crossed: ${listed}.`;
}

function whatStepsTell(findings: readonly string[]): Markup {
  return html`
    <div class="card findings">
      <h3>What the steps tell</h3>
      <ul>${findings.map((finding) => html`<li>${finding}</li>`)}</ul>
    </div>`;
}

function thresholds({ verdicts, metrics }: Judged): Markup {
  const table = (shown: readonly ThresholdResult[]) => thresholdTable(shown, metrics);
  const crossed = verdicts.filter(({ ok }) => !ok);
  const held = verdicts.filter(({ ok }) => ok);
  return verdicts.length <= ALL_IN_SIGHT
    ? html`<h3>Thresholds</h3>${table([...crossed, ...held])}`
    : html`
        <h3>Thresholds</h3>
        ${crossed.length === 0 ? NOTHING : table(crossed)}
        <details>
          <summary>${plural(held.length)} that held</summary>
          ${table(held)}
        </details>`;
}

function thresholdTable(results: readonly ThresholdResult[], metrics: Judged['metrics']): Markup {
  const rows = results.map((result) => [
    result.ok ? html`<span class="ok">✓ held</span>` : html`<span class="crossed">✗ crossed</span>`,
    html`${breakable(result.metric)} <code>${result.threshold}</code>`,
    html`${showGot(result, metrics)}`,
  ]);
  return dataTable('Thresholds', [['result', 'threshold', 'came to']], rows, {
    texts: 2,
    narrow: true,
  });
}

/** May go on in a second line where a person would break it. */
function breakable(metric: string): Markup {
  const words = metric.split(/(?<=_)|(?=\{)/);
  return html`<code>${words.map((word) => html`${word}<wbr>`)}</code>`;
}

function plural(count: number): string {
  return `${showCount(count)} threshold${count === 1 ? '' : 's'}`;
}
