import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatorText } from '../../lib/render/generator-text.ts';
import { coresHere } from '../../runner/run/cores.ts';
import { MachineWatch } from '../../runner/run/machine.ts';
import { scratchFolder } from './scratch.ts';

interface Seen {
  readonly user: number;
  readonly system: number;
  readonly peakKb: number;
  readonly idle: number;
  readonly stolen: number;
  /** Microseconds. */
  readonly waited: number;
}

/** As Linux has it: the process's name may hold brackets and blanks. */
async function show(proc: string, { user, system, peakKb, idle, stolen, waited }: Seen) {
  await mkdir(join(proc, '7'), { recursive: true });
  await mkdir(join(proc, 'pressure'), { recursive: true });
  await writeFile(
    join(proc, '7', 'stat'),
    `7 (a ) b) S 1 7 7 0 -1 0 0 0 0 0 ${user} ${system} 0 0`,
  );
  await writeFile(
    join(proc, '7', 'status'),
    `VmPeak:\t9 kB\nVmHWM:\t  ${peakKb} kB\nVmRSS:\t1 kB\n`,
  );
  await writeFile(join(proc, 'stat'), `cpu  10 0 10 ${idle} 0 0 0 ${stolen} 99 0\ncpu0 1 1\n`);
  await writeFile(
    join(proc, 'pressure', 'cpu'),
    `some avg10=9.00 avg60=9.00 avg300=9.00 total=${waited}\nfull avg10=0.00 total=5\n`,
  );
}

test('what a run took of its machine: between the first look and the last', async (t) => {
  const proc = await scratchFolder(t);
  const from = { user: 10, system: 5, peakKb: 1024, idle: 100, stolen: 0, waited: 7_000 };
  await show(proc, from);
  let now = 1000;
  const watch = new MachineWatch(7, proc, () => now);
  await show(proc, {
    ...from,
    user: 210,
    system: 105,
    peakKb: 4096,
    idle: 375,
    stolen: 25,
    waited: 507_000,
  });
  now = 3000;
  watch.lookAgain();
  // It has ended: what was seen last counts.
  await rm(join(proc, '7'), { recursive: true });
  now = 9000;
  watch.lookAgain();
  const generator = watch.end();
  const cores = coresHere();
  assert.deepEqual(generator, {
    cpuSeconds: 3.15,
    cores,
    // 3 s of CPU in 2 s.
    coresUsed: 1.5,
    peakMemoryBytes: 4 * 1024 * 1024,
    waitingShare: 0.25,
    stolenShare: 25 / 300,
  });
  assert.equal(
    generator && generatorText(generator),
    `k6 used 1.50 of ${cores} cores, 4 MB at most, some process waited for a CPU 25.00 % of the time, the host took 8.33 % of the CPUs`,
  );
});

test('a quota of the cgroup counts where it is less than there are cores', async (t) => {
  const file = join(await scratchFolder(t), 'cpu.max');
  const cores = coresHere(join(file, 'none'));
  for (const [text, expected] of [
    ['50000 100000\n', 0.5],
    ['99900000 100000\n', cores],
    ['max 100000\n', cores],
    ['', cores],
  ] as const) {
    await writeFile(file, text);
    assert.equal(coresHere(file), expected, text);
  }
});

test('where the system tells nothing, or not all, nothing is made up', async (t) => {
  const proc = await scratchFolder(t);
  assert.equal(new MachineWatch(7, proc).end(), null);
  assert.equal(new MachineWatch(undefined).end(), null);
  const seen = { user: 1, system: 1, peakKb: 1, idle: 1, stolen: 0, waited: 0 };
  await show(proc, seen);
  await rm(join(proc, 'pressure'), { recursive: true });
  let now = 0;
  const watch = new MachineWatch(7, proc, () => now);
  now = 10;
  watch.lookAgain();
  const generator = watch.end();
  assert.equal(generator?.waitingShare, null);
  assert.doesNotMatch(generator ? generatorText(generator) : '', /waited|host/);
});

test('a real process that is busy', { skip: process.platform !== 'linux' }, async (t) => {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  t.after(() => busy.kill('SIGKILL'));
  await once(busy, 'spawn');
  const watch = new MachineWatch(busy.pid);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  watch.lookAgain();
  const generator = watch.end();
  assert.ok(generator);
  assert.ok(generator.coresUsed > 0.01 && generator.coresUsed < 1.2, `${generator.coresUsed}`);
  assert.ok(generator.peakMemoryBytes > 10 * 1024 * 1024);
});
