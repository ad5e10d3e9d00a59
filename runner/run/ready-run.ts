/** A load test that is about to be run, with all that it needs. */
import { relative } from 'node:path';
import type { Generator, Summary } from '../../lib/results/model.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Engine } from '../k6-binary/engine.ts';
import type { K6 } from '../k6-binary/version.ts';
import type { Terminal } from '../progress.ts';
import type { Row } from '../rows.ts';
import type { RunTimes } from './inspect.ts';
import type { Interrupts } from './interrupts.ts';
import type { K6Config } from './k6-config.ts';
import type { K6Flags } from './k6-flags.ts';
import type { RunReport } from './report.ts';

export const LOG_FILE = 'k6.log';

export interface LoadRun {
  /** The project's folder: of `dist` and `results`. */
  readonly root: string;
  readonly engine?: Engine;
  /** A profile's name, or the path of a file with options. */
  readonly profile: string;
  /** So many processes of k6 share the load; 1 where not given. */
  readonly instances?: number;
  /** Further flags of `k6 run`. */
  readonly k6Flags: K6Flags;
  /** The user's environment: settings, and what ensureK6 reads. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts a simulator and runs against it; undefined: against NUC_BASE_URL. */
  readonly simulator: SimulatorOptions | undefined;
  /** Shows the lines of single frames too. */
  readonly verbose: boolean;
  /** Neither a report nor a live page. */
  readonly noReport?: boolean;
  /** Milliseconds after which the run is ended; undefined: what k6 works out, see inspect.ts. */
  readonly maxTimeMs: number | undefined;
  readonly stopGraceMs?: number;
  readonly interrupts: Interrupts;
  /** The result goes to `out`, the log and remarks to `err`. */
  readonly out: Terminal;
  readonly err: Terminal;
}

/** A run that k6 and the script accept, with all that it needs. */
export interface ReadyRun extends LoadRun {
  readonly k6: K6;
  readonly script: string;
  readonly ownSimulator: Simulator | undefined;
  /** What k6 gets. */
  readonly k6Env: NodeJS.ProcessEnv;
  /** The settings that the script sees: the environment's, and above them the flags'. */
  readonly settings: NodeJS.ProcessEnv;
  readonly secrets: readonly string[];
  readonly k6Config: K6Config;
  readonly times: RunTimes;
  readonly folder: string;
  readonly report: RunReport | undefined;
}

/** What a run came to. */
export interface RunEnd {
  /** k6's, or what the instances of a shared run make together. */
  readonly exitCode: number;
  /** Null where there is none; undefined where the run keeps no results. */
  readonly summary: Summary | null | undefined;
  /** Where k6 was killed, and could not say so itself: by what; null otherwise. */
  readonly killed: string | null;
  /** What could not be written, in a line each. */
  readonly problems: readonly string[];
  readonly generator: Generator | null;
  /** What is kept, and where. */
  readonly kept: readonly Row[];
  readonly reportFile: string | undefined;
}

/** Whether several processes of k6 share the load. */
export function isShared({ instances = 1 }: Pick<LoadRun, 'instances'>): boolean {
  return instances > 1;
}

/** The script does not write results where k6's own summary is asked for. */
export function keepsResults(settings: NodeJS.ProcessEnv): boolean {
  return !asksForK6Summary(settings) || Boolean(settings.NUC_RESULTS_DIR);
}

export function asksForK6Summary({ NUC_SUMMARY }: NodeJS.ProcessEnv): boolean {
  return NUC_SUMMARY === 'k6';
}

/** The path as a person in this folder would write it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
