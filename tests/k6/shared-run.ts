/** Runs by the runner's `--instances`: several processes of the real k6 that share a load. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Summary } from '../../lib/results/model.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { runLoad } from '../../runner/run/load-run.ts';
import type { LoadRun } from '../../runner/run/ready-run.ts';
import { Written } from '../runner/scratch.ts';
import { IS_NATIVE, ROOT, target } from './run-k6.ts';

const SHORT = {
  NUC_MAX_CLIENT_LAG: '60s',
  NUC_QUESTIONS_PER_COURSE: '2',
  NUC_LOG: 'sessions',
};

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A run by so many processes, with its results in the folder. */
export async function runShared(
  ...run: Parameters<typeof loadShared>
): Promise<Ended & { readonly summary: Summary }> {
  const ended = await loadShared(...run);
  const [folder] = run;
  return { ...ended, summary: await summaryIn(folder) };
}

/** The same, of a run that leaves no summary. */
export async function loadShared(
  folder: string,
  url: string,
  instances: number,
  settings: Record<string, string> = {},
  { profile = 'default', ...more }: Partial<LoadRun> = {},
): Promise<Ended> {
  const [out, err] = [new Written(), new Written()];
  const never = new AbortController().signal;
  const { PATH, HOME } = process.env;
  const code = await runLoad({
    root: ROOT,
    engine: IS_NATIVE ? 'native' : 'webcrypto',
    profile,
    instances,
    k6Flags: readK6Flags([]),
    env: { PATH, HOME, ...target(url), ...SHORT, ...settings, NUC_RESULTS_DIR: folder },
    simulator: undefined,
    verbose: false,
    noReport: true,
    maxTimeMs: undefined,
    interrupts: { first: never, second: never },
    out,
    err,
    ...more,
  });
  return { code, out: out.text, err: err.text };
}

export async function summaryIn(folder: string): Promise<Summary> {
  return JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
}
