/** A load test that several processes of k6 on this machine share, and the one result of all. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.ts';
import { safeText } from '../../lib/base/safe-text.ts';
import { summaryText } from '../../lib/render/summary-text.ts';
import type { Summary } from '../../lib/results/model.ts';
import { earlyEndOf } from '../../lib/results/threshold-results.ts';
import { Samples } from '../../report/samples/samples.ts';
import { Tallies } from '../../report/samples/tallies.ts';
import {
  EXIT_INCOMPLETE,
  EXIT_INTERRUPTED_K6,
  EXIT_THRESHOLDS,
  EXIT_TIME_LIMIT,
  usageError,
} from '../errors.ts';
import { type Instance, misfitOf } from '../merge/instance.ts';
import { mergeRuns } from '../merge/merge-runs.ts';
import type { Terminal } from '../progress.ts';
import { RunCounts } from './counts.ts';
import { crossedOf } from './end-at-limit.ts';
import { settleFiles, writeSummary } from './ending.ts';
import { InstanceLogs } from './instance-log.ts';
import { endedByItself, type InstanceCall, runInstances, sumOf } from './instances.ts';
import type { ProcessEnd } from './k6-process.ts';
import { LOG_FILE, type ReadyRun, type RunEnd, shown } from './ready-run.ts';
import { samplesToRunner } from './report.ts';
import { instanceName } from './results-folder.ts';
import { whyNoSummary, writeWithoutSummary } from './without-summary.ts';

/** A process' own summary is in its log: alone, it tells nothing of the run. */
const NOWHERE: Terminal = { write: () => {} };

const ABORT_ON_FAIL = 'NUC_ABORT_ON_FAIL';

/** One of the processes, and what the runner takes of its samples while it runs. */
interface Part {
  readonly call: InstanceCall;
  readonly folder: string;
  readonly tallies: Tallies;
}

export async function carryOutShared(run: ReadyRun): Promise<RunEnd> {
  const { folder, report, times, interrupts } = run;
  const samples = report?.samples ?? new Samples();
  const parts = await makeParts(run, samples);
  const startedAt = new Date();
  const { endingThresholds } = times;
  const { ends, crossed, brokeOff } = await runInstances(
    parts.map(({ call }) => call),
    {
      ...run,
      crossed: (runningMs) =>
        crossedOf(
          endingThresholds,
          parts.map(({ tallies }) => tallies),
          runningMs,
        ),
      limit: times.limit,
      watched: report?.watched,
      counts: new RunCounts(times.plannedMs ?? report?.plannedMs ?? null, samples, report?.stepsOf),
    },
  );
  const problems: string[] = [];
  const note = (error: unknown) => void problems.push(messageOf(error));
  const instances: Instance[] = [];
  for (const [index, part] of parts.entries()) {
    const end = ends[index] as ProcessEnd;
    const left = await settleFiles(part.folder, end.exitCode, end.generator);
    problems.push(...left.problems.map((text) => `${part.call.name}: ${text}`));
    if (end.logProblem !== undefined) {
      problems.push(`${part.call.name}: ${LOG_FILE}: ${end.logProblem}`);
    }
    const ended = {
      ...{ profile: run.profile, startedAt, limit: times.limit, exitCode: end.exitCode },
      ...{ interrupted: interrupts.first.aborted, k6Summary: false, problems: left.problems },
    };
    if (left.summary === null) await writeWithoutSummary(part.folder, ended).catch(note);
    const own = left.summary && asOfAll(left.summary, endingThresholds.length > 0);
    const wasToldTo = crossed !== null && end.exitCode === EXIT_INTERRUPTED_K6;
    instances.push(instanceOf(part, own, wasToldTo ? 0 : end.exitCode, whyNoSummary(ended)));
  }
  const generator = sumOf(ends.map((end) => end.generator));
  const isTold = instances.some(({ summary }) => summary !== null);
  const merged = isTold ? mergeRuns(instances, [], crossed !== null) : null;
  const summary = merged === null || generator === null ? merged : { ...merged, generator };
  const exitCode = exitCodeOf(ends, summary, crossed !== null, brokeOff);
  const ended = {
    ...{ profile: run.profile, startedAt, limit: times.limit, exitCode, k6Summary: false },
    ...{ interrupted: interrupts.first.aborted, problems: [...problems] },
  };
  if (summary === null) await writeWithoutSummary(folder, ended).catch(note);
  else {
    run.out.write(safeText(summaryText(summary)));
    await writeSummary(folder, summary).catch(note);
  }
  const reportFile = await report?.write(folder, whyNoSummary(ended)).catch(note);
  return {
    exitCode,
    summary,
    // Each was said when it ended.
    killed: null,
    problems,
    generator,
    kept: [
      ['logs', shown(join(folder, 'instance-*', LOG_FILE))],
      ['results', shown(folder)],
    ],
    reportFile: reportFile ?? undefined,
  };
}

