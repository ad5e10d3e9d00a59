/**
 * Whether the latencies that an engine tells are true: each answer's against those of the server, which
 * has a clock of its own; and whether the run's own verdict knows.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Summary } from '../lib/results/model.ts';
import type { Engine } from '../runner/k6-binary/engine.ts';
import { scriptOf } from '../runner/k6-binary/engine.ts';
import { startBenchServer } from './bench-server.ts';
import { Client } from './client.ts';
import { sumOf } from './process-tree.ts';
import type { Truth } from './server.ts';
import { columns, digits } from './table.ts';
import { K6_RUN, k6For, ROOT, settingsFor } from './variants.ts';

interface Latencies {
  readonly firstMs: number;
  readonly responseMs: number;
}

/** So many sessions begin at once, at most: a hundred would hold each other up for half a second. */
const AT_ONCE = 10;

/** How a run is made. */
interface Course {
  /** Times the recorded pace. */
  readonly speed: number;
  /** All sessions have begun within so many seconds. */
  readonly beginSeconds: number;
}

const FIRST = 'chat_time_to_first_chunk';
const RESPONSE = 'chat_response_time';

/** Each session asks one question of each course. */
export async function accuracy(engine: Engine, sessions: readonly number[], course: Course) {
  const { speed, beginSeconds } = course;
  console.log(
    `${engine}, one question of each course, ${speed} × the recorded pace, begun within ${beginSeconds} s`,
  );
  console.log('errors in ms, client - server');
  const head = [
    'sessions',
    'answers',
    'of',
    'first p50',
    'p99',
    'max',
    'response p50',
    'p99',
    'max',
  ];
  const rows: string[][] = [[...head, 'worst %', 'lag p95', 'cores', 'trusted']];
  const made = [];
  for (const count of sessions) {
    const result = await oneRun(engine, count, course);
    made.push(result);
    const { first, response } = result;
    rows.push([
      String(count),
      String(result.answers),
      String(result.expected),
      ...[first.p50, first.p99, first.max, response.p50, response.p99, response.max].map((ms) =>
        digits(ms, 1),
      ),
      digits(result.worstPercent, 2),
      digits(result.lagP95, 1),
      digits(result.cores, 2),
      result.trusted ? 'yes' : 'NO',
    ]);
    for (const problem of result.problems) console.log(`! ${count} sessions: ${problem}`);
  }
  console.log(columns(rows));
  return made;
}

