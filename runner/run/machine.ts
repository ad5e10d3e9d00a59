/**
 * What a run took of the machine, as Linux tells it: k6's CPU and memory, and how long processes waited
 * for a CPU, or the machine's host took it away. Other systems tell nothing here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from '../../lib/results/model.ts';
import { coresHere } from './cores.ts';

const LOOK_MS = 500;
/** Linux counts CPU in hundredths of a second, whatever its own clock. */
const TICKS_PER_SECOND = 100;

interface Look {
  readonly atMs: number;
  /** k6's, in seconds. */
  readonly cpu: number;
  readonly peakBytes: number;
  /** Milliseconds in which some process waited for a CPU; null where the kernel does not count them. */
  readonly waitedMs: number | null;
  /** Ticks of all CPUs, and those that the host took. */
  readonly ticks: number;
  readonly stolen: number;
}

/** Looks twice a second, from its making until `end`. */
export class MachineWatch {
  private readonly first: Look | null;
  private last: Look | null;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param pid k6's.
   * @param proc where Linux shows its processes.
   * @param now milliseconds.
   */
  constructor(
    private readonly pid: number | undefined,
    private readonly proc = '/proc',
    private readonly now: () => number = () => performance.now(),
  ) {
    this.first = this.look();
    this.last = this.first;
    this.timer = setInterval(() => this.lookAgain(), LOOK_MS);
    this.timer.unref();
  }

  /** Of a process that has ended there is nothing to read: the last look counts. */
  lookAgain(): void {
    this.last = this.look() ?? this.last;
  }

  /** @returns what was seen; null where the system shows nothing, or k6 ended at once. */
  end(): Generator | null {
    clearInterval(this.timer);
    return this.reading();
  }

  /** What was seen so far. */
  reading(): Generator | null {
    const { first, last } = this;
    if (first === null || last === null || last.atMs <= first.atMs) return null;
    const ms = last.atMs - first.atMs;
    const ticks = last.ticks - first.ticks;
    const waited =
      first.waitedMs === null || last.waitedMs === null ? null : last.waitedMs - first.waitedMs;
    return {
      cpuSeconds: last.cpu,
      cores: coresHere(),
      coresUsed: (last.cpu - first.cpu) / (ms / 1000),
      peakMemoryBytes: last.peakBytes,
      waitingShare: waited === null ? null : share(waited, ms),
      stolenShare: share(last.stolen - first.stolen, ticks),
    };
  }

  private look(): Look | null {
    if (this.pid === undefined) return null;
    try {
      const [, ofProcess = ''] = /^.*\) (.*)$/s.exec(this.read(`${this.pid}/stat`)) ?? [];
      // The 14th and 15th of the file, whose first two are before the bracket.
      const [user = 0, system = 0] = ofProcess.split(' ').slice(11, 13).map(Number);
      const peak = /^VmHWM:\s*(\d+) kB/m.exec(this.read(`${this.pid}/status`))?.[1];
      // user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of the first.
      const ofAll = this.read('stat').split('\n', 1)[0]?.trim().split(/\s+/).slice(1, 9) ?? [];
      if (peak === undefined) return null;
      return {
        atMs: this.now(),
        cpu: (user + system) / TICKS_PER_SECOND,
        peakBytes: Number(peak) * 1024,
        waitedMs: this.waitedMs(),
        ticks: ofAll.reduce((sum, part) => sum + Number(part), 0),
        stolen: Number(ofAll[7] ?? 0),
      };
    } catch {
      return null;
    }
  }

  /** Some kernels are built without it. */
  private waitedMs(): number | null {
    try {
      const total = /^some .*total=(\d+)/m.exec(this.read('pressure/cpu'))?.[1];
      return total === undefined ? null : Number(total) / 1000;
    } catch {
      return null;
    }
  }

  private read(file: string): string {
    return readFileSync(join(this.proc, file), 'utf8');
  }
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, part / whole));
}
