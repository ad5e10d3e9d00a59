/** The README's table of load profiles, between two marks. */
import { readFileSync } from 'node:fs';
import { PROFILE_NAMES, profileByName } from '../k6-options/profiles.ts';
import { code, table } from '../lib/render/markdown.ts';
import { profileSettingSpecs } from '../lib/settings/profile-specs.ts';
import { readSettings } from '../lib/settings/settings.ts';

const README = new URL('../README.md', import.meta.url);
const BLOCK = /(<!-- Profiles: made by npm run docs -->\n)[\s\S]*?(<!-- End of profiles -->)/;

/** @returns the README as it is, but for the table. */
export function readmeWithProfiles(): string {
  return readFileSync(README, 'utf8').replace(
    BLOCK,
    (_, before: string, after: string) => `${before}\n${profileTable()}\n\n${after}`,
  );
}

function profileTable(): string {
  const rows = PROFILE_NAMES.map((name) => {
    const { purpose } = profileByName(readSettings({ PROFILE: name }), 1);
    const settings = Object.values(profileSettingSpecs())
      .map((spec) => spec.name)
      .filter((setting) => setting.startsWith(`${name.toUpperCase()}_`));
    return [
      code(name),
      purpose.replace(/\b[A-Z]+_[A-Z_]+\b/, code),
      settings.map(code).join(', ') || '—',
    ];
  });
  return table(['profile', 'what it does', 'its settings'], rows, 'l');
}
