/** One of the processes that shared a run: what it left in its folder. */
import { access, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { showCount, showMs } from '../../lib/base/format.ts';
import { statistic } from '../../lib/results/k6-data.ts';
import type { K6Metric, Summary } from '../../lib/results/model.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { ReportError } from '../../report/report-error.ts';
import { SAMPLE_FILES } from '../../report/samples/recording.ts';
import { readSampleLines } from '../../report/samples/sample-file.ts';
import { isWanted, type Samples } from '../../report/samples/samples.ts';
import { Tallies } from '../../report/samples/tallies.ts';
import { readSummary } from '../compare/file.ts';
import { EXIT_USAGE, RunnerError, usageError } from '../errors.ts';

const SUMMARY_FILE = 'summary.json';

export interface Instance {
  /** The folder's name, as short as it is unique. */
  readonly name: string;
  readonly folder: string;
  /** Null where k6 left none: it was killed, or its disk was full. */
  readonly summary: Summary | null;
  readonly tallies: Tallies;
  /** Why what it left is not whole, a line each. */
  readonly problems: readonly string[];
}

interface Reading {
  /** Takes the lines of all instances too, for the charts. */
  readonly samples: Samples;
  /** Takes a file that was cut short, and a folder that is not there or holds no samples. */
  readonly partial: boolean;
  /** Gets the share that was read, 0 to 1. */
  readonly progress: (share: number) => void;
}

/** @throws RunnerError in one line. */
export async function readInstance(
  folder: string,
  name: string,
  { samples, partial, progress }: Reading,
): Promise<Instance> {
  const summary = (await isThere(join(folder, SUMMARY_FILE))) ? await readOwn(folder) : null;
  const tallies = new Tallies();
  const file = await sampleFile(folder).catch((error: unknown) => {
    if (partial && error instanceof NothingLeftError) return null;
    throw error;
  });
  if (file === null) {
    const nothing = summary === null ? 'left nothing: k6 did not start' : 'left no samples';
    return { name, folder, summary, tallies, problems: [nothing] };
  }
  let wrongLine = false;
  const isWhole = await readSampleLines(
    file,
    (line) => {
      const metric = tallies.take(line);
      wrongLine ||= metric === null;
      if (metric !== null && isWanted(metric)) samples.take(line);
    },
    progress,
  ).catch((error: unknown) => {
    throw error instanceof ReportError ? usageError(error.message) : error;
  });
  const problems = summary === null ? [`left no ${SUMMARY_FILE}: k6 did not come to its end`] : [];
  const shortfall = isWhole && !wrongLine ? misfitOf(tallies, summary) : 'cut short or damaged';
  if (shortfall !== null) {
    const problem = `${shortfall}: whole ${howFar(tallies)}`;
    if (!partial) throw usageError(`${file}: ${problem}; --partial takes what is there`);
    problems.push(`its samples are ${problem}`);
  }
  return { name, folder, summary, tallies, problems };
}

/** The summary of an instance, with all that is worked out anew from it. */
async function readOwn(folder: string): Promise<Summary> {
  const summary = await readSummary(folder);
  const refused = (why: string) =>
    usageError(`${join(folder, SUMMARY_FILE)}: ${why}; merge with the version that wrote it`);
  try {
    readSettings(summary.settings);
  } catch (error) {
    throw refused(`settings: ${messageOf(error)}`);
  }
  const timeless = summary.bySteps.find(
    ({ fromMs, toMs }) => fromMs === undefined || toMs === undefined,
  );
  if (timeless !== undefined) throw refused(`bySteps: ${timeless.name} has no times`);
  return summary;
}

/** There is no file of samples to read. */
class NothingLeftError extends RunnerError {
  override readonly name = 'NothingLeftError';

  constructor(message: string, cause?: unknown) {
    super(message, EXIT_USAGE, cause);
  }
}

async function sampleFile(folder: string): Promise<string> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw usageError(`${folder}: ${messageOf(error)}`);
    throw new NothingLeftError(`${folder}: there is no such folder`, error);
  });
  if (!found.isDirectory()) throw usageError(`${folder}: expected the folder of an instance`);
  for (const name of SAMPLE_FILES) {
    const file = join(folder, name);
    if (await isThere(file)) return file;
  }
  const elsewhere = await whereSamplesWent(folder);
  if (elsewhere !== null) throw usageError(`${folder}: ${elsewhere}`);
  throw new NothingLeftError(
    `${folder}: holds neither ${SAMPLE_FILES.join(' nor ')}: run each instance with --out json=FOLDER/samples.json.gz`,
  );
}

/** A merged result keeps no samples, and neither do the instances of the runner's own `--instances`. */
async function whereSamplesWent(folder: string): Promise<string | null> {
  const isMerged = async (path: string) =>
    (await readSummary(path).catch(() => null))?.instances !== undefined;
  if (await isMerged(folder)) {
    return 'is a merged result, which keeps no samples; give the folders that it was made of';
  }
  const path = resolve(folder);
  if (/^instance-\d+$/.test(basename(path)) && (await isMerged(dirname(path)))) {
    return '--instances keeps no samples; the folder above has the result of all';
  }
  return null;
}

/**
 * A file may end with a whole line and still lack others. The summary has been told of every sample:
 * of each metric there must be as many.
 */
export function misfitOf(tallies: Tallies, summary: Summary | null): string | null {
  for (const [name, metric] of Object.entries(summary?.metrics ?? {})) {
    if (name.includes('{') || metric.type === 'gauge') continue;
    const expected = samplesOf(metric);
    const there = tallies
      .of(name)
      .reduce((sum, tally) => sum + (metric.type === 'counter' ? tally.sum : tally.count), 0);
    if (Math.abs(there - expected) > 1e-6 * expected) {
      return `not the samples of ${SUMMARY_FILE}: ${name} ${showCount(there)}, there ${showCount(expected)}`;
    }
  }
  return null;
}

/** What a counter counted, and of another metric how many samples it has. */
function samplesOf(metric: K6Metric): number {
  return metric.type === 'rate'
    ? statistic(metric, 'passes') + statistic(metric, 'fails')
    : statistic(metric, 'count');
}

function howFar({ firstTime, lastTime, count }: Tallies): string {
  if (count === 0) return 'nowhere';
  const lasts = showMs(Date.parse(lastTime) - Date.parse(firstTime));
  return `for ${lasts}, ${showCount(count)} samples, up to ${lastTime}`;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
