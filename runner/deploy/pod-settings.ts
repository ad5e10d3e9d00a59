/** The settings of a run in the cluster: what is written into manifests, what a Secret is to hold. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { privateSettingNames } from '../../lib/settings/settings.ts';
import { settingSpecs } from '../../lib/settings/specs.ts';
import { usageError } from '../errors.ts';
import { LONG_SECRET, SECRET_K6_VARIABLE, SecretFilter } from '../run/secrets.ts';
import { FILES_FOLDER, USERS_FOLDER } from './deployment.ts';

export interface PodSettings {
  /** Name → value: nothing secret. */
  readonly settings: Readonly<Record<string, string>>;
  /** Name → text, of the files that settings name. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of what the Secret has to hold. */
  readonly inSecret: readonly string[];
  /** The path of the file with users; undefined where there is none. */
  readonly usersFile: string | undefined;
}

/**
 * Only of the process that reads them: a folder, the files of this machine, what tells a process from
 * the others; and outputs, which are flags (deploy-flags.ts).
 */
export const NOT_FOR_PODS = [
  ...['NUC_RESULTS_DIR', 'K6_CONFIG', 'K6_SECRET_SOURCE', 'K6_LOG_OUTPUT', 'K6_OUT'],
  ...['NUC_INSTANCE', 'K6_EXECUTION_SEGMENT', 'K6_EXECUTION_SEGMENT_SEQUENCE'],
];
const CREDENTIALS = ['NUC_ACCESS_KEY', 'NUC_SECRET_KEY'];
/** Of a ConfigMap, all its keys together. */
const MOST_BYTES = 1024 * 1024;

/**
 * @param env the user's: what is set there is what the pods get.
 * @param secrets values that must not be written.
 * @throws RunnerError in one line.
 */
export async function podSettings(
  env: NodeJS.ProcessEnv,
  profile: string,
  secrets: readonly string[],
): Promise<PodSettings> {
  const known: string[] = Object.values(settingSpecs()).map(({ name }) => name);
  const hidden = privateSettingNames();
  const settings: Record<string, string> = {};
  const inSecret = new Set(CREDENTIALS);
  for (const [name, value] of Object.entries({ ...env, PROFILE: profile })) {
    const isOurs = known.includes(name) || /^K6_|^GOGC$|^GOMEMLIMIT$/.test(name);
    if (!value || !isOurs || NOT_FOR_PODS.includes(name)) continue;
    if (hidden.includes(name) || SECRET_K6_VARIABLE.test(name)) inSecret.add(name);
    else settings[name] = value;
  }
  for (const [name, value] of Object.entries(settings)) {
    if (!secrets.some((secret) => holds(value, secret))) continue;
    throw usageError(`${name}: holds a secret; leave it out here, and put it into the Secret`);
  }
  const files: Record<string, string> = {};
  const take = async (name: string) => {
    const path = settings[name] ?? '';
    const file = keyOf(path);
    if (file in files) throw usageError(`${name}: another file has the name ${file}; rename one`);
    files[file] = await readFile(path, 'utf8').catch((error) => {
      throw usageError(`${name}: ${path}: ${messageOf(error)}`);
    });
    if (
      secrets.some((secret) => secret.length >= LONG_SECRET && holds(files[file] ?? '', secret))
    ) {
      throw usageError(`${name}: ${path}: holds a secret, and would be written as it is`);
    }
    settings[name] = `${FILES_FOLDER}/${file}`;
  };
  if (profile.endsWith('.json')) await take('PROFILE');
  if (settings.NUC_QUESTIONS_FILE) await take('NUC_QUESTIONS_FILE');
  const bytes = Buffer.byteLength(Object.values(files).join(''));
  if (bytes > MOST_BYTES) {
    throw usageError(
      `files: ${bytes} bytes, and a ConfigMap holds ${MOST_BYTES}; put them into an image of your own, built on this one`,
    );
  }
  const usersFile = settings.NUC_USERS_FILE;
  if (usersFile) settings.NUC_USERS_FILE = `${USERS_FOLDER}/${keyOf(usersFile)}`;
  return { settings, files, inSecret: [...inSecret], usersFile };
}

/** In whatever form it stands there, such as base64. A short one may be part of any word. */
export function holds(text: string, secret: string): boolean {
  if (secret.length < LONG_SECRET) return text === secret;
  return new SecretFilter([secret]).hide(text) !== text;
}

/** The name of a file as a key of a ConfigMap or a Secret. */
export function keyOf(path: string): string {
  return basename(path).replace(/[^\w.-]/g, '_');
}
