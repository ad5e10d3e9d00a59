/** `npm run merge -- FOLDER…`: one verdict over all processes that shared a run. */
import { realpath } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { safeLine, safeText } from '../../lib/base/safe-text.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import type { Summary } from '../../lib/results/model.ts';
import { Samples } from '../../report/samples/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import { EXIT_INCOMPLETE, EXIT_THRESHOLDS, RunnerError, usageError } from '../errors.ts';
import { Progress, type Terminal } from '../progress.ts';
import { readFlags } from '../read-flags.ts';
import { endingOf, writeSummary } from '../run/ending.ts';
import { makeNamedFolder, makeResultsFolder, removeEarlierResults } from '../run/results-folder.ts';
import { type Instance, readInstance } from './instance.ts';
import { mergeRuns } from './merge-runs.ts';
import { differenceOf } from './same-run.ts';
import { partsProblem } from './segments.ts';

const HELP = `npm run merge -- FOLDER... [flags]
  One result of the instances of k6 that shared a run by execution segments. Each FOLDER is what one
  of them left: its summary.json, and its samples, samples.json or samples.json.gz, which k6 writes
  with --out json=FOLDER/samples.json.gz. Percentiles come from all samples, and the thresholds are
  judged over all of them; abortOnFail is each instance's own affair.

  --out FOLDER    where the results go                          (results/<time>-<profile>-merged)
  --partial       takes files that were cut short, folders in which nothing was left and parts of
                  the load that are missing; such a run has not passed
  --help          this text

Exit codes: 0: all thresholds held; 99: one did not, or an instance is not whole; 3: no verdict, as
the figures are not to be trusted; 2: wrong command line, or folders that are not of one run; 1: the
results could not be written.
`;

const FLAGS = {
  out: { type: 'string', default: '' },
  partial: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Surroundings {
  /** The project's folder: of `results`. */
  readonly root: string;
  readonly out: Terminal;
  readonly err: Terminal;
}

/**
 * @param args what stands behind `merge` on the command line.
 * @returns the exit code. Errors are one line on `err`, and never thrown.
 */
export async function mergeCommand(
  args: readonly string[],
  { root, out, err }: Surroundings,
): Promise<number> {
  try {
    return await merge(args, { root, out, err });
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    err.write(`merge: ${safeLine(error.message)}\n`);
    return error.exitCode;
  }
}

async function merge(args: readonly string[], { root, out, err }: Surroundings): Promise<number> {
  const { values, positionals: folders } = readFlags(args, FLAGS);
  if (values.help) {
    out.write(HELP);
    return 0;
  }
  if (folders.length === 0) throw usageError('expected the folders of instances; see --help');
  await refuseTwice(folders, values.out);
  const samples = new Samples();
  const instances = await readAll(folders, samples, values.partial, err);
  const difference = differenceOf(instances);
  if (difference !== null) throw usageError(difference);
  const summary = mergeRuns(instances, missingParts(instances, values.partial));
  const folder = values.out
    ? await makeNamedFolder(values.out, '--out')
    : await makeResultsFolder(join(root, 'results'), `${summary.run.profile}-merged`, new Date());
  await removeEarlierResults(folder, '--out');
  out.write(safeText(summaryText(summary)));
  try {
    await write(folder, summary, samples);
  } catch (error) {
    throw new RunnerError(`${folder}: not complete: ${messageOf(error)}`, EXIT_INCOMPLETE, error);
  }
  err.write(`merge: ${relative(process.cwd(), join(folder, 'report.html')) || folder}\n`);
  const { exitCode, remark } = endingOf(
    summary.verdicts.every(({ ok }) => ok) ? 0 : EXIT_THRESHOLDS,
    { summary, problems: [] },
    summary.settings.NUC_LIMIT_EXIT_CODE === '0',
  );
  if (remark !== null) err.write(`merge: ${remark}: ${exitCode}\n`);
  return exitCode;
}

/** By where the folders really are: links and `.` lead to one folder in several ways. */
async function refuseTwice(folders: readonly string[], target: string): Promise<void> {
  // `a/none/..` is `a`, though the system finds no such way.
  const real = (folder: string) => realpath(resolve(folder)).catch(() => resolve(folder));
  const paths = await Promise.all(folders.map(real));
  const twice = paths.findIndex((path, index) => paths.indexOf(path) < index);
  if (twice >= 0) throw usageError(`${folders[twice]}: is given twice`);
  if (target !== '' && paths.includes(await real(target))) {
    throw usageError(`--out: ${target}: is the folder of an instance, whose files would be lost`);
  }
}

/** One after the other: only one file is ever open, and memory holds numbers alone. */
async function readAll(
  folders: readonly string[],
  samples: Samples,
  partial: boolean,
  err: Terminal,
): Promise<Instance[]> {
  const names = folders.map((folder) => basename(folder));
  const shown = new Progress(err);
  const instances: Instance[] = [];
  try {
    for (const [index, folder] of folders.entries()) {
      const isUnique = names.filter((name) => name === names[index]).length === 1;
      const name = isUnique ? (names[index] ?? folder) : folder;
      const progress = (share: number) =>
        shown.update(
          `merge: reading ${index + 1} of ${folders.length}, ${name}: ${Math.floor(share * 100)} %`,
        );
      instances.push(await readInstance(folder, name, { samples, partial, progress }));
    }
  } finally {
    shown.clear();
  }
  if (instances.every(({ summary }) => summary === null)) {
    throw usageError('no folder holds a summary.json: the run’s thresholds are not known');
  }
  return instances;
}

/**
 * @returns the parts of the load that no folder has. One that left no summary may have been the one.
 * @throws RunnerError where parts overlap, and, without --partial, where one is missing.
 */
function missingParts(instances: readonly Instance[], partial: boolean): string[] {
  const told = instances.flatMap(({ name, summary }) =>
    summary === null ? [] : [{ name, segment: summary.run.segment ?? null }],
  );
  const problem = partsProblem(told);
  if (problem === null) return [];
  const isExplained = told.length < instances.length;
  if (problem.kind === 'gap' && isExplained) return [];
  if (problem.kind === 'other' || !partial) {
    const advice = problem.kind === 'gap' ? '; give its folder too, or --partial' : '';
    throw usageError(`${problem.text}${advice}`);
  }
  return [problem.text];
}

async function write(folder: string, summary: Summary, samples: Samples): Promise<void> {
  await writeSummary(folder, summary);
  const { settings, stepsOf, run } = summary;
  await writeReport(folder, samples, { settings, purpose: run.purpose, stepsOf });
}
