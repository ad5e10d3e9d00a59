/** Names in the environment that look like settings: a slip is refused, a Kubernetes service is not. */
import { SettingsError } from '../base/errors.ts';

/** What a process has for an environment: k6's `__ENV`, Node's `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What Kubernetes puts into every container's environment for each service of its namespace, name and
 * value: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const SERVICE_LINKS: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/_SERVICE_HOST$|_PORT_\d+_(TCP|UDP|SCTP)_ADDR$/, /^[\d.:a-fA-F]+$/],
  [/_SERVICE_PORT(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)_PORT$/, /^\d+$/],
  [/_PORT(_\d+_(TCP|UDP|SCTP))?$/, /^(tcp|udp|sctp):\/\//],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PROTO$/, /^(tcp|udp|sctp)$/],
];

/**
 * @throws SettingsError for the first name that belongs to a group of settings and is none of them, or
 * that is a slip of the pen for one.
 */
export function refuseUnknownNames(env: Environment, known: readonly string[]): void {
  const prefixes = groupPrefixes(known);
  for (const [name, value = ''] of Object.entries(env)) {
    if (known.includes(name) || isServiceLink(name, value)) continue;
    const prefix = prefixes.find((start) => name.startsWith(start));
    const meant = prefix === undefined ? slipOf(name, known) : nearest(name, prefix, known);
    if (prefix === undefined && meant === null) continue;
    throw new SettingsError(
      `${name}: not a setting; ${meant === null ? 'docs/settings.md lists them all' : `did you mean ${meant}?`}`,
    );
  }
}

/** What several settings begin with, such as `NUC_` and `RAMP_`; other names may belong to any program. */
function groupPrefixes(known: readonly string[]): string[] {
  const first = known.map((name) => name.slice(0, name.indexOf('_') + 1));
  return [...new Set(first.filter((prefix, index) => first.indexOf(prefix) < index))].filter(
    Boolean,
  );
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINKS.some(([names, values]) => names.test(name) && values.test(value));
}

/** The known name of several words from which this one differs in a letter: `NUM_SESSION`. */
function slipOf(name: string, known: readonly string[]): string | null {
  const isSlip = (other: string) =>
    other.includes('_') &&
    Math.abs(other.length - name.length) <= 1 &&
    editDistance(name, other) === 1;
  return known.find(isSlip) ?? null;
}

/** The known name that differs in the fewest letters: a third of those after the prefix at most. */
function nearest(name: string, prefix: string, known: readonly string[]): string | null {
  const most = Math.floor((name.length - prefix.length) / 3);
  const close = known
    .filter((other) => other.startsWith(prefix) && Math.abs(other.length - name.length) <= most)
    .map((other) => ({ other, distance: editDistance(name, other) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return close[0]?.other ?? null;
}

/** Levenshtein: how many letters have to be put in, left out or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const letter of a) {
    const above = row;
    row = [(above[0] ?? 0) + 1];
    for (let at = 0; at < b.length; at++) {
      const replaced = (above[at] ?? 0) + (letter === b[at] ? 0 : 1);
      row.push(Math.min(replaced, (above[at + 1] ?? 0) + 1, (row[at] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
