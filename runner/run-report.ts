/** The report of a run and its live page: neither ever keeps a run from ending as it would. */
import { messageOf } from '../lib/shared/errors.ts';
import { publicSettings } from '../lib/shared/settings.ts';
import { samplesToStdout } from '../report/k6-output.ts';
import { type LivePage, startLivePage } from '../report/live-page.ts';
import { Samples } from '../report/samples.ts';
import { writeReport } from '../report/write-report.ts';
import { readK6Flags } from './k6-flags.ts';
import type { Terminal } from './progress.ts';

export class RunReport {
  private constructor(
    private readonly samples: Samples,
    /** For k6, beside the user's; they have it write its samples to standard output. */
    readonly flags: readonly string[],
    private readonly live: LivePage,
    private readonly err: Terminal,
  ) {}

  /**
   * Opens the live page.
   * @param env what k6 gets.
   * @returns undefined where the user wants the samples on standard output, and where no page can
   *   be served, which is said.
   */
  static async open(
    flags: readonly string[],
    env: NodeJS.ProcessEnv,
    err: Terminal,
  ): Promise<RunReport | undefined> {
    const output = samplesToStdout(flags, env);
    if (output === null) return undefined;
    const settings = publicSettings({ ...env, ...readK6Flags(flags).settings });
    const samples = new Samples();
    try {
      const live = await startLivePage({ samples, settings });
      return new RunReport(samples, output, live, err);
    } catch (error) {
      err.write(`runner: no live page and no report: ${messageOf(error)}\n`);
      return undefined;
    }
  }

  get url(): string {
    return this.live.url;
  }

  readonly takeSample = (line: string) => this.samples.take(line);

  /**
   * Writes the report, to which the live page leads on.
   * @returns the path of report.html; undefined where k6 took no sample, or it could not be made,
   *   which is said.
   */
  async write(folder: string): Promise<string | undefined> {
    if (this.samples.firstAt === 0) return undefined;
    try {
      const report = await writeReport(folder, this.samples);
      await this.live.close(report);
      return report;
    } catch (error) {
      this.err.write(`runner: no report: ${messageOf(error)}\n`);
      return undefined;
    }
  }

  /** Closes the live page, where it is still open. */
  close(): Promise<void> {
    return this.live.close();
  }
}
