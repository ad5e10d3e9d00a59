/** What a process and all below it have taken of the machine by now, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU in hundredths of a second, whatever its own clock. */
const TICKS_PER_SECOND = 100;

export interface ProcessLook {
  readonly pid: number;
  /** The program's name, 15 characters at most. */
  readonly name: string;
  /** Of the process and of its children that have ended. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** @returns the process and those that it started, itself first; nothing where it has ended. */
export function lookAtTree(root: number): ProcessLook[] {
  const children = new Map<number, number[]>();
  const looks = new Map<number, ProcessLook>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    try {
      const [, program = '', rest = ''] =
        /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const fields = rest.split(' ').map(Number);
      const parent = fields[1] ?? 0;
      children.set(parent, [...(children.get(parent) ?? []), pid]);
      // utime, stime, cutime and cstime: the 14th to 17th of the file.
      const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0);
      const resident = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      looks.set(pid, {
        pid,
        name: program,
        cpuSeconds: ticks / TICKS_PER_SECOND,
        residentBytes: Number(resident ?? 0) * 1024,
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  const tree: ProcessLook[] = [];
  const visit = (pid: number) => {
    const look = looks.get(pid);
    if (look === undefined) return;
    tree.push(look);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return tree;
}

export function sumOf(tree: readonly ProcessLook[], key: 'cpuSeconds' | 'residentBytes'): number {
  return tree.reduce((sum, look) => sum + look[key], 0);
}
