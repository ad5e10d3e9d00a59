/** Runs of the real k6 as instances of one load, and what is merged of them. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Summary } from '../../lib/results/model.ts';
import { mergeCommand } from '../../runner/merge/merge-command.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { Written } from '../runner/scratch.ts';
import { type K6Result, ROOT, runK6, target } from './run-k6.ts';

/** The machine may be busy: how late it is for the frames is no matter here. */
const SHORT = {
  NUC_MAX_CLIENT_LAG: '60s',
  NUC_QUESTIONS_PER_COURSE: '1',
  NUC_LOG: 'off',
  NUC_RUN_ID: 'merged',
};

/** k6 as one instance, which leaves its files in the folder. */
export async function runInstance(
  simulator: Simulator,
  folder: string,
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<K6Result> {
  await mkdir(folder);
  return runK6('chat', {
    settings: { ...target(simulator.url), ...SHORT, ...settings, NUC_RESULTS_DIR: folder },
    flags: [...flags, '--out', `json=${join(folder, 'samples.json.gz')}`],
    folder: join(folder, '..'),
    keepsSummary: false,
  });
}

export async function merge(root: string, ...args: string[]) {
  const [out, err] = [new Written(), new Written()];
  const code = await mergeCommand([...args, '--out', join(root, 'merged')], {
    root: ROOT,
    out,
    err,
  });
  return { code, out: out.text, err: err.text };
}

export async function summaryIn(...path: string[]): Promise<Summary> {
  return JSON.parse(await readFile(join(...path, 'summary.json'), 'utf8'));
}

export const THIRDS = '0,1/3,2/3,1';

/** The flags of one of three instances. */
export function third(index: number): string[] {
  const part = THIRDS.split(',')
    .slice(index, index + 2)
    .join(':');
  return ['--execution-segment', part, '--execution-segment-sequence', THIRDS];
}

/** Three instances of one run side by side, in folders `a`, `b` and `c`. @returns their exit codes. */
export function runThree(simulator: Simulator, root: string, settings: Record<string, string>) {
  return Promise.all(
    ['a', 'b', 'c'].map(async (name, index) => {
      const folder = join(root, name);
      return (await runInstance(simulator, folder, settings, third(index))).code;
    }),
  );
}
