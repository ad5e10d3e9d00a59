/**
 * Every setting of a run: its name, default, form and meaning, in one table. The README's table is
 * checked against this one. A wrong value, or a `NUC_` name that is not here, is an error that names
 * the setting, what was expected and what it got. An empty value counts as not set.
 */
import { SettingsError } from './errors.ts';
import {
  anyText,
  courseCodes,
  duration,
  type Form,
  httpUrl,
  limit,
  morphWords,
  oneOf,
  onOff,
  optional,
  positiveDuration,
  range,
  risingNumbers,
  secret,
  sessionCount,
  share,
  tagText,
  wholeNumber,
  wsUrl,
} from './setting-forms.ts';

export interface SettingSpec<T> {
  readonly name: string;
  /** As a user would write it; '' where there is none. */
  readonly fallback: string;
  readonly form: Form<T>;
  readonly about: string;
}

function setting<T>(name: string, fallback: string, form: Form<T>, about: string): SettingSpec<T> {
  return { name, fallback, form, about };
}

/** Where the simulator listens unless told otherwise: nothing real is ever a default. */
export const SIMULATOR_URL = 'http://127.0.0.1:8787';

/**
 * The table. A function, since every virtual user evaluates what stands at the top of a file, and
 * only k6's first run of the init context needs the table.
 */
