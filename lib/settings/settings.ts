/**
 * Reads the settings of a run from the environment (specs.ts has the table). A wrong value is an error
 * that names the setting, what was expected and what it got. An empty value counts as not set.
 */
import { SettingsError } from '../base/errors.ts';
import { shortened } from '../base/safe-text.ts';
import { type Environment, refuseUnknownNames } from './names.ts';
import type { SettingSpec } from './spec.ts';
import { settingSpecs } from './specs.ts';

type SettingSpecs = ReturnType<typeof settingSpecs>;

export type Settings = {
  readonly [Key in keyof SettingSpecs]: SettingSpecs[Key] extends SettingSpec<infer T> ? T : never;
};

/**
 * Reads all settings.
 * @throws SettingsError at the first that is wrong or unknown.
 */
export function readSettings(env: Environment): Settings {
  refuseUnknownNames(
    env,
    Object.values(settingSpecs()).map(({ name }) => name),
  );
  const entries = Object.entries(settingSpecs()).map(([key, spec]) => [key, readOne(spec, env)]);
  const settings = Object.fromEntries(entries) as Settings;
  refuseSeparatorInWord(settings);
  return settings;
}

/** A key with such a word would be cut in two. None of them is shown: they are private. */
function refuseSeparatorInWord({ separator, morph }: Settings): void {
  const at = Object.values(morph).findIndex((word) => word.includes(separator));
  if (at === -1) return;
  throw new SettingsError(
    `NUC_ENVELOPE_SEPARATOR: expected a text that is in no word of NUC_ENVELOPE_MORPH, got one that is in word ${at + 1}`,
  );
}

/** All settings as a user would write them, but for the private ones: for a run's files. */
export function publicSettings(env: Environment): Record<string, string> {
  const all = Object.values(settingSpecs()).map(({ name, fallback }) => [
    name,
    env[name] || fallback,
  ]);
  return withoutPrivate(Object.fromEntries(all));
}

/** Of what a file holds, the settings that are not private: an earlier version wrote some that are now. */
export function withoutPrivate(written: Readonly<Record<string, string>>): Record<string, string> {
  const hidden = privateSettingNames();
  const shown = Object.values(settingSpecs()).map(({ name }) => name);
  const isShown = ([name]: [string, string]) =>
    shown.some((known) => known === name) && !hidden.includes(name);
  return Object.fromEntries(Object.entries(written).filter(isShown));
}

/** Those whose values stand in no file of a run. */
export function privateSettingNames(): string[] {
  const specs: SettingSpec<unknown>[] = Object.values(settingSpecs());
  return specs.filter(({ isPrivate }) => isPrivate).map(({ name }) => name);
}

function readOne(spec: SettingSpec<unknown>, env: Environment): unknown {
  const text = env[spec.name] || spec.fallback;
  const reading = spec.form(text);
  if ('value' in reading) return reading.value;
  throw new SettingsError(
    `${spec.name}: expected ${reading.expected}, got ${gotText(text, reading)}`,
  );
}

/** A key that was pasted into the wrong setting is not to be read in the log of CI. */
function gotText(text: string, { hidden }: { readonly hidden?: boolean }): string {
  if (hidden === true) return 'something else';
  return hidden === false ? JSON.stringify(text) : shortened(text);
}
