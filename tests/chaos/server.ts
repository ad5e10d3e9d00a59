/** A simulator in a process of its own, which can be killed with what it counted known to the last frame. */
import { writeSync } from 'node:fs';
import { startSimulator } from '../../simulator/simulator.ts';

/** Where the stats are written, and read by the parent. */
const STATS_FD = 3;

const [port = '0', ...faults] = process.argv.slice(2);
const simulator = await startSimulator({ port: Number(port), speed: 100, faults });
process.send?.(simulator.url);
process.once('message', () => {
  // In one go: nothing is counted between the two.
  writeSync(STATS_FD, JSON.stringify(simulator.stats()));
  process.kill(process.pid, 'SIGKILL');
});
