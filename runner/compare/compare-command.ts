/** `npm run compare -- BASE NEW`: did anything get worse from one run to the next? */
import { parseDuration } from '../../lib/base/duration.ts';
import { safeLine, safeText } from '../../lib/base/safe-text.ts';
import {
  comparedFigures,
  compareRuns,
  DEFAULT_TOLERANCE,
  fits,
  type Tolerance,
  type Tolerances,
} from '../../lib/results/compare.ts';
import type { Summary } from '../../lib/results/model.ts';
import { RunnerError, usageError } from '../errors.ts';
import type { Terminal } from '../progress.ts';
import { readFlags } from '../read-flags.ts';
import { readSummary } from './file.ts';
import { differencesOf, IGNORED_SETTINGS } from './settings.ts';
import { comparisonMarkdown, comparisonText } from './text.ts';

/** The exit code where something got worse, or where the runs cannot show that nothing did. */
const EXIT_WORSE = 1;

const HELP = `npm run compare -- BASE NEW [flags]
  Two runs side by side. BASE and NEW are each a summary.json, or the folder of a run.

  --tolerance 10%        how much worse a time or a count may be                   (10%)
                         A time may always be 5 ms longer.
                         A rate may fall by as many percentage points, but by 1 at the most.
  --tolerance NAME=10%   the same for one figure or some: NAME is a figure of the list, or parts of
                         its name, such as response.p95, p95 or a course. Of a rate: percentage
                         points, and as many as given. May be repeated; the longest name wins.
  --tolerance NAME=200ms, --tolerance NAME=3
                         how much longer a time, how much higher a count may be
  --all                  a row for each figure, not only for what got worse and the main ones
  --markdown             Markdown, for a pull request or a job's summary
  --force                compares runs of different profiles or settings too
  --help                 this text

A time needs samples to be judged: the same load draws other answers each time, and with few of
them a percentile may move that far by chance. Such a change is shown with “chance”, and makes no
run worse; with fewer than 6 for a median, 60 for a p95 or 300 for a p99, so is any. By how much the
generator of the slower run may have been late comes on top of the tolerance.
A count that was 0 is worse from 1 on, and so is a figure that has no sample any more.
These settings may differ without --force:
${Object.entries(IGNORED_SETTINGS)
  .map(([name, why]) => `  ${name.padEnd(22)} ${why}\n`)
  .join('')}
Exit codes: 0: nothing got worse; 1: something did, or a run without samples, not to be trusted or
that ended early cannot show that nothing did; 2: wrong command line, no summary, or runs that
differ.
`;

const FLAGS = {
  tolerance: { type: 'string', multiple: true, default: [] as string[] },
  all: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Output {
  readonly out: Terminal;
  readonly err: Terminal;
}

/**
 * @param args what stands behind `compare` on the command line.
 * @returns the exit code. Errors are one line on `err`, and never thrown.
 */
export async function compareCommand(
  args: readonly string[],
  { out, err }: Output = { out: process.stdout, err: process.stderr },
): Promise<number> {
  try {
    return await compare(args, out);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    err.write(`compare: ${safeLine(error.message)}\n`);
    return error.exitCode;
  }
}

async function compare(args: readonly string[], out: Terminal): Promise<number> {
  const { values, positionals } = readFlags(args, FLAGS, explain);
  if (values.help) {
    out.write(HELP);
    return 0;
  }
  const [basePath, nextPath, ...more] = positionals;
  if (basePath === undefined || nextPath === undefined || more.length > 0) {
    throw usageError(`expected two runs, BASE and NEW, got ${positionals.length}; see --help`);
  }
  const tolerances = readTolerances(values.tolerance);
  const base = await readSummary(basePath);
  const next = await readSummary(nextPath);
  const forced = differencesOf(base, next);
  if (forced.length > 0 && !values.force) {
    throw usageError(`not the same test: ${forced.join('; ')}; --force compares all the same`);
  }
  checkNames(tolerances, [base, next]);
  const comparison = compareRuns(base, next, tolerances);
  const report = {
    base: { path: basePath, summary: base },
    next: { path: nextPath, summary: next },
    comparison,
    tolerances,
    forced,
    all: values.all,
  };
  out.write(safeText(values.markdown ? comparisonMarkdown(report) : comparisonText(report)));
  return comparison.notWorse ? 0 : EXIT_WORSE;
}

/** Also where the value begins with a dash, which looks like another flag. */
function explain(text: string): string | undefined {
  return text.startsWith("Option '--tolerance")
    ? '--tolerance: needs a value such as 10% or NAME=10%, without a sign'
    : undefined;
}

function readTolerances(texts: readonly string[]): Tolerances {
  let general = DEFAULT_TOLERANCE;
  const named: [string, Tolerance][] = [];
  for (const text of texts) {
    const [, name, amount = ''] = /^(?:([^=]+)=)?(.*)$/s.exec(text) ?? [];
    const tolerance = readTolerance(amount);
    if (tolerance === null || (name === undefined && !('share' in tolerance))) {
      const expected = name === undefined ? '10%' : `${name}=10%, =200ms or =3`;
      throw usageError(`--tolerance: expected such as ${expected}, got ${JSON.stringify(text)}`);
    }
    if (name !== undefined) named.push([name, tolerance]);
    else if ('share' in tolerance) general = tolerance.share;
  }
  return { general, named };
}

function readTolerance(text: string): Tolerance | null {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) return { share: Number(percent) / 100 };
  if (/^\d+$/.test(text)) return { count: Number(text) };
  const ms = parseDuration(text);
  return ms === null ? null : { ms };
}

/** A tolerance for a name that does not exist would let pass what it was to hold. */
function checkNames(tolerances: Tolerances, summaries: readonly Summary[]): void {
  const figures = summaries.flatMap(comparedFigures);
  const wrong = tolerances.named.find(
    ([name, tolerance]) => !figures.some((figure) => fits(name, tolerance, figure)),
  );
  if (wrong === undefined) return;
  const [name, tolerance] = wrong;
  const kind = 'ms' in tolerance ? 'time' : 'count' in tolerance ? 'count' : 'figure';
  const names = new Set(
    figures.filter((figure) => fits(figure.name, tolerance, figure)).map((figure) => figure.name),
  );
  throw usageError(
    `--tolerance: no ${kind} ${JSON.stringify(name)}; there are ${[...names].join(', ')}`,
  );
}
