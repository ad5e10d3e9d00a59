/**
 * Reads the settings of a run from the environment (setting-specs.ts has the table). A wrong value,
 * or a `NUC_` name that is not in the table, is an error that names the setting, what was expected
 * and what it got. An empty value counts as not set.
 */
import { SettingsError } from '../base/errors.ts';
import type { SettingSpec } from './spec.ts';
import { settingSpecs } from './specs.ts';

type SettingSpecs = ReturnType<typeof settingSpecs>;

export type Settings = {
  readonly [Key in keyof SettingSpecs]: SettingSpecs[Key] extends SettingSpec<infer T> ? T : never;
};

/** Secrets, and who somebody is: neither belongs in a run's files. */
const PRIVATE_NAMES: readonly string[] = [
  'NUC_ACCESS_KEY',
  'NUC_SECRET_KEY',
  'NUC_USER_ID',
  'NUC_USER_NAME',
  'NUC_USER_EMAIL',
];

/** What a process has for an environment: k6's `__ENV`, Node's `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads all settings.
 * @throws SettingsError at the first that is wrong or unknown.
 */
export function readSettings(env: Environment): Settings {
  const specs: SettingSpec<unknown>[] = Object.values(settingSpecs());
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('NUC_') && !specs.some((spec) => spec.name === name),
  );
  if (unknown !== undefined) {
    throw new SettingsError(`${unknown}: not a setting${suggestion(unknown, specs)}`);
  }
  const entries = Object.entries(settingSpecs()).map(([key, spec]) => [key, readOne(spec, env)]);
  return Object.fromEntries(entries) as Settings;
}

/** All settings as a user would write them, without secrets and user data: for a run's files. */
export function publicSettings(env: Environment): Record<string, string> {
  const shown = Object.values(settingSpecs()).filter(({ name }) => !PRIVATE_NAMES.includes(name));
  return Object.fromEntries(shown.map(({ name, fallback }) => [name, env[name] || fallback]));
}

function readOne(spec: SettingSpec<unknown>, env: Environment): unknown {
  const text = env[spec.name] || spec.fallback;
  const reading = spec.form(text);
  if ('value' in reading) return reading.value;
  const got = reading.hidden ? 'something else' : JSON.stringify(text);
  throw new SettingsError(`${spec.name}: expected ${reading.expected}, got ${got}`);
}

/** The known name that shares the longest beginning, if that is half of it, the prefix aside. */
function suggestion(unknown: string, specs: readonly SettingSpec<unknown>[]): string {
  const best = specs
    .map(({ name }) => ({ name, shared: sharedPrefix(name, unknown) }))
    .sort((a, b) => b.shared - a.shared)[0];
  const own = (length: number) => length - 'NUC_'.length;
  return best !== undefined && own(best.shared) > 0 && own(best.shared) >= own(unknown.length) / 2
    ? `; did you mean ${best.name}?`
    : '; the README lists them all';
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
