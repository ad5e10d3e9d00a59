/** The texts of the log: pure, so that what a person reads is tested without k6. */
import { showCount } from '../base/format.ts';
import { localDate, localIso, localTime, showMoment } from '../base/moment.ts';
import { beginning, safeLine, safeText } from '../base/safe-text.ts';
import type { Figures } from '../results/model.ts';

const RULE = '='.repeat(80);
const PREVIEW_CHARS = 40;
const MOST_KEYS = 20;
const KEY_CHARS = 40;

/** `2026-01-05 15:30:01.234`, local time. */
export function timestamp(at: Date): string {
  return `${localDate(at)} ${localTime(at)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** `[2026-01-05 15:30:01.234] [Session-1] …`, one line whatever the text is. */
export function sessionLine(at: Date, session: number, text: string): string {
  return `[${timestamp(at)}] [Session-${session}] ${safeLine(text)}`;
}

/** `122.34ms` */
export function milliseconds(ms: number): string {
  return `${ms.toFixed(2)}ms`;
}

/** The question's beginning, cut at a word: `How does understanding normal anatomy...` */
export function preview(question: string): string {
  const line = question.replace(/\s+/g, ' ');
  if (line.length <= PREVIEW_CHARS) return line;
  const cut = beginning(line, PREVIEW_CHARS);
  const space = cut.lastIndexOf(' ');
  return `${space > 0 ? cut.slice(0, space) : cut}...`;
}

/** Of many keys, and of a long one, the first: a service may send any. */
export function chunkText(chunk: number, keys: readonly string[], latencyMs: number): string {
  const names = keys.slice(0, MOST_KEYS).map((key) => `'${beginning(key, KEY_CHARS)}'`);
  if (keys.length > MOST_KEYS) names.push('...');
  return `[CHUNK ${chunk}] Keys: [${names.join(', ')}] [Latency: ${milliseconds(latencyMs)}]`;
}

/** A whole answer: a bar before each line, so that none looks like a line of the log. */
export function answerText(answer: string): string {
  return safeText(answer).replace(/^/gm, '│ ');
}

export function completeText(chunk: number, latencyMs: number): string {
  return `✓ complete_response received (chunk ${chunk})! [Total Latency: ${milliseconds(latencyMs)}]`;
}

/** A title between two rules. */
export function banner(title: string, lines: readonly string[] = []): string {
  const body = lines.length === 0 ? [] : [...lines, RULE];
  return [RULE, title, RULE, ...body].join('\n');
}

/** What the run is about to do, as the log's first lines. */
export function startBanner(run: {
  profile: string;
  /** How many sessions, in words of the profile's: `3`, or `10 to 500`. */
  sessions: string;
  /** Nothing of it is asked where only sockets are held. */
  byCourse: ReadonlyMap<string, number> | null;
  /** What was read, each with its setting and its whole path. */
  files: readonly string[];
}): string {
  return banner('STARTING LOAD TEST', [
    'Configuration:',
    ...(run.profile === 'default' ? [] : [`  Profile: ${run.profile}`]),
    `  Sessions: ${run.sessions}`,
    ...(run.byCourse === null ? [] : questionLines(run.byCourse)),
    ...(run.files.length === 0
      ? []
      : ['Files:', ...run.files.map((file) => `  ${safeLine(file)}`)]),
  ]);
}

function questionLines(byCourse: ReadonlyMap<string, number>): string[] {
  const total = [...byCourse.values()].reduce((sum, count) => sum + count, 0);
  return [
    `  Courses: ${[...byCourse.keys()].join(', ')}`,
    '  Questions per course:',
    ...[...byCourse].map(
      ([course, count]) => `    ${course}: ${count} question${count === 1 ? '' : 's'}`,
    ),
    `  Total questions per session: ${total}`,
    '  Sending mode: Sequential (wait for response before next question)',
  ];
}

/**
 * `Started 3 concurrent sessions at 2026-01-05 15:30:00 +01:00`, or what the profile says of a number
 * that changes. The lines of the log have the same clock's time, and no offset: here it is said once.
 */
export function startedText(sessions: string, at: Date): string {
  const moment = `at ${showMoment(localIso(at))}`;
  if (sessions === '1') return `Started 1 session ${moment}`;
  return /^\d+$/.test(sessions)
    ? `Started ${sessions} concurrent sessions ${moment}`
    : `Starting sessions ${moment}: ${sessions}`;
}

/** What became of the sessions, as the log's last lines. All of them are called completed only where they are. */
export function endBanner({
  started,
  completed,
  failed,
  interrupted,
}: Figures['sessions']): string {
  if (started === 0) return banner('NO SESSION WAS STARTED');
  if (completed === started) return banner(`ALL SESSIONS COMPLETED: ${showCount(started)}`);
  const rest = [
    [failed, 'FAILED'],
    [interrupted, 'CUT OFF'],
  ] as const;
  const others = rest.filter(([count]) => count > 0).map(([n, word]) => `${showCount(n)} ${word}`);
  const first = `${showCount(completed)} OF ${showCount(started)} SESSIONS COMPLETED`;
  return banner([first, ...others].join(', '));
}
