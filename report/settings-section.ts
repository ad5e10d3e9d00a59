/** The settings of a run, those that differ from the defaults first. Never a secret, never a user. */
import { settingSpecs } from '../lib/shared/setting-specs.ts';
import { html, type Markup } from './markup.ts';
import { dataTable } from './table-markup.ts';

/** Users' data, a deployment's constants, where this file lies: of no use to who reads a report. */
const HIDDEN = /^NUC_USER_|^NUC_ENVELOPE_|^NUC_RESULTS_DIR$|KEY|SECRET|TOKEN|PASSWORD/;

export function settingsSection(settings: Readonly<Record<string, string>>): Markup {
  const specs = new Map(Object.values(settingSpecs()).map((spec) => [spec.name, spec]));
  const shown = Object.entries(settings).filter(([name]) => !HIDDEN.test(name));
  const differs = ([name, value]: [string, string]) => value !== specs.get(name)?.fallback;
  const row = ([name, value]: [string, string]) => [
    html`<code>${name}</code>`,
    value === '' ? html`<span class="quiet">not set</span>` : html`<code>${value}</code>`,
    html`${(specs.get(name)?.about ?? '').replaceAll('`', '')}`,
  ];
  const table = (label: string, entries: [string, string][]) =>
    dataTable(label, [['setting', 'value', 'meaning']], entries.map(row), { texts: 3 });
  const set = shown.filter(differs);
  const defaults = shown.filter((entry) => !differs(entry));
  return html`
    ${set.length === 0 ? html`<p class="empty">All settings have their defaults.</p>` : table('Settings that differ from the defaults', set)}
    <details>
      <summary>${defaults.length} settings with their defaults</summary>
      ${table('Settings with their defaults', defaults)}
    </details>`;
}
