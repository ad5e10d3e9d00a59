/** The parts of the page that change while a run goes on, each by its name. */
import { formatDuration } from '../../lib/base/duration.ts';
import { showMs } from '../../lib/render/table.ts';
import type { Summary } from '../../lib/results/summary.ts';
import type { Chart } from '../charts/chart.ts';
import type { Figures } from '../samples/figures.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { errorsTable, latencyTable, partsTable, stepsTable } from './tables.ts';
import { totals } from './totals.ts';
import { noVerdictSection, verdictSection } from './verdict-section.ts';

/** What is known of a run: its end with a summary, its end without, or the middle of it. */
export type RunState =
  | { readonly kind: 'over'; readonly summary: Summary }
  /** `why`: there is no summary; '' where that is not known. */
  | { readonly kind: 'unfinished'; readonly figures: Figures; readonly why: string }
  | { readonly kind: 'live'; readonly figures: Figures };

export type Settings = Readonly<Record<string, string>>;

/** All that a page is made from. */
export interface Page {
  readonly state: RunState;
  /** Empty where they are not known. */
  readonly settings: Settings;
  /** None where the run has no samples. */
  readonly charts: readonly Chart[];
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
  readonly notes: Markup;
}

function figuresIn(state: RunState): Figures {
  return state.kind === 'over' ? state.summary : state.figures;
}

/** What the run is about. Before its first sample and without a summary, its profile's name tells. */
export function isAbout(state: RunState, settings: Settings): Summary['stepsOf'] {
  if (state.kind === 'over') return state.summary.stepsOf;
  const profile = state.figures.run.profile || settings.PROFILE;
  return profile === 'connections' ? 'sockets' : 'answers';
}

export function headingOf({ state }: Page): string {
  return figuresIn(state).run.profile || 'Waiting for the first sample';
}

export function partsOf(page: Page): Parts {
  const { state, settings } = page;
  const figures = figuresIn(state);
  const slo = Boolean(settings.NUC_SLO_FIRST_CHUNK || settings.NUC_SLO_RESPONSE);
  return {
    facts: facts(page),
    stepsNote: stepsNote(page),
    verdict: verdict(state),
    totals: totals(figures, {
      slo,
      live: state.kind === 'live',
      about: isAbout(state, settings),
    }),
    steps:
      figures.bySteps.length === 0
        ? NOTHING
        : html`
            <section aria-labelledby="steps">
              <h2 id="steps">By step</h2>
              ${stepsTable(figures, slo)}
            </section>`,
    courses: partsTable('course', figures.byCourse, slo),
    turns: partsTable(
      'turn',
      figures.byTurn.filter(({ sent }) => sent > 0),
      slo,
    ),
    latencies: latencyTable(figures),
    errors: errorsTable(figures),
    notes: notes(page),
  };
}

function facts({ state, settings, runId, environment }: Page): Markup {
  const { run } = figuresIn(state);
  const started = `${run.startedAt.slice(0, 19).replace('T', ' ')} UTC`;
  const took = `${state.kind === 'live' ? 'running for' : 'took'} ${showMs(run.durationMs)}`;
  const all = [
    ...(run.profile === '' ? [] : [`started ${started}, ${took}`]),
    ...(settings.NUC_BASE_URL ? [`target ${settings.NUC_BASE_URL}`] : []),
    ...(environment === '' ? [] : [`environment ${environment}`]),
    ...(runId === '' ? [] : [`run ${runId}`]),
  ];
  return html`<p class="facts">${all.map((fact) => html`<span>${fact}</span>`)}</p>`;
}

function stepsNote({ charts: [chart] }: Page): Markup {
  return chart === undefined || chart.steps.length === 0
    ? NOTHING
    : html`<p class="quiet">Upright lines are the beginnings of the steps, with their names.</p>`;
}

function verdict(state: RunState): Markup {
  if (state.kind === 'over') return verdictSection(state.summary);
  if (state.kind === 'live') {
    return noVerdictSection('Running', ['The verdict comes with the end of the run.'], 'busy');
  }
  const why = state.why || 'There is no summary from k6';
  const counted = 'The figures here were counted from its samples.';
  return noVerdictSection('No verdict', [`${why}.`, counted], 'doubt');
}

function notes({ widthMs }: Page): Markup {
  return html`<p>Percentiles are worked out from all samples of their time, not estimated.
    ${widthMs === 0 ? NOTHING : html`Each point of a chart stands for ${formatDuration(widthMs)}.`}
    An answer stands where it ended, a question where it was sent.</p>`;
}
