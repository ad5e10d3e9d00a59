/** What a setting is. */
import type { Form } from './forms.ts';

export interface SettingSpec<T> {
  readonly name: string;
  /** As a user would write it; '' where there is none. */
  readonly fallback: string;
  readonly form: Form<T>;
  readonly about: string;
  /** Its value stands in no file of a run: a secret, who somebody is, a deployment's constant. */
  readonly isPrivate?: boolean;
}

export function setting<T>(
  name: string,
  fallback: string,
  form: Form<T>,
  about: string,
): SettingSpec<T> {
  return { name, fallback, form, about };
}

export function privateSetting<T>(...spec: Parameters<typeof setting<T>>): SettingSpec<T> {
  return { ...setting(...spec), isPrivate: true };
}
