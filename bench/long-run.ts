/** A long run through the runner: does the memory of k6 or of the runner grow with the answers? */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../runner/k6-binary/engine.ts';
import { startBenchServer } from './bench-server.ts';
import { Client } from './client.ts';
import { QUESTIONS } from './measure.ts';
import { columns, digits, median } from './table.ts';
import { commandOf } from './variants.ts';

interface Look {
  readonly answers: number;
  readonly k6MB: number;
  readonly runnerMB: number;
}

const LOOK_MS = 500;
const PARTS = 10;
/** Of four hours with 500 sessions, each of which asks once in some 31 s. */
const SOAK_ANSWERS = (500 * 4 * 3600) / 31;

/** Sessions at full speed, until so many answers have been sent. */
export async function longRun(engine: Engine, sessions: number, answers: number) {
  const server = await startBenchServer('full');
  const folder = await mkdtemp(join(tmpdir(), 'nuc-bench-'));
  const profile = join(folder, 'profile.json');
  const scenario = { executor: 'constant-vus', vus: sessions, duration: '1h' };
  await writeFile(profile, JSON.stringify({ scenarios: { load: scenario } }));
  const work = { sessions, asks: true, folder, profile, questions: QUESTIONS };
  const runner = { name: engine, kind: 'runner', engine, log: 'off' } as const;
  const client = new Client(await commandOf(runner, server, work));
  const looks: Look[] = [];
  const startedAt = performance.now();
  try {
    for (let sent = 0; sent < answers; await delay(LOOK_MS)) {
      sent = (await server.counts()).answers;
      const of = (program: RegExp) =>
        client
          .look()
          .filter(({ name }) => program.test(name))
          .reduce((sum, { residentBytes }) => sum + residentBytes / 1e6, 0);
      looks.push({ answers: sent, k6MB: of(/^k6/), runnerMB: of(/^(?!k6)/) });
    }
    const { wrong } = await server.counts();
    const seconds = (performance.now() - startedAt) / 1000;
    await client.end();
    const parts = partsOf(looks, answers);
    console.log(
      `${engine}: ${sessions} sessions at full speed, ${looks.at(-1)?.answers} answers in ${digits(seconds, 0)} s`,
    );
    console.log(
      columns([
        ['answers', 'k6 MB', 'runner MB'],
        ...parts.map((part) => [
          digits(part.answers, 0),
          digits(part.k6MB, 0),
          digits(part.runnerMB, 0),
        ]),
      ]),
    );
    const growth = { k6: growthOf(parts, 'k6MB'), runner: growthOf(parts, 'runnerMB') };
    for (const [name, { percent, soakMB }] of Object.entries(growth)) {
      console.log(
        `${name}: second half ${percent >= 0 ? '+' : ''}${digits(percent, 1)} %; at that rate ` +
          `${digits(soakMB, 0)} MB more after ${digits(SOAK_ANSWERS, 0)} answers (500 sessions, 4 h)`,
      );
    }
    if (wrong > 0) console.log(`! ${wrong} questions without the attributes that came`);
    return { engine, sessions, seconds, looks, growth };
  } finally {
    await client.end();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The medians of each tenth of the answers: a garbage collector makes single looks jump. */
export function partsOf(looks: readonly Look[], answers: number): Look[] {
  return Array.from({ length: PARTS }, (_, part) => {
    const inPart = looks.filter(
      (look) => Math.min(PARTS - 1, Math.floor((look.answers * PARTS) / answers)) === part,
    );
    const of = (key: keyof Look) =>
      inPart.length === 0 ? Number.NaN : median(inPart.map((look) => look[key]));
    return { answers: of('answers'), k6MB: of('k6MB'), runnerMB: of('runnerMB') };
  });
}

/** From the middle tenths to the last, and what that makes of a soak's answers, in MB. */
function growthOf(parts: readonly Look[], key: 'k6MB' | 'runnerMB') {
  const middle = parts[PARTS / 2];
  const last = parts[PARTS - 1];
  if (middle === undefined || last === undefined)
    return { percent: Number.NaN, soakMB: Number.NaN };
  const more = last[key] - middle[key];
  return {
    percent: (100 * more) / middle[key],
    soakMB: (more / (last.answers - middle.answers)) * SOAK_ANSWERS,
  };
}