async function oneRun(engine: Engine, sessions: number, { speed, beginSeconds }: Course) {
  const server = await startBenchServer(speed);
  const folder = await mkdtemp(join(tmpdir(), 'nuc-bench-'));
  const samples = join(folder, 'samples.json');
  const log = join(folder, 'sessions.log');
  const profile = join(folder, 'profile.json');
  await writeFile(profile, JSON.stringify({ scenarios: inGroups(sessions, beginSeconds) }));
  const flags = ['--out', `json=${samples}`, '--console-output', log];
  // The summary is read from the other two.
  flags.push('--system-tags', 'scenario,status,vu');
  const client = new Client({
    file: await k6For(engine),
    args: [...K6_RUN, ...flags, join(ROOT, scriptOf(engine))],
    env: {
      ...settingsFor(server, engine),
      PROFILE: profile,
      NUC_QUESTIONS_PER_COURSE: '1',
      NUC_LOG: 'answers',
      NUC_RESULTS_DIR: folder,
    },
  });
  let cpu = 0;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    try {
      cpu = sumOf(client.look(), 'cpuSeconds');
    } catch {
      // It has ended.
    }
  }, 250);
  try {
    await client.untilExit();
    const seconds = (performance.now() - startedAt) / 1000;
    const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Summary;
    const counts = await server.counts();
    const told = await toldBySession(samples, log);
    const pairs = pairsOf(told, await server.truth());
    const unpaired = counts.answers - pairs.length;
    const errors = (key: keyof Latencies) => pairs.map(([a, b]) => a[key] - b[key]);
    const problems = summary.errors.map((e) => `${e.count} × ${e.phase}/${e.reason}`);
    if (summary.overall.received < 2 * sessions) {
      problems.push(`${2 * sessions - summary.overall.received} answers are missing`);
    }
    if (counts.wrong > 0) problems.push(`${counts.wrong} questions without the attributes`);
    if (unpaired > 0) problems.push(`${unpaired} answers could not be told apart`);
    if (counts.frames !== summary.frames.received) {
      problems.push(`${counts.frames} frames sent, ${summary.frames.received} counted`);
    }
    return {
      sessions,
      answers: summary.overall.received,
      expected: 2 * sessions,
      first: quantiles(errors('firstMs')),
      response: quantiles(errors('responseMs')),
      worstPercent: worstOf(pairs),
      lagP95: summary.clientLag?.p95 ?? Number.NaN,
      errorMs: summary.trust.errorMs,
      trusted: summary.trust.trusted,
      why: summary.trust.why,
      cores: cpu / seconds,
      problems,
    };
  } finally {
    clearInterval(timer);
    await client.end();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each session once, in groups that begin one after the other. */
function inGroups(sessions: number, beginSeconds: number) {
  const groups = Math.ceil(sessions / AT_ONCE);
  const upTo = (group: number) => Math.round((sessions * group) / groups);
  return Object.fromEntries(
    Array.from({ length: groups }, (_, group) => [
      `group_${group}`,
      {
        executor: 'per-vu-iterations',
        ...{ vus: upTo(group + 1) - upTo(group), iterations: 1, maxDuration: '10m' },
        startTime: `${Math.round((1000 * group * beginSeconds) / groups)}ms`,
      },
    ]),
  );
}

/**
 * The latencies of each answer as k6's samples have them, by session and turn. A sample names its virtual
 * user, a line of the log its session; the responses of a session, which both have, bring them together.
 */
async function toldBySession(samples: string, log: string): Promise<Map<string, Latencies>> {
  const byUser = new Map<string, { firstMs: number; responseMs: number }[]>();
  for await (const line of createInterface({ input: createReadStream(samples) })) {
    if (!line.includes(`"${FIRST}"`) && !line.includes(`"${RESPONSE}"`)) continue;
    const { metric, type, data } = JSON.parse(line);
    if (type !== 'Point') continue;
    const user = String(data.metadata.vu);
    const answers = byUser.get(user) ?? [];
    byUser.set(user, answers);
    const last = answers.at(-1);
    if (metric === FIRST) answers.push({ firstMs: data.value, responseMs: Number.NaN });
    else if (last) last.responseMs = data.value;
  }
  const sessions = await sessionsByResponses(log);
  const told = new Map<string, Latencies>();
  for (const answers of byUser.values()) {
    const session = sessions.get(answers.map(({ responseMs }) => responseMs.toFixed(2)).join());
    if (!session) continue;
    for (const [at, answer] of answers.entries()) told.set(keyOf(session, at + 1), answer);
  }
  return told;
}

/** Sessions by their responses as the log shows them, in hundredths; null where two have the same. */
async function sessionsByResponses(log: string): Promise<Map<string, number | null>> {
  const responses = new Map<number, string[]>();
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    const [, session, ms] = /\[Session-(\d+)\] ✓ .*Total Latency: ([\d.]+)ms\]/.exec(line) ?? [];
    if (ms === undefined) continue;
    responses.set(Number(session), [...(responses.get(Number(session)) ?? []), ms]);
  }
  const sessions = new Map<string, number | null>();
  for (const [session, list] of responses) {
    sessions.set(list.join(), sessions.has(list.join()) ? null : session);
  }
  return sessions;
}

function keyOf(session: number, turn: number): string {
  return `${session}/${turn}`;
}

/** Each answer as the client told of it, and as the server knows it. */
function pairsOf(
  told: ReadonlyMap<string, Latencies>,
  truth: readonly Truth[],
): [Latencies, Latencies][] {
  return truth.flatMap((own) => {
    const client = told.get(keyOf(own.session, own.turn));
    return client === undefined ? [] : [[client, own] as [Latencies, Latencies]];
  });
}

/** By the nearest rank. */
function quantiles(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** By how much the figure that is off most is off: of p50, p99 and max, of both latencies. */
function worstOf(pairs: readonly [Latencies, Latencies][]): number {
  const shares = (['firstMs', 'responseMs'] as const).flatMap((key) => {
    const told = quantiles(pairs.map(([client]) => client[key]));
    const real = quantiles(pairs.map(([, server]) => server[key]));
    return (['p50', 'p99', 'max'] as const).map((name) => Math.abs(told[name] / real[name] - 1));
  });
  return 100 * Math.max(...shares);
}
