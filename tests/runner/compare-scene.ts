/** Two runs that are over, and the command that compares them. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { K6Metric } from '../../lib/results/model.ts';
import { compareCommand } from '../../runner/compare/compare-command.ts';
import { type SampleContext, sampleSummary, times } from '../results/sample-run.ts';
import { scratchFolder, Written } from './scratch.ts';

interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export async function compare(...args: string[]): Promise<Outcome> {
  const [out, err] = [new Written(), new Written()];
  const exitCode = await compareCommand(args, { out, err });
  return { exitCode, out: out.text, err: err.text };
}

/** The folder of a run that is over. */
export async function runFolder(root: string, name: string, summary: unknown): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  return folder;
}

/** Two runs that differ in what is given, and a comparison of them. */
export async function twoRuns(
  t: TestContext,
  changes: Record<string, K6Metric>,
  context: Partial<SampleContext> = {},
) {
  const root = await scratchFolder(t);
  const base = await runFolder(root, 'base', sampleSummary(answers(25_000)));
  const next = await runFolder(
    root,
    'next',
    sampleSummary({ ...answers(25_000), ...changes }, context),
  );
  return { base, next, compare: (...flags: string[]) => compare(base, next, ...flags) };
}

/** So many that chance moves nothing. */
export function answers(ms: number) {
  return { chat_response_time: times(9_200_000, ms) };
}

export const slower = answers(30_000);

/** One line on stderr, nothing on stdout, the exit code of a wrong command line. */
export function assertRefused({ exitCode, out, err }: Outcome, text: string): void {
  assert.deepEqual({ exitCode, out, err }, { exitCode: 2, out: '', err: `compare: ${text}\n` });
}
