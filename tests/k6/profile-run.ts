/** Runs of chat.js with a load profile: their samples, their log, and what holds of every one. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserContext } from '../../lib/protocol/messages.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { type K6Run, runChat } from './run-k6.ts';
import type { ScriptedChatbot } from './scripted-chatbot.ts';

export type Run = Awaited<ReturnType<typeof runChat>>;

/** One sample, as k6's JSON output has it. */
export interface Sample {
  readonly metric: string;
  /** Epoch ms. */
  readonly at: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Writes the files into a folder of their own for `use`, and takes it away. */
export async function withFiles<T>(
  files: Readonly<Record<string, string | object>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      await writeFile(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A run whose PROFILE is a file with these options. */
export function runOptions(
  options: object,
  simulated: SimulatorOptions,
  settings: Record<string, string> = {},
): Promise<Run> {
  return withFiles({ 'own.json': options }, (folder) =>
    runChat(simulated, { PROFILE: 'own.json', NUC_LOG: 'off', ...settings }, { folder }),
  );
}

/** A run with all its samples. @param files are in the folder where k6 is started. */
export function runSampled(
  simulated: SimulatorOptions,
  settings: Record<string, string>,
  files: Record<string, object> = {},
): Promise<Run & { readonly samples: readonly Sample[] }> {
  return withFiles(files, async (folder) => {
    const path = join(folder, 'samples.json');
    const run: K6Run = { folder, flags: ['--out', `json=${path}`] };
    const result = await runChat(simulated, settings, run);
    return { ...result, samples: readSamples(await readFile(path, 'utf8')) };
  });
}

/** @param text of k6's JSON output. */
export function readSamples(text: string): Sample[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'Point')
    .map(({ metric, data }) => ({
      metric,
      at: Date.parse(data.time),
      value: data.value,
      tags: data.tags ?? {},
    }));
}

/**
 * Both sides agree: the client was polite and left nothing open, each question that was sent came
 * in, and nothing is counted twice or lost.
 * @param stopped whether k6 stopped the run at a threshold: its sessions could not count themselves.
 */
export function assertAgreed({ summary, stats }: Run, stopped = false): void {
  const { sessions, overall } = summary;
  const { 'close:1006': cut = 0, ...violations } = stats.violations;
  assert.deepEqual(violations, {});
  // k6 closes the sockets of a run that it stops, but does not wait for the service to see it.
  assert.ok(cut <= (stopped ? sessions.interrupted : 0), `${cut} sockets were cut`);
  assert.equal(stats.connections, 0);
  assert.equal(stats.streaming, 0);
  assert.equal(stats.tokens, sessions.started);
  assert.equal(sessions.started, sessions.completed + sessions.failed + sessions.interrupted);
  assert.equal(overall.sent, stats.questions);
  assert.equal(overall.sent, overall.received + overall.failed + overall.interrupted);
  // The last frame of an answer may be on its way when its session's time is over.
  assert.ok(stats.responses >= overall.received);
  assert.ok(stats.responses <= overall.received + overall.interrupted);
  if (stopped) return;
  assert.equal(summary.metrics.chat_interrupted?.values.count ?? 0, overall.interrupted);
}

/** What the steps have is all that the run has. */
export function assertStepsAddUp({ summary }: Run): void {
  const { bySteps, overall, sessions } = summary;
  const sum = (of: (step: (typeof bySteps)[number]) => number) =>
    bySteps.reduce((total, step) => total + of(step), 0);
  assert.equal(
    sum((step) => step.sessionsStarted),
    sessions.started,
  );
  for (const figure of ['sent', 'received', 'failed', 'interrupted'] as const) {
    assert.equal(
      sum((step) => step[figure]),
      overall[figure],
      figure,
    );
  }
}

/** The row of a step in the table on the terminal, its words one space apart, without its unit and mark. */
export function rowOf({ stdout }: Run, step: string): string {
  const [, table = ''] = stdout.split(/^Step .*\n.*\n/m);
  const rows = table.split('\n\n')[0]?.split('\n') ?? [];
  return (rows.find((row) => row.startsWith(`${step} `)) ?? '')
    .replace(/^(\S+) (sessions?|sockets?)( [✓✗])?/, '$1')
    .replace(/ +/g, ' ');
}

/** How many sessions there were from a moment on, until the next one. */
export interface Level {
  /** Milliseconds since the first session started. */
  readonly fromMs: number;
  readonly sessions: number;
}

/** How the number of sessions went, from the log with NUC_LOG=sessions. */
export function levelsOf(lines: readonly string[]): Level[] {
  const levels: Level[] = [];
  let startAt = Number.NaN;
  let sessions = 0;
  for (const line of lines) {
    const [, time = '', event = ''] =
      /^\[([\d-]+ [\d:.]+)\] \[Session-\d+\] (Starting|Session) /.exec(line) ?? [];
    if (event === '') continue;
    const at = Date.parse(time.replace(' ', 'T'));
    if (Number.isNaN(startAt)) startAt = at;
    sessions += event === 'Starting' ? 1 : -1;
    levels.push({ fromMs: at - startAt, sessions });
  }
  return levels;
}

/** The most sessions between two moments, and how many there were on average. */
export function levelBetween(
  levels: readonly Level[],
  fromMs: number,
  toMs: number,
): { most: number; mean: number } {
  let most = 0;
  let area = 0;
  for (const [index, level] of levels.entries()) {
    const begin = Math.max(level.fromMs, fromMs);
    const end = Math.min(levels[index + 1]?.fromMs ?? toMs, toMs);
    if (end <= begin) continue;
    most = Math.max(most, level.sessions);
    area += level.sessions * (end - begin);
  }
  return { most, mean: area / (toMs - fromMs) };
}

/** The metrics whose thresholds failed. */
export function failedOf({ summary }: Pick<Run, 'summary'>): string[] {
  return summary.verdicts.filter(({ ok }) => !ok).map(({ metric }) => metric);
}

/** The run found this alone, and it is what is read first on the terminal. */
export function assertFound({ summary, stdout }: Run, finding: string): void {
  assert.deepEqual(summary.findings, [finding]);
  const text = stdout.split('='.repeat(80))[2] ?? '';
  const words = text.replace(/\s+/g, ' ');
  assert.ok(words.startsWith(` ${finding} `), text);
  assert.match(words.slice(finding.length + 2), /^(?:Warm-up [^.·]* )?Sessions /, text);
}

/** The users that a scripted chatbot was told of, in the order of its sessions. */
export function usersOf({ tokenRequests }: ScriptedChatbot): UserContext[] {
  return tokenRequests.map(
    (request) => (request.kw_args as { user_context: UserContext }).user_context,
  );
}
