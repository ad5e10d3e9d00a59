/** The settings of a run, those that differ from the defaults first. Never a secret, never a user. */
import { shorten } from '../../lib/render/text-width.ts';
import { withoutPrivate } from '../../lib/settings/settings.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { dataTable } from './table-markup.ts';

/** A longer value folds: a list of 2,000 courses has 20,000 letters. */
const LONGEST_VALUE = 300;

/** @param settings empty where they are not known. */
export function settingsSection(settings: Readonly<Record<string, string>>): Markup {
  const shown = Object.entries(withoutPrivate(settings));
  if (shown.length === 0) {
    return html`<p class="empty">Not known: a run’s settings are in its summary.json, not in its
      samples.</p>`;
  }
  const specs = new Map(Object.values(settingSpecs()).map((spec) => [spec.name, spec]));
  const differs = ([name, value]: [string, string]) => value !== specs.get(name)?.fallback;
  const row = ([name, value]: [string, string]) => [
    html`<code>${name}</code>`,
    shownValue(value),
    html`${(specs.get(name)?.about ?? '').replaceAll('`', '')}`,
  ];
  const table = (label: string, entries: [string, string][]) =>
    dataTable(label, [['setting', 'value', 'meaning']], entries.map(row), {
      texts: 3,
      stacks: true,
    });
  const set = shown.filter(differs);
  const defaults = shown.filter((entry) => !differs(entry));
  return html`
    ${set.length === 0 ? html`<p class="empty">All settings have their defaults.</p>` : table('Settings that differ from the defaults', set)}
    ${
      defaults.length === 0
        ? NOTHING
        : html`
            <details>
              <summary>Settings with their defaults: ${defaults.length}</summary>
              ${table('Settings with their defaults', defaults)}
            </details>`
    }`;
}

function shownValue(value: string): Markup {
  if (value === '') return html`<span class="quiet">not set</span>`;
  if (value.length <= LONGEST_VALUE) return html`<code>${value}</code>`;
  const [beginning, whole] = [shorten(value, LONGEST_VALUE), value];
  return html`<details><summary><code>${beginning}</code></summary><code>${whole}</code></details>`;
}
