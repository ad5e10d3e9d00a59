/** The secrets of a run, and the filter that keeps them out of what the runner shows and keeps. */
import { readFile } from 'node:fs/promises';
import type { K6Flags } from './k6-flags.ts';

/** Settings that are secrets, or personal. */
const SECRET_SETTINGS = ['NUC_ACCESS_KEY', 'NUC_SECRET_KEY', 'NUC_USER_EMAIL'];
/**
 * Of k6 and its outputs, such as K6_INFLUXDB_PASSWORD and K6_CLOUD_TOKEN; headers, such as those of
 * K6_PROMETHEUS_RW_HTTP_HEADERS, are there for an Authorization.
 */
export const SECRET_K6_VARIABLE = /^K6_.*((PASSWORD|TOKEN|SECRET_KEY|API_KEY)$|HEADERS(_|$))/;
const PASSWORD_IN_URL = /\/\/[^\s/?#@:]*:([^\s/?#@]+)@/g;
/** The names that the script asks k6's secret sources for. */
const SECRET_NAMES = ['nuc_access_key', 'nuc_secret_key'];
/** What stands for a secret. */
const HIDDEN = '[hidden]';
/** A secret that is shorter may be part of any word: it is hidden where it stands alone. */
export const LONG_SECRET = 6;

/**
 * What must be neither shown nor kept: credentials, the user's address, and passwords in addresses of
 * outputs, targets and proxies. A token that the service gives cannot be known here.
 * @param settings in force: the environment's, and above them those of k6's flags.
 */
export async function secretsInForce(
  settings: NodeJS.ProcessEnv,
  { args }: K6Flags,
): Promise<string[]> {
  const named = Object.entries(settings)
    .filter(([name]) => SECRET_SETTINGS.includes(name) || SECRET_K6_VARIABLE.test(name))
    .map(([, value]) => value?.trim() ?? '');
  const addresses = Object.entries(settings)
    .filter(([name]) => /^(NUC_|K6_)|_proxy$/i.test(name))
    .map(([, value]) => value ?? '');
  const passwords = [...addresses, ...args].flatMap((text) =>
    [...text.matchAll(PASSWORD_IN_URL)].map(([, password = '']) => password),
  );
  const sources = [settings.K6_SECRET_SOURCE ?? '', ...args];
  const fromSources = await Promise.all(sources.map(secretsOf));
  const all = [...named, ...passwords, ...passwords.map(decoded), ...fromSources.flat()];
  // A simulator takes any credential; the runner's is its name.
  return [...new Set(all)].filter((secret) => secret !== '' && secret !== 'simulator');
}

/** The keys in a file of k6's secret source `file`; of other sources nothing is known. */
async function secretsOf(source: string): Promise<string[]> {
  const [, path] = /(?:^|=)file=(?:.*?filename=)?([^,]+)/.exec(source) ?? [];
  const text = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name = '', ...value] = line.split('=');
    return SECRET_NAMES.includes(name.trim()) ? [value.join('=').trim()] : [];
  });
}

/**
 * Hides secrets in lines as they come, in whatever form they stand: plain, quoted, for URLs, or in
 * base64. One filter serves one stream, since a secret may be cut at the end of a line.
 */
export class SecretFilter {
  private readonly forms: readonly string[];
  private readonly short: readonly string[];
  private readonly pattern: RegExp | undefined;
  private held = '';

  constructor(secrets: readonly string[]) {
    this.short = secrets.filter((secret) => secret.length < LONG_SECRET);
    this.forms = [
      ...new Set(secrets.filter((secret) => secret.length >= LONG_SECRET).flatMap(formsOf)),
    ]
      // Of two that begin alike, the longer one is looked for first.
      .sort((a, b) => b.length - a.length);
    const patterns = [
      ...this.forms.map((form) => [...form].map(escaped).join('(?:\\r?\\n)?')),
      ...this.short.map((secret) => `(?<!\\w)${escaped(secret)}(?!\\w)`),
    ];
    if (patterns.length > 0) this.pattern = new RegExp(patterns.join('|'), 'gu');
  }

  /**
   * @param lines whole lines.
   * @returns them without secrets. A last line that a secret may have begun in waits for the next.
   */
  pass(lines: string): string {
    if (this.pattern === undefined) return lines;
    const text = this.held + lines;
    const lastLine = text.lastIndexOf('\n', text.length - 2) + 1;
    const waits = this.forms.some((form) => endsWithin(text, form));
    this.held = waits ? text.slice(lastLine) : '';
    return this.hide(waits ? text.slice(0, lastLine) : text);
  }

  /** @returns what still waited. */
  end(): string {
    const rest = this.hide(this.held);
    this.held = '';
    return rest;
  }

  /** A text that is whole. */
  hide(text: string): string {
    if (this.pattern === undefined || text === '') return text;
    const joined = text.replace(/\r?\n/g, '');
    const has = (part: string) => joined.includes(part);
    if (!this.forms.some(has) && !this.short.some(has)) return text;
    return text.replace(this.pattern, HIDDEN);
  }
}

/** Whether the last line ends in the beginning of that text: three characters at the least. */
function endsWithin(text: string, form: string): boolean {
  const line = text.replace(/\r?\n$/, '');
  for (let length = Math.min(form.length - 1, line.length); length >= 3; length -= 1) {
    if (line.endsWith(form.slice(0, length))) return true;
  }
  return false;
}

function formsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  return [
    secret,
    quoted,
    // Go quotes a request's body, which is JSON itself.
    JSON.stringify(quoted).slice(1, -1),
    url,
    url.replaceAll('%20', '+'),
    url.replace(/%../g, (code) => code.toLowerCase()),
    Buffer.from(secret).toString('hex'),
    ...base64Of(secret),
  ];
}

/** In base64, alone and behind one or two other bytes, as after `user:`: the characters that are its own. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const whole = text.slice(
      Math.ceil((before * 8) / 6),
      Math.floor(((before + bytes.length) * 8) / 6),
    );
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function escaped(text: string): string {
  return text.replace(/[^\w]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
