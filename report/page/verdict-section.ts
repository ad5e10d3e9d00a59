/** What comes first: did the run pass, and can its figures be trusted? */

import { showCount, showMs } from '../../lib/base/format.ts';
import { generatorText } from '../../lib/render/generator-text.ts';
import { markOf } from '../../lib/render/summary-text.ts';
import { limitText } from '../../lib/results/climb.ts';
import { doubtText } from '../../lib/results/doubtful.ts';
import type { Summary, ThresholdResult } from '../../lib/results/model.ts';
import {
  outcomeOf,
  outcomeReason,
  outcomeWords,
  sortedResults,
} from '../../lib/results/outcome.ts';
import { showGot } from '../../lib/results/threshold-results.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { dataTable } from './table-markup.ts';

type Judged = Pick<
  Summary,
  | 'passed'
  | 'verdicts'
  | 'limit'
  | 'bySteps'
  | 'run'
  | 'trust'
  | 'metrics'
  | 'clientLag'
  | 'settings'
  | 'findings'
  | 'generator'
>;

/** More thresholds than these fold away where they held. */
const ALL_IN_SIGHT = 8;

/** @param reasons of the errors; those of a run that passed are below, with their table. */
export function verdictSection(summary: Judged, reasons: Markup): Markup {
  const { passed, verdicts } = summary;
  // What the banner says is not said again.
  const rest = summary.findings.filter((finding) => finding !== outcomeReason(summary));
  // How far a climb held is what it was made for.
  const isOfClimb = (finding: string) => summary.limit && finding === limitText(summary.limit);
  const findings = rest.filter((finding) => !isOfClimb(finding));
  const answers = rest.filter(isOfClimb).map((finding) => `${finding}.`);
  const [kind, sign] = SIGNS[outcomeOf(summary)];
  const word = outcomeWords(summary);
  return html`
    <section aria-labelledby="verdict">
      <h2 id="verdict" class="unseen">Verdict</h2>
      <div class="banners">
        ${banner(kind, sign, word, [reason(summary), ...answers], passed ? NOTHING : reasons)}
        ${trustBanner(summary)}
      </div>
      ${findings.length === 0 ? NOTHING : whatWasFound(findings)}
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

function trustBanner({ trust, clientLag, generator }: Judged): Markup {
  const { trusted, why, errorMs = null, allowedMs } = trust;
  const took = generator === undefined ? [] : [`${generatorText(generator)}.`];
  if (!trusted) return banner('doubt', '!', 'Not to be trusted', [...why, ...took]);
  if (errorMs === null && clientLag === null) {
    return banner('plain', '–', 'Generator not measured', [
      'No session was open for long enough to measure how late it was.',
      ...took,
    ]);
  }
  const doubt = doubtText(trust);
  // An older file has no possible error.
  const lag =
    errorMs === null || allowedMs === undefined
      ? `Client lag p95 ${showMs(clientLag?.p95 ?? 0)}`
      : `Latencies may be too long by ${showMs(errorMs)}; ${showMs(allowedMs)} would be too much`;
  return banner('plain', '✓', 'The load generator kept up', [
    `${lag}; every session started in time.`,
    ...(doubt === '' ? [] : [`${doubt}.`]),
    ...took,
  ]);
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
        ${lines.map((line) => html`<p>${capital(line)}</p>`)}
        ${more}
      </div>
    </div>`;
}

/** A limit that was found is calm: it is what the run was for. */
const SIGNS = {
  passed: ['good', '✓'],
  failed: ['bad', '✗'],
  limit: ['found', '▲'],
  none: ['doubt', '–'],
} as const;

function reason(summary: Judged): string {
  const { verdicts } = summary;
  const why = capital(outcomeReason(summary));
  const outcome = outcomeOf(summary);
  if (outcome !== 'failed') return `${why}.`;
  const crossed = verdicts.filter(({ ok }) => !ok);
  const names = crossed.slice(0, 3).map(({ metric }) => metric);
  const rest = crossed.length - names.length;
  return `${why}: ${names.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}.`;
}

/** Of a sentence; k6 writes itself small. */
function capital(text: string): string {
  return text.startsWith('k6') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

function whatWasFound(findings: readonly string[]): Markup {
  return html`
    <div class="card findings">
      <h3>What was found</h3>
      <ul>${findings.map((finding) => html`<li>${finding}</li>`)}</ul>
    </div>`;
}

function thresholds(summary: Judged): Markup {
  const table = (shown: readonly ThresholdResult[]) => thresholdTable(shown, summary.metrics);
  const { judged, notReached } = sortedResults(summary);
  const crossed = judged.filter(({ ok }) => !ok);
  const held = judged.filter(({ ok }) => ok);
  const rest =
    notReached.length === 0
      ? NOTHING
      : html`<p class="quiet">${plural(notReached.length)} of steps that were not reached.</p>`;
  return judged.length <= ALL_IN_SIGHT
    ? html`<h3>Thresholds</h3>${table([...crossed, ...held])}${rest}`
    : html`
        <h3>Thresholds</h3>
        ${crossed.length === 0 ? NOTHING : table(crossed)}
        <details>
          <summary>${plural(held.length)} that ${held.every((one) => markOf(one, summary.metrics) === '✓') ? 'held' : 'held, or had nothing to judge'}</summary>
          ${table(held)}
        </details>
        ${rest}`;
}

const RESULTS = {
  '✓': html`<span class="ok">✓ held</span>`,
  '✗': html`<span class="crossed">✗ crossed</span>`,
  '·': html`<span class="quiet">· not judged</span>`,
} as const;

function thresholdTable(results: readonly ThresholdResult[], metrics: Judged['metrics']): Markup {
  const rows = results.map((result) => [
    RESULTS[markOf(result, metrics)],
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
