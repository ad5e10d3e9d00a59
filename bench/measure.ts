/** Measures one client once: its cost of a start, and of a frame in the steady state. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Summary } from '../lib/results/model.ts';
import { type BenchServer, type Pace, startBenchServer } from './bench-server.ts';
import { Client } from './client.ts';
import { sumOf } from './process-tree.ts';
import { commandOf, type Variant } from './variants.ts';

export interface Load {
  readonly sessions: number;
  /** Null: sockets are held, and nothing is asked. */
  readonly pace: Pace | null;
  /** Once all sockets are open, before the steady state. */
  readonly settleMs: number;
  readonly windowMs: number;
}

/** What was measured; a rate is that of the steady state. */
export interface Measured {
  /** CPU from the start until all sockets were open. */
  readonly openCpuSeconds: number;
  /** CPU a second, and microseconds of it for each frame; null where none came. */
  readonly cores: number;
  readonly frameMicros: number | null;
  readonly framesPerSecond: number;
  /** The most that was seen in the steady state. */
  readonly residentMB: number;
  /** What makes this measurement worthless; none where it counts. */
  readonly problems: readonly string[];
}

/** Of the built-in questions. */
export const QUESTIONS = 40;
const LOOK_MS = 250;
const OPEN_LIMIT_MS = 120_000;

/** @throws Error where the client ends early, or its sockets do not open. */
export async function measure(variant: Variant, load: Load): Promise<Measured> {
  const server = await startBenchServer(load.pace ?? 1);
  const folder = await mkdtemp(join(tmpdir(), 'nuc-bench-'));
  const profile = join(folder, 'profile.json');
  const scenario = { executor: 'constant-vus', vus: load.sessions, duration: '1h' };
  await writeFile(
    profile,
    JSON.stringify({ scenarios: { load: { ...scenario, gracefulStop: '0s' } } }),
  );
  const asks = load.pace !== null;
  const work = { sessions: load.sessions, asks, folder, profile, questions: QUESTIONS };
  const client = new Client(await commandOf(variant, server, work));
  try {
    const { wrong, ...measured } = await watch(client, server, load);
    await client.end();
    const problems = await troubleIn(folder);
    if (wrong > 0 && variant.kind !== 'floor') {
      problems.push(`${wrong} questions without the attributes that came`);
    }
    return { ...measured, problems };
  } finally {
    await client.end();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function watch(client: Client, server: BenchServer, load: Load) {
  const startedAt = performance.now();
  while ((await server.counts()).open < load.sessions) {
    client.look();
    if (performance.now() - startedAt > OPEN_LIMIT_MS) throw new Error('its sockets do not open');
    await delay(LOOK_MS / 5);
  }
  const openCpuSeconds = sumOf(client.look(), 'cpuSeconds');
  await delay(load.settleMs);
  const first = await mark(client, server);
  let resident = first.resident;
  while (performance.now() - first.at < load.windowMs) {
    await delay(LOOK_MS);
    resident = Math.max(resident, sumOf(client.look(), 'residentBytes'));
  }
  const last = await mark(client, server);
  const seconds = (last.at - first.at) / 1000;
  const frames = last.frames - first.frames;
  const cpu = last.cpu - first.cpu;
  return {
    openCpuSeconds,
    cores: cpu / seconds,
    frameMicros: frames === 0 ? null : (cpu / frames) * 1e6,
    framesPerSecond: frames / seconds,
    residentMB: resident / 1e6,
    wrong: last.wrong,
  };
}

async function mark(client: Client, server: BenchServer) {
  const { frames, wrong } = await server.counts();
  const tree = client.look();
  return {
    at: performance.now(),
    cpu: sumOf(tree, 'cpuSeconds'),
    resident: sumOf(tree, 'residentBytes'),
    frames,
    wrong,
  };
}

/** Errors that the scenario itself counted, where it left a summary. */
async function troubleIn(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => null);
  if (text === null) return [];
  const { errors } = JSON.parse(text) as Summary;
  return errors.map(({ phase, reason, count }) => `${count} × ${phase}/${reason}`);
}