export function settingSpecs() {
  return {
    numSessions: setting(
      'NUM_SESSIONS',
      '3',
      sessionCount,
      'concurrent sessions of the default profile',
    ),
    courses: setting('COURSES', 'MED1060,BUMA1000', courseCodes, 'course codes, in order'),
    profile: setting(
      'PROFILE',
      'default',
      anyText,
      'a load profile by name, or the path of a JSON file with k6 options',
    ),
    questionsFile: setting(
      'NUC_QUESTIONS_FILE',
      '',
      optional(anyText),
      'JSON: course code → list of questions; built in where not set',
    ),
    questionsPerCourse: setting(
      'NUC_QUESTIONS_PER_COURSE',
      '',
      optional(wholeNumber(1)),
      'the first N of each course; all where not set',
    ),
    baseUrl: setting(
      'NUC_BASE_URL',
      SIMULATOR_URL,
      httpUrl,
      'the chatbot; the default is the simulator’s address',
    ),
    wsUrl: setting('NUC_WS_URL', '', optional(wsUrl), '`ws://` or `wss://`; from the base URL'),
    origin: setting('NUC_ORIGIN', '', optional(httpUrl), 'the Origin header; the base URL'),
    accessKey: setting(
      'NUC_ACCESS_KEY',
      '',
      optional(secret),
      'a credential; from `k6/secrets` (`nuc_access_key`) where a source is set',
    ),
    secretKey: setting(
      'NUC_SECRET_KEY',
      '',
      optional(secret),
      'a credential; from `k6/secrets` (`nuc_secret_key`) where a source is set',
    ),
    firstChunkTimeout: setting(
      'NUC_FIRST_CHUNK_TIMEOUT',
      '0',
      duration,
      'an answer’s longest wait for its first text; 0: no limit',
    ),
    stallTimeout: setting(
      'NUC_STALL_TIMEOUT',
      '0',
      duration,
      'the longest pause within an answer; 0: no limit',
    ),
    responseTimeout: setting(
      'NUC_RESPONSE_TIMEOUT',
      '0',
      duration,
      'the longest wait for `complete_response`; 0: for ever',
    ),
    sessionTimeout: setting(
      'NUC_SESSION_TIMEOUT',
      '0',
      duration,
      'the longest that a whole session may take; 0: no limit',
    ),
    thinkTime: setting(
      'NUC_THINK_TIME',
      '0',
      range,
      'pause before the next question: `2s`, or a range `1s-5s`',
    ),
    strict: setting(
      'NUC_STRICT',
      '0',
      onOff,
      '1: chunks that do not join up to the answer are a failure, not a warning',
    ),
    sloFirstChunk: setting(
      'NUC_SLO_FIRST_CHUNK',
      '',
      optional(limit),
      'an answer is good where its first text came within this time',
    ),
    sloResponse: setting(
      'NUC_SLO_RESPONSE',
      '',
      optional(limit),
      'an answer is good where it was complete within this time',
    ),
    maxClientLag: setting(
      'NUC_MAX_CLIENT_LAG',
      '100ms',
      duration,
      'the p95 of `chat_client_lag` above which a result is not to be trusted',
    ),
    sloRate: setting(
      'NUC_SLO_RATE',
      '0.95',
      share,
      'the share of answers that has to be good, where a profile does not ask for all',
    ),
    warmup: setting(
      'NUC_WARMUP',
      '0',
      duration,
      'the first so-long is tagged `warmup:yes` and left out of the verdicts',
    ),
    questionOrder: setting(
      'NUC_QUESTION_ORDER',
      'sequential',
      oneOf('sequential', 'shuffled'),
      '`sequential`, or `shuffled`: for each session another order',
    ),
    seed: setting(
      'NUC_SEED',
      '1',
      wholeNumber(0),
      'the same seed gives the same orders and think times',
    ),
    usersFile: setting(
      'NUC_USERS_FILE',
      '',
      optional(anyText),
      'JSON or CSV of user contexts; session N takes user N, in turn',
    ),
    rampStart: setting(
      'RAMP_START_SESSIONS',
      '10',
      sessionCount,
      'ramp: sessions of the first step',
    ),
    rampIncrement: setting('RAMP_INCREMENT', '50', sessionCount, 'ramp: more sessions each step'),
    rampInterval: setting('RAMP_INTERVAL', '3m', positiveDuration, 'ramp: how long a step lasts'),
    rampMax: setting('RAMP_MAX_SESSIONS', '500', sessionCount, 'ramp: sessions of the last step'),
    spikeBase: setting('SPIKE_BASE_SESSIONS', '10', sessionCount, 'spike: sessions all the time'),
    spikePeak: setting('SPIKE_PEAK_SESSIONS', '100', wholeNumber(2), 'spike: sessions at the peak'),
    spikeBefore: setting('SPIKE_BEFORE', '5m', positiveDuration, 'spike: how long before the peak'),
    spikeDuration: setting('SPIKE_DURATION', '2m', positiveDuration, 'spike: how long the peak is'),
    spikeAfter: setting('SPIKE_AFTER', '10m', positiveDuration, 'spike: how long after the peak'),
    soakSessions: setting('SOAK_SESSIONS', '50', sessionCount, 'soak: sessions all the time'),
    soakDuration: setting('SOAK_DURATION', '4h', positiveDuration, 'soak: how long'),
    soakWindow: setting(
      'SOAK_WINDOW',
      '10m',
      positiveDuration,
      'soak: the first and the last so-long are compared',
    ),
    arrivalRate: setting(
      'ARRIVALS_PER_MINUTE',
      '10',
      sessionCount,
      'arrivals: new sessions a minute',
    ),
    arrivalDuration: setting('ARRIVALS_DURATION', '30m', positiveDuration, 'arrivals: how long'),
    arrivalMax: setting(
      'ARRIVALS_MAX_SESSIONS',
      '500',
      sessionCount,
      'arrivals: the most sessions at once; one that comes above it is dropped',
    ),
    breakpointStart: setting(
      'BREAKPOINT_START_SESSIONS',
      '10',
      sessionCount,
      'breakpoint: sessions of the first step',
    ),
    breakpointIncrement: setting(
      'BREAKPOINT_INCREMENT',
      '10',
      sessionCount,
      'breakpoint: more sessions each step',
    ),
    breakpointInterval: setting(
      'BREAKPOINT_INTERVAL',
      '3m',
      positiveDuration,
      'breakpoint: how long a step lasts',
    ),
    breakpointMax: setting(
      'BREAKPOINT_MAX_SESSIONS',
      '500',
      sessionCount,
      'breakpoint: where it stops climbing',
    ),
    connectionsLevels: setting(
      'CONNECTIONS_LEVELS',
      '10,50,100,200,500,1000',
      risingNumbers,
      'connections: sockets open together, point by point',
    ),
    connectionsHold: setting(
      'CONNECTIONS_HOLD',
      '1m',
      positiveDuration,
      'connections: how long the sockets of a point are held, their opening included',
    ),
    connectionsRate: setting(
      'CONNECTIONS_MIN_RATE',
      '0.8',
      share,
      'connections: stops where a smaller share of the sockets opened',
    ),
    log: setting(
      'NUC_LOG',
      'auto',
      oneOf('auto', 'chunks', 'answers', 'sessions', 'off'),
      '`chunks`, `answers`, `sessions` or `off`; auto: chunks up to 10 sessions, then sessions',
    ),
    summary: setting(
      'NUC_SUMMARY',
      'chat',
      oneOf('chat', 'k6'),
      '`chat`: the summary of this project; `k6`: k6’s own',
    ),
    resultsDir: setting(
      'NUC_RESULTS_DIR',
      '',
      optional(anyText),
      'an existing folder where a run writes its files',
    ),
    runId: setting(
      'NUC_RUN_ID',
      '',
      optional(tagText),
      'the tag `run_id` of every sample; the start’s date and time where not set',
    ),
    environment: setting(
      'NUC_ENVIRONMENT',
      'local',
      tagText,
      'the tag `environment` of every sample',
    ),
    userId: setting(
      'NUC_USER_ID',
      '',
      optional(wholeNumber(1)),
      'the user’s number; the session’s own where not set',
    ),
    userName: setting('NUC_USER_NAME', 'Load Tester', anyText, 'the user’s name'),
    userEmail: setting('NUC_USER_EMAIL', 'load.tester@nuc.test', anyText, 'the user’s address'),
    courseId: setting('NUC_COURSE_ID', '1', wholeNumber(0), 'the course’s number'),
    courseName: setting(
      'NUC_COURSE_NAME',
      '',
      optional(anyText),
      'the course’s name; its code where not set',
    ),
    language: setting('NUC_LANGUAGE', 'en', anyText, '`language_code` of the questions'),
    timezone: setting('NUC_TIMEZONE', 'UTC', anyText, '`user_timezone` of the questions'),
    separator: setting(
      'NUC_ENVELOPE_SEPARATOR',
      'rE7pRxTGlqT6',
      anyText,
      'the envelope’s separator, a constant of one deployment',
    ),
    morph: setting(
      'NUC_ENVELOPE_MORPH',
      'R=Ef4YsO2cbQZ2,W=U4Bai5Qn1ZCp,q=zR2H8Cd5maEc,a=yUz4P1a7Dz6v,E=Xm5VaT2B7c9a',
      morphWords,
      'the envelope’s morph words, constants of one deployment',
    ),
    message: setting(
      'NUC_MESSAGE',
      '',
      optional(anyText),
      'single.js: the question to ask, or a few, one a line',
    ),
    course: setting('NUC_COURSE', '', optional(anyText), 'single.js: the course to ask in'),
    vectors: setting('NUC_VECTORS', '', optional(anyText), 'envelope.js: the file with vectors'),
  } as const;
}

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

/** The known name that shares the longest beginning, if it shares more than the prefix. */
function suggestion(unknown: string, specs: readonly SettingSpec<unknown>[]): string {
  const best = specs
    .map(({ name }) => ({ name, shared: sharedPrefix(name, unknown) }))
    .sort((a, b) => b.shared - a.shared)[0];
  return best !== undefined && best.shared > 'NUC_'.length
    ? `; did you mean ${best.name}?`
    : '; the README lists them all';
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
