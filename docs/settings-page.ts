/** docs/settings.md, from the specs. */
import { code, table } from '../lib/render/markdown.ts';
import { profileSettingSpecs } from '../lib/settings/profile-specs.ts';
import { privateSettingNames } from '../lib/settings/settings.ts';
import type { SettingSpec } from '../lib/settings/spec.ts';
import { settingSpecs } from '../lib/settings/specs.ts';
import { generatedFrom } from './generated-from.ts';

export function settingsPage(): string {
  const ofProfiles = profileSettingSpecs();
  const ofEveryRun = Object.entries(settingSpecs()).filter(([key]) => !(key in ofProfiles));
  return `${generatedFrom('lib/settings/specs.ts and profile-specs.ts')}

# Settings

Settings come from the environment: the shell's, or \`k6 run -e NAME=value\`. An empty value counts as not
set. A wrong value stops the run before any traffic, with one line that names the setting and what was
expected. So does a name that begins like a setting and is none, such as \`RAMP_MAX_SESSION\`; what
Kubernetes sets for a service (\`NUC_CHAT_SERVICE_HOST\`, \`NUC_CHAT_PORT\` and the like) is left alone.

Durations read as k6's: \`500ms\`, \`2s\`, \`17m\`, \`1h30m\`. Files are JSON or CSV in UTF-8; a relative path is
that of the folder in which the command was given.

## Every run

${rowsOf(ofEveryRun.map(([, spec]) => spec))}

Values that stand in no file of a run: ${privateSettingNames().map(code).join(', ')}.

A questions file looks like \`{"MED1060": ["First question?", "Second question?"]}\`. A users file has
\`user_id\`, \`user_name\`, \`user_email\`, \`course_id\`, \`course_name\`, \`course_catalog_code\`, as a JSON list
of objects or as CSV with a head line; what a user lacks comes from the settings.

## Load profiles

${rowsOf(Object.values(ofProfiles))}
`;
}

function rowsOf(specs: readonly SettingSpec<unknown>[]): string {
  const rows = specs.map(({ name, fallback, about }) => [code(name), code(fallback), about]);
  return table(['setting', 'default', 'what it is'], rows, 'l');
}