/** Their folders, flags and environment: each has its part, in the same sequence of parts. */
async function makeParts(run: ReadyRun, samples: Samples): Promise<Part[]> {
  const { instances = 1, folder, k6Flags, k6Env, k6Config, settings } = run;
  const output = samplesToRunner(k6Flags, k6Env, k6Config);
  if (output === null)
    throw usageError('--out json: with --instances the runner takes the samples');
  const logs = new InstanceLogs(run.err);
  const runId = settings.NUC_RUN_ID || `${new Date().toISOString().slice(0, 19)}Z`;
  const inner = Array.from({ length: instances - 1 }, (_, index) => `${index + 1}/${instances}`);
  const bounds = ['0', ...inner, '1'];
  return Promise.all(
    Array.from({ length: instances }, async (_, index) => {
      const name = instanceName(index + 1);
      const own = join(folder, name);
      await mkdir(own, { recursive: true });
      const tallies = new Tallies();
      const call: InstanceCall = {
        ...{ name, k6: run.k6.path, script: run.script, verbose: run.verbose },
        flags: [
          ...k6Flags.args,
          ...output,
          ...['--execution-segment', `${bounds[index]}:${bounds[index + 1]}`],
          ...['--execution-segment-sequence', bounds.join(',')],
          // Behind the user's own, which they replace.
          ...['-e', `NUC_RESULTS_DIR=${own}`, '-e', `NUC_RUN_ID=${runId}`],
          ...['-e', `NUC_INSTANCE=${index + 1}`],
          // The runner ends all of them, where a threshold over all of them asks for it.
          ...(run.times.endingThresholds.length > 0 ? ['-e', `${ABORT_ON_FAIL}=0`] : []),
        ],
        env: k6Env,
        logFile: join(own, LOG_FILE),
        secrets: run.secrets,
        takeSample: (line) => {
          // The last line of a process that was killed is not whole.
          if (tallies.take(line) !== null) samples.take(line);
        },
        out: NOWHERE,
        err: logs.of(name),
      };
      return { call, folder: own, tallies };
    }),
  );
}

function instanceOf(
  { call, folder, tallies }: Part,
  summary: Summary | null,
  exitCode: number,
  whyNone: string,
): Instance {
  const problems: string[] = [];
  if (summary === null) problems.push(whyNone);
  else {
    if (!endedByItself(exitCode) && earlyEndOf(summary.verdicts) === null) {
      problems.push(`k6 ended with exit code ${exitCode}`);
    }
    const misfit = misfitOf(tallies, summary);
    if (misfit !== null) problems.push(`its samples are ${misfit}`);
  }
  return { name: call.name, folder, summary, tallies, problems };
}

/** With the setting as it is of the run: no process was to end it alone. */
function asOfAll(summary: Summary, isEndedByRunner: boolean): Summary {
  if (!isEndedByRunner) return summary;
  return { ...summary, settings: { ...summary.settings, [ABORT_ON_FAIL]: '1' } };
}

/** That of the verdict over all; k6's own where all of them were ended alike, as by Ctrl-C. */
function exitCodeOf(
  ends: readonly ProcessEnd[],
  summary: Summary | null,
  wasEndedAtLimit: boolean,
  brokeOff: number | null,
): number {
  const codes = [...new Set(ends.map(({ exitCode }) => exitCode))];
  if (codes.includes(EXIT_TIME_LIMIT)) return EXIT_TIME_LIMIT;
  const [first = 0] = codes;
  const isOfVerdict = wasEndedAtLimit && summary !== null;
  if (codes.length === 1 && !endedByItself(first) && !isOfVerdict) return first;
  if (summary === null) {
    return brokeOff ?? codes.find((code) => !endedByItself(code)) ?? EXIT_INCOMPLETE;
  }
  return summary.verdicts.every(({ ok }) => ok) ? 0 : EXIT_THRESHOLDS;
}
