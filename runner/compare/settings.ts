/** Whether two runs were asked the same, so that their figures can be compared. */

import { shorten } from '../../lib/render/text-width.ts';
import type { Summary } from '../../lib/results/model.ts';
import { privateSettingNames } from '../../lib/settings/settings.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';

/** Settings in which two runs may differ and still be compared, and why. */
export const IGNORED_SETTINGS: Readonly<Record<string, string>> = {
  NUC_BASE_URL: 'the target may be what is compared',
  NUC_WS_URL: 'the target may be what is compared',
  NUC_ORIGIN: 'the target may be what is compared',
  NUC_ENVIRONMENT: 'a name for the target',
  NUC_RUN_ID: 'a name for the run',
  NUC_LOG: 'what is shown',
  NUC_SUMMARY: 'what is shown',
  NUC_ABORT_ON_FAIL: 'when a run ends, not what it measured',
  NUC_LIMIT_EXIT_CODE: 'how a run ends, not what it measured',
  NUC_MAX_CLIENT_LAG: 'when a run is trusted, which each summary says of itself',
};

/** What keeps two runs from being compared: `PROFILE: smoke or ramp`. Empty where nothing does. */
export function differencesOf(base: Summary, next: Summary): string[] {
  const fallbacks = new Map<string, string>(
    Object.values(settingSpecs()).map(({ name, fallback }) => [name, fallback]),
  );
  // A file of an earlier version has private ones, one of today none.
  const hidden = privateSettingNames();
  const isCompared = (name: string) =>
    name !== 'PROFILE' && !(name in IGNORED_SETTINGS) && !hidden.includes(name);
  const valueIn = ({ settings }: Summary, name: string) =>
    settings[name] ?? fallbacks.get(name) ?? '';
  const settings = Object.keys({ ...base.settings, ...next.settings })
    .filter(isCompared)
    .map((name): [string, string, string] => [name, valueIn(base, name), valueIn(next, name)]);
  const all: [string, string, string][] = [
    ['profile', base.run.profile, next.run.profile],
    ['engine', engineOf(base), engineOf(next)],
    ...settings,
  ];
  const differences = all
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name}: ${shown(before)} or ${shown(after)}`);
  return hasSameLoad(base.run, next.run) ? differences : [...differences, OTHER_LOAD];
}

/** Of a setting, such as a list of 2,000 courses. */
const LONGEST_VALUE = 200;

function shown(value: string): string {
  return value === '' ? 'not set' : shorten(value, LONGEST_VALUE);
}

/** A file of an earlier version does not tell: there was one engine for a run. */
function engineOf({ run }: Summary): string {
  return run.engine ?? 'webcrypto';
}

const OTHER_LOAD =
  'load: it was another one, e.g. by k6’s own flags or an options file of the same name';

/** A file of an earlier run does not tell its load, and another profile has another in any case. */
function hasSameLoad(base: ComparedLoad, next: ComparedLoad): boolean {
  const told = typeof base.load === 'string' && typeof next.load === 'string';
  const partOf = ({ segment }: ComparedLoad) => segment?.part ?? null;
  const isSame = base.load === next.load && partOf(base) === partOf(next);
  return !told || isSame || base.profile !== next.profile;
}

type ComparedLoad = Pick<Summary['run'], 'profile'> &
  Partial<Pick<Summary['run'], 'load' | 'segment'>>;
