/** The report of a run and its live page: neither ever keeps a run from ending as it would. */

import { profileByName } from '../../k6-options/profiles.ts';
import { messageOf } from '../../lib/base/errors.ts';
import type { Generator, StepsOf } from '../../lib/results/model.ts';
import { type Profile, stepsOf } from '../../lib/results/profile.ts';
import { publicSettings, readSettings } from '../../lib/settings/settings.ts';
import { type LivePage, startLivePage } from '../../report/live/live-page.ts';
import { samplesToStdout } from '../../report/samples/k6-output.ts';
import type { RunFacts } from '../../report/samples/recording.ts';
import { Samples } from '../../report/samples/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import type { Terminal } from '../progress.ts';
import { remarkLine } from '../rows.ts';
import type { K6Config } from './k6-config.ts';
import type { K6Flags } from './k6-flags.ts';

/** Known once k6 runs, which is after its live page was opened. */
interface Machine {
  reading: () => Generator | null;
}

export class RunReport {
  private constructor(
    /** Filled while k6 runs. */
    readonly samples: Samples,
    private readonly facts: RunFacts,
    /** For k6, beside the user's; they have it write its samples to standard output. */
    readonly flags: readonly string[],
    private readonly live: LivePage,
    private readonly machine: Machine,
  ) {}

  /**
   * Opens the live page.
   * @param env what k6 gets.
   * @param config k6's file, whose outputs stay.
   * @returns undefined where the user wants the samples on standard output, and where no page can
   *   be served, which is said.
   */
  static async open(
    flags: K6Flags,
    env: NodeJS.ProcessEnv,
    config: K6Config,
    err: Terminal,
  ): Promise<RunReport | undefined> {
    const output = samplesToRunner(flags, env, config);
    if (output === null) return undefined;
    const facts = factsOf({ ...env, ...flags.settings });
    const samples = new Samples();
    try {
      const machine: Machine = { reading: () => null };
      const live = await startLivePage({ ...facts, samples, reading: () => machine.reading() });
      return new RunReport(samples, facts, output, live, machine);
    } catch (error) {
      err.write(remarkLine(`no live page and no report: ${messageOf(error)}`));
      return undefined;
    }
  }

  get url(): string {
    return this.live.url;
  }

  /** What the run is about: questions and answers, or sockets alone. */
  get stepsOf(): StepsOf {
    return this.facts.stepsOf ?? 'answers';
  }

  /** When the profile's last step ends; null where it has none. Milliseconds. */
  get plannedMs(): number | null {
    return this.facts.steps?.at(-1)?.toMs ?? null;
  }

  /** @param reading what k6 has taken of its machine so far, for the live page. */
  readonly watched = (reading: () => Generator | null) => {
    this.machine.reading = reading;
  };

  readonly takeSample = (line: string) => this.samples.take(line);

  /**
   * Writes the report, to which the live page leads on.
   * @param noSummary why the folder has no summary.json, where it has none.
   * @returns the path of report.html; undefined where k6 took no sample.
   * @throws ReportError where it could not be made or written.
   */
  async write(folder: string, noSummary: string): Promise<string | undefined> {
    if (this.samples.firstAt === 0) return undefined;
    const generator = this.machine.reading() ?? undefined;
    const facts = { ...this.facts, noSummary, ...(generator === undefined ? {} : { generator }) };
    const report = await writeReport(folder, this.samples, facts);
    await this.live.close(report);
    return report;
  }

  /** Closes the live page, where it is still open. */
  close(): Promise<void> {
    return this.live.close();
  }
}

/** @returns flags that have k6 write its samples to the runner; null where the user has them there. */
export function samplesToRunner(
  { outputs }: K6Flags,
  env: NodeJS.ProcessEnv,
  config: K6Config,
): string[] | null {
  return samplesToStdout(outputs, inheritedOutputs(env, config));
}

/** Outputs that are in force where no flag names one. */
export function inheritedOutputs(env: NodeJS.ProcessEnv, { out }: K6Config): readonly string[] {
  return env.K6_OUT?.split(',').filter(Boolean) ?? out;
}

/** Of the settings alone where the profile is not known. */
function factsOf(env: NodeJS.ProcessEnv): RunFacts {
  const facts = { settings: publicSettings(env) };
  const known = knownProfile(env);
  if (known === null) return facts;
  const { purpose, steps } = known.profile;
  return { ...facts, courses: known.courses, purpose, steps, stepsOf: stepsOf(known.profile) };
}

/** Null where PROFILE is a file of the user's own, and where k6 refuses the settings. */
export function knownProfile(
  env: NodeJS.ProcessEnv,
): { readonly profile: Profile; readonly courses: readonly string[] } | null {
  try {
    const settings = readSettings(env);
    return { profile: profileByName(settings, 0), courses: settings.courses };
  } catch {
    return null;
  }
}
