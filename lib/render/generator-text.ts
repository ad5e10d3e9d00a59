/** What a run took of its machine, in a line or in parts. */
import { showRate } from '../base/format.ts';
import type { Generator } from '../results/model.ts';

const MB = 1024 * 1024;

/** `k6 used 0.41 of 2 cores, 212 MB at most, some process waited for a CPU 31.20 % of the time`. */
export function generatorText(generator: Generator): string {
  const { cores, coresUsed } = generator;
  const used = `k6 used ${coresUsed.toFixed(2)} of ${Number(cores.toFixed(2))} cores`;
  return [used, ...generatorDetails(generator)].join(', ');
}

/** Beside the cores: `212 MB at most`, `some process waited for a CPU 31.20 % of the time`. */
function generatorDetails(generator: Generator): string[] {
  const { peakMemoryBytes, waitingShare, stolenShare } = generator;
  return [
    `${(peakMemoryBytes / MB).toFixed(0)} MB at most`,
    ...(waitingShare === null
      ? []
      : [`some process waited for a CPU ${showRate(waitingShare)} of the time`]),
    ...(stolenShare ? [`the host took ${showRate(stolenShare)} of the CPUs`] : []),
  ];
}
