/**
 * Every setting of a run: its name, default, form and meaning. Those of the load profiles have a file
 * of their own. docs/settings.md is made from them.
 */

import {
  anyText,
  courseCodes,
  duration,
  httpUrl,
  limit,
  morphWords,
  oneOf,
  onOff,
  optional,
  origin,
  range,
  secret,
  separator,
  sessionCount,
  share,
  tagText,
  wholeNumber,
  wsUrl,
} from './forms.ts';
import { profileSettingSpecs } from './profile-specs.ts';
import { privateSetting, setting } from './spec.ts';

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
    wsUrl: setting(
      'NUC_WS_URL',
      '',
      optional(wsUrl),
      'where the sockets are, `ws://…` or `wss://…`; at the base URL where not set',
    ),
    origin: setting(
      'NUC_ORIGIN',
      '',
      optional(origin),
      'the Origin header; that of the base URL where not set',
    ),
    accessKey: privateSetting(
      'NUC_ACCESS_KEY',
      '',
      optional(secret),
      'a credential; from `k6/secrets` (`nuc_access_key`) where a source is set',
    ),
    secretKey: privateSetting(
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
      'the longest time without a frame while an answer is due; 0: no limit',
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
    maxMessageKb: setting(
      'NUC_MAX_MESSAGE_KB',
      '4096',
      wholeNumber(1),
      'the longest reply or frame that is used, in kB of 1,024 characters; k6 holds all of it by then',
    ),
    repeatWait: setting(
      'NUC_REPEAT_WAIT',
      '5s',
      duration,
      'so long a repeat of the last answer’s end waits for another frame; then it is the answer',
    ),
    retryPause: setting(
      'NUC_RETRY_PAUSE',
      '1s-30s',
      range,
      'after a session that failed before its first question: its user’s next one waits, ever longer',
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
    maxLag: setting(
      'NUC_MAX_CLIENT_LAG',
      '',
      optional(limit),
      'the p95 of `chat_client_lag`, `chat_send_lag` or `chat_timer_lag` above which a result is not to be trusted; empty: what keeps latencies true to 10 ms or 5 %',
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
      'samples of the run’s first time, this long, are tagged `warmup:yes` and left out of the thresholds',
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
    limitExitCode: setting(
      'NUC_LIMIT_EXIT_CODE',
      '99',
      oneOf('99', '0'),
      'how `npm run load` exits where breakpoint or connections found their limit; k6 alone always exits with 99 there',
    ),
    abortOnFail: setting(
      'NUC_ABORT_ON_FAIL',
      '1',
      onOff,
      '0: no threshold ends the run before its time, so a climb goes on above its limit',
    ),
    resultsDir: privateSetting(
      'NUC_RESULTS_DIR',
      '',
      optional(anyText),
      'the folder of a run’s files; k6 alone needs one that is there, the runner makes it',
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
    instance: privateSetting(
      'NUC_INSTANCE',
      '',
      optional(tagText),
      'the tag `instance` of every sample, by which processes that share a run are told apart',
    ),
    userId: privateSetting(
      'NUC_USER_ID',
      '',
      optional(wholeNumber(1)),
      'the user’s number; the session’s own where not set',
    ),
    userName: privateSetting('NUC_USER_NAME', 'Load Tester', anyText, 'the user’s name'),
    userEmail: privateSetting(
      'NUC_USER_EMAIL',
      'load.tester@nuc.test',
      anyText,
      'the user’s address',
    ),
    courseId: setting('NUC_COURSE_ID', '1', wholeNumber(0), 'the course’s number'),
    courseName: setting(
      'NUC_COURSE_NAME',
      '',
      optional(anyText),
      'the course’s name; its code where not set',
    ),
    language: setting('NUC_LANGUAGE', 'en', anyText, '`language_code` of the questions'),
    timezone: setting('NUC_TIMEZONE', 'UTC', anyText, '`user_timezone` of the questions'),
    separator: privateSetting(
      'NUC_ENVELOPE_SEPARATOR',
      'rE7pRxTGlqT6',
      separator,
      'the envelope’s separator, a constant of one deployment',
    ),
    morph: privateSetting(
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
    ...profileSettingSpecs(),
  } as const;
}
