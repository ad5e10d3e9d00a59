/** How many cores k6 may use. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** A container's own; what bounds it from further up is not seen in there. */
const QUOTA = '/sys/fs/cgroup/cpu.max';

/** @returns cores: those of this process's affinity, or what its cgroup allows, whichever is less. */
export function coresHere(quotaFile = QUOTA): number {
  return Math.min(availableParallelism(), quotaIn(quotaFile));
}

/** `max 100000` without a quota, `150000 100000` for one and a half cores. */
function quotaIn(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Another system, or another layout of cgroups: no quota is known.
    return Number.POSITIVE_INFINITY;
  }
  const [quota = '', period = ''] = text.trim().split(' ');
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}
