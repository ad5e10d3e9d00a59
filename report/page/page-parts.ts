/** The parts of the page that change while a run goes on, each by its name. */
import { formatDuration } from '../../lib/base/duration.ts';
import { showMs } from '../../lib/base/format.ts';
import { showMoment } from '../../lib/base/moment.ts';
import type { Generator, StepsOf, Summary } from '../../lib/results/model.ts';
import { warmupText } from '../../lib/results/warmup.ts';
import { hasSlo, sloText } from '../../lib/settings/slo.ts';
import type { Chart } from '../charts/chart.ts';
import type { PageFigures } from '../samples/figures.ts';
import type { ErrorSeries, Failure, Spread, Traffic } from '../samples/recording-shape.ts';
import { failuresTable } from './failures-table.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { reasonsMarkup } from './reasons.ts';
import { spreadSection } from './spread-section.ts';
import { coursesTable, errorsTable, latencyTable, partsTable, stepsTable } from './tables.ts';
import { totals } from './totals.ts';
import { noVerdictSection, verdictSection } from './verdict-section.ts';

/** What is known of a run: its end with a summary, its end without, or the middle of it. */
export type RunState =
  | { readonly kind: 'over'; readonly summary: Summary }
  /** `why`: there is no summary; '' where that is not known. */
  | { readonly kind: 'unfinished'; readonly figures: PageFigures; readonly why: string }
  | { readonly kind: 'live'; readonly figures: PageFigures };

/** All that a page is made from. */
export interface Page {
  readonly state: RunState;
  /** Empty where they are not known. */
  readonly settings: Readonly<Record<string, string>>;
  readonly stepsOf: StepsOf;
  /** None where the run has no samples. */
  readonly charts: readonly Chart[];
  /** When each kind of error came up; none where the run has no samples. */
  readonly errors: readonly ErrorSeries[];
  /** The first errors one by one; none where the run has no samples. */
  readonly failures: readonly Failure[];
  /** Undefined where the run has no samples. */
  readonly spread: Spread | undefined;
  /** Undefined where it was not counted. */
  readonly traffic: Traffic | undefined;
  /** What the run took of its machine; null where that is not known. */
  readonly generator: Generator | null;
  /** The time that one point of a chart stands for. */
  readonly widthMs: number;
  /** Of the profile, in one line; '' where it is not known. */
  readonly purpose: string;
  readonly runId: string;
  readonly environment: string;
}

export interface Parts {
  readonly facts: Markup;
  readonly stepsNote: Markup;
  readonly verdict: Markup;
  readonly totals: Markup;
  readonly steps: Markup;
  readonly courses: Markup;
  readonly turns: Markup;
  readonly latencies: Markup;
  readonly errors: Markup;
  readonly failures: Markup;
  readonly spread: Markup;
  readonly notes: Markup;
}

export function shownFigures(state: RunState): PageFigures {
  return state.kind === 'over' ? state.summary : state.figures;
}

export function headingOf({ state }: Page): string {
  return shownFigures(state).run.profile || 'Waiting for the first sample';
}

/** Of the browser's tab: two runs of a profile are told apart. */
export function titleOf(page: Page): string {
  const live = page.state.kind === 'live' ? ['Live'] : [];
  const run = page.runId === '' ? [] : [page.runId];
  return [...live, headingOf(page), ...run, 'chat load test'].join(' · ');
}

/** For those who do not see a live page: it changes with each new kind of error, not each second. */
export function statusOf({ state }: Page): string {
  const { errors } = shownFigures(state);
  const names = errors.map(({ phase, reason }) => `${phase}/${reason}`);
  return names.length === 0
    ? 'Running without errors'
    : `Running, with errors: ${names.join(', ')}`;
}

export function partsOf(page: Page): Parts {
  const { state, settings, stepsOf } = page;
  const figures = shownFigures(state);
  const slo = hasSlo(settings);
  return {
    facts: facts(page),
    stepsNote: stepsNote(page),
    verdict: verdict(page),
    totals: totals(figures, {
      inTime: sloText(settings),
      live: state.kind === 'live',
      stepsOf,
      traffic: page.traffic,
      generator: state.kind === 'over' ? null : page.generator,
      isOver: state.kind === 'over',
      warmup: warmupText(state.kind === 'over' ? state.summary : { settings }),
    }),
    steps:
      figures.bySteps.length === 0
        ? NOTHING
        : html`
            <section aria-labelledby="steps">
              <h2 id="steps">By step</h2>
              ${stepsTable(figures, {
                stepsOf,
                limit: (state.kind === 'over' && state.summary.limit) || null,
                slo,
                live: state.kind === 'live',
              })}
            </section>`,
    courses: coursesTable(figures.byCourse, slo),
    turns: partsTable(
      'turn',
      figures.byTurn.filter(({ sent }) => sent > 0),
      slo,
    ),
    latencies: latencyTable(figures, stepsOf),
    errors: errorsTable(figures),
    spread: page.spread === undefined ? NOTHING : spreadSection(page.spread),
    failures: failuresTable(page.failures),
    notes: notes(page),
  };
}

function facts({ state, settings, runId, environment }: Page): Markup {
  const { run } = shownFigures(state);
  const started = showMoment(run.startedAt);
  const took = `${state.kind === 'live' ? 'running for' : 'took'} ${showMs(run.durationMs)}`;
  const all = [
    ...(run.profile === '' ? [] : [`started ${started}, ${took}`]),
    ...(settings.NUC_BASE_URL ? [`target ${settings.NUC_BASE_URL}`] : []),
    ...(state.kind === 'over' && state.summary.run.engine !== undefined
      ? [`engine ${state.summary.run.engine}`]
      : []),
    ...(environment === '' ? [] : [`environment ${environment}`]),
    ...(runId === '' ? [] : [`run ${runId}`]),
  ];
  return html`<p class="facts">${all.map((fact) => html`<span>${fact}</span>`)}</p>`;
}

function stepsNote({ charts: [chart] }: Page): Markup {
  const notes = [
    ...(chart === undefined || chart.steps.length === 0
      ? []
      : ['Upright lines are the beginnings of the steps, with their names.']),
    ...(chart === undefined || chart.warmup === 0 ? [] : ['The warm-up is shaded.']),
  ];
  return notes.length === 0 ? NOTHING : html`<p class="quiet">${notes.join(' ')}</p>`;
}

function verdict({ state, settings, errors: series }: Page): Markup {
  const reasons = reasonsMarkup(shownFigures(state), series, settings);
  if (state.kind === 'over') return verdictSection(state.summary, reasons);
  if (state.kind === 'live') {
    const line = 'The verdict comes with the end of the run.';
    return noVerdictSection('Running', [line], 'busy', reasons);
  }
  const why = state.why || 'There is no summary from k6';
  const counted = 'The figures here were counted from its samples.';
  return noVerdictSection('No verdict', [`${why}.`, counted], 'doubt', reasons);
}

function notes({ widthMs }: Page): Markup {
  return html`<p>Percentiles are worked out from all samples of their time, not estimated.
    ${widthMs === 0 ? NOTHING : html`Each point of a chart stands for ${formatDuration(widthMs)}.`}
    An answer stands where it ended, a question where it was sent. The run’s start is by the clock of
    the machine that ran k6, with its offset from UTC; all other times count from it.</p>`;
}
