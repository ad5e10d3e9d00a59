/**
 * `npm run chaos [-- MINUTES]`, ten unless set: 100 sessions at once, ten faults, the server killed
 * and started again three times. At the end nothing may be counted twice or lost, on either side;
 * else the exit code is 1.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FaultName } from '../../simulator/faults.ts';
import type { Stats } from '../../simulator/stats.ts';
import { runK6, target } from '../k6/run-k6.ts';

const SESSIONS = 100;
const KILLS = 3;
const DOWN_MS = 2000;
const MINUTE_MS = 60_000;
/** For sessions that are at work when the time is over, and for k6's own end. */
const GRACE_MS = 60_000;

const EVERY: Partial<Record<FaultName, number>> = {
  'token-500': 11,
  'create-500': 13,
  'handshake-503': 17,
  'no-first-chunk': 19,
  stall: 23,
  'close-1006': 29,
  'close-1011': 31,
  'bad-envelope': 37,
  'empty-answer': 41,
  'wrong-text': 43,
};
const FAULTS = Object.entries(EVERY).map(([name, every]) => `${name}:1/${every}`);

/** What a client that outlives its server cannot but do: its token is not known to the next one. */
const AFTER_A_KILL = ['create-chat:unknown_token', 'handshake:unknown_token'];

interface Server {
  readonly url: string;
  kill(): Promise<Stats>;
}

async function startServer(port = '0'): Promise<Server> {
  const child: ChildProcess = fork(
    fileURLToPath(new URL('server.ts', import.meta.url)),
    [port, ...FAULTS],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'] },
  );
  const [url] = await once(child, 'message');
  return {
    url,
    async kill() {
      const stats = text(child.stdio[3] as NodeJS.ReadableStream);
      child.send('die');
      return JSON.parse(await stats);
    },
  };
}

/** Runs k6 while the server is killed and started again. @returns what both sides counted. */
async function run(minutes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
  try {
    const profile = join(folder, 'chaos.json');
    const durationMs = minutes * MINUTE_MS;
    const chat = { executor: 'constant-vus', vus: SESSIONS, duration: `${durationMs}ms` };
    await writeFile(profile, JSON.stringify({ scenarios: { chat } }));
    let server = await startServer();
    const { port } = new URL(server.url);
    const k6 = runK6('chat', {
      settings: {
        ...target(server.url),
        PROFILE: profile,
        NUC_QUESTIONS_PER_COURSE: '2',
        NUC_LOG: 'off',
        NUC_FIRST_CHUNK_TIMEOUT: '5s',
        NUC_STALL_TIMEOUT: '5s',
        NUC_SESSION_TIMEOUT: '30s',
      },
      limitMs: durationMs + GRACE_MS,
    });
    const lives: Stats[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await delay(durationMs / (KILLS + 1) - DOWN_MS);
      lives.push(await server.kill());
      await delay(DOWN_MS);
      server = await startServer(port);
    }
    const { summary, code } = await k6;
    lives.push(await server.kill());
    return { summary, code, lives };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0 && minutes <= 60)) {
  console.error(`chaos: minutes: expected a number above 0, up to 60, got ${process.argv[2]}`);
  process.exit(2);
}
const { summary, code, lives } = await run(minutes);
if (summary === undefined) {
  console.error(`chaos: k6 ended with ${code} and left no summary`);
  process.exit(1);
}
const { started, completed, failed, interrupted } = summary.sessions;
const { sent, received } = summary.overall;
const cut = summary.overall.interrupted;
const values = summary.metrics.chat_response_success?.values ?? {};
const [good = 0, notGood = 0] = [values.passes, values.fails];
const bad = received - good;
const none = notGood - bad;
const total = (of: (stats: Stats) => number) => lives.reduce((sum, stats) => sum + of(stats), 0);
const questions = total((stats) => stats.questions);
const responses = total((stats) => stats.responses);
const violations = lives
  .flatMap((stats) => Object.entries(stats.violations))
  .filter(([kind]) => !AFTER_A_KILL.includes(kind) && kind !== 'close:1006');

/** What a killed server had not read, or had written for nobody: one a session and kill at the most. */
const AT_KILLS = SESSIONS * KILLS;
const balance: [line: string, holds: boolean][] = [
  [
    `sessions   ${started} started = ${completed} completed + ${failed} failed + ${interrupted} interrupted`,
    started === completed + failed + interrupted,
  ],
  [
    `questions  ${sent} sent = ${good} good + ${bad} bad + ${none} unanswered + ${cut} interrupted`,
    sent === good + bad + none + cut && bad >= 0 && none >= 0,
  ],
  [
    `server     ${questions} questions seen; ${sent - questions} on their way at the ${KILLS} kills`,
    sent >= questions && sent - questions <= AT_KILLS,
  ],
  [
    `server     ${responses} answers sent; ${responses - received} on their way at the ${KILLS} kills`,
    responses >= received && responses - received <= AT_KILLS,
  ],
  [`server     violations: ${JSON.stringify(violations)}`, violations.length === 0],
];
for (const { phase, reason, count } of summary.errors) {
  console.log(`error      ${`${phase}/${reason}`.padEnd(32)} ${count}`);
}
for (const [line, holds] of balance) console.log(`${holds ? 'balanced' : 'NOT     '}  ${line}`);
process.exitCode = balance.every(([, holds]) => holds) ? 0 : 1;
