/** Whether this machine has room for as many sessions as the plan has at once: said before any traffic. */
import { readFile } from 'node:fs/promises';
import { showCount } from '../../lib/base/format.ts';
import type { StepsOf } from '../../lib/results/model.ts';
import { RunnerError } from '../errors.ts';
import type { Engine } from '../k6-binary/engine.ts';
import { resourcesFor } from '../sizing.ts';
import { coresHere } from './cores.ts';
import { memoryHere } from './memory.ts';

/** Files that a process has open beside its sessions' sockets: k6's own, or the runner's. */
const OWN_FILES = 50;
const GIB = 2 ** 30;

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  /** What a process may have open; Go raises its soft limit to this. Null: not known, or no limit. */
  readonly mostFiles: number | null;
}

export async function thisMachine(): Promise<Machine> {
  return {
    cores: coresHere(),
    memoryBytes: memoryHere(),
    mostFiles: hardLimitOfFiles(await readFile('/proc/self/limits', 'utf8').catch(() => '')),
  };
}

/** @param limits the text of `/proc/self/limits`. */
export function hardLimitOfFiles(limits: string): number | null {
  const hard = /^Max open files +\S+ +(\d+)/m.exec(limits)?.[1];
  return hard === undefined ? null : Number(hard);
}

export interface PlannedLoad {
  /** The most virtual users at once. */
  readonly sessions: number;
  /** Whether the run comes to that peak; a rate of arrivals, or a climb that ends itself, may not. */
  readonly isReached: boolean;
  readonly engine: Engine;
  readonly instances: number;
  readonly stepsOf: StepsOf;
  /** Whether the runner itself holds the other end of every socket. */
  readonly ownSimulator: boolean;
}

/**
 * @returns what is too small for the load, in a line each.
 * @throws RunnerError where so many sockets cannot be open, whatever the service does.
 */
export function checkRoom(load: PlannedLoad, machine: Machine): string[] {
  const files = filesProblem(load, machine);
  if (files !== null && load.isReached) throw new RunnerError(files);
  return [files, sizeProblem(load, machine)].filter((text) => text !== null);
}

function filesProblem(load: PlannedLoad, { mostFiles }: Machine): string | null {
  const { sessions, instances, ownSimulator } = load;
  const most = ownSimulator ? sessions : Math.ceil(sessions / instances);
  const needed = most + OWN_FILES;
  if (mostFiles === null || needed <= mostFiles) return null;
  const who = ownSimulator ? 'the simulator' : instances > 1 ? 'each k6' : 'k6';
  const advice = ownSimulator ? 'fewer sessions' : 'fewer sessions, or --instances N';
  return `open files: ${who} needs ${showCount(needed)} for ${showCount(most)} sessions, the hard limit is ${showCount(mostFiles)}; raise it (ulimit -Hn), or use ${advice}`;
}

/** Of sockets alone, which only cost memory, the table knows nothing. */
function sizeProblem(load: PlannedLoad, machine: Machine): string | null {
  const { sessions, engine, instances, stepsOf } = load;
  if (stepsOf === 'sockets') return null;
  const each = resourcesFor(Math.ceil(sessions / instances), engine);
  const cores = (each.millicores * instances) / 1000;
  const bytes = each.memoryBytes * instances;
  if (cores <= machine.cores && bytes <= machine.memoryBytes) return null;
  const needed = `some ${cores.toFixed(1)} cores and ${gb(bytes)}`;
  const here = `${Number(machine.cores.toFixed(2))} and ${gb(machine.memoryBytes)}`;
  const advice = engine === 'native' ? '' : '--engine native, ';
  return `${showCount(sessions)} sessions at once need ${needed}, here are ${here}: the figures may not be trusted; use ${advice}fewer sessions or more machines (docs/scale-out.md)`;
}

function gb(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GB`;
}
