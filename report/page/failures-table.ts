/** Which sessions failed first, when, and where they stood. */
import { counted } from '../../lib/base/format.ts';
import { showClock } from '../charts/chart.ts';
import type { Failure } from '../samples/recording-shape.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { dataTable } from './table-markup.ts';

/** With its heading: nothing is shown where nothing failed. */
export function failuresTable(failures: readonly Failure[]): Markup {
  if (failures.length === 0) return NOTHING;
  const any = (of: (failure: Failure) => string) => failures.some((failure) => of(failure) !== '');
  const texts = [
    ...(any(({ step }) => step) ? [{ name: 'step', of: ({ step }: Failure) => step }] : []),
    ...(any(({ course }) => course) ? [{ name: 'question', of: question }] : []),
  ];
  const rows = failures.map((failure) => [
    html`${showClock(failure.atMs / 1000)}`,
    html`${failure.session === null ? '—' : String(failure.session)}`,
    html`<code>${failure.phase}/${failure.reason}</code>`,
    ...texts.map(({ of }) => html`${of(failure) || '—'}`),
  ]);
  const head = [['after', 'session', 'phase/reason', ...texts.map(({ name }) => name)]];
  const note =
    failures.length === 1
      ? 'The time is since the start of the run.'
      : `The first ${counted(failures.length, 'error')}, with their times since the start of the run.`;
  return html`
    <section aria-labelledby="failures">
      <h2 id="failures">First failures</h2>
      <p class="quiet">${note} The log has the same numbers: <code>[Session-N]</code>.</p>
      ${dataTable('First failures', head, rows, { texts: head[0]?.length ?? 0, narrow: true })}
    </section>`;
}

function question({ course, turn }: Failure): string {
  return course === '' ? '' : `${course}, turn ${turn}`;
}
