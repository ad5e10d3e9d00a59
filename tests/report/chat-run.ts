/** A real run for the report's tests: the real k6, dist/chat.js, a simulator of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplesToStdout, withoutSamples } from '../../report/samples/k6-output.ts';
import type { Samples } from '../../report/samples/samples.ts';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { wholeLines } from '../../runner/run/log.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { startSimulator } from '../../simulator/simulator.ts';

const SCRIPT = join('dist', 'chat.js');

export interface ChatRun {
  /** Where summary.json goes. */
  readonly folder: string;
  /** Takes the samples as they come; without it, k6 writes none. */
  readonly samples?: Samples;
  /** Settings of the scenario. */
  readonly settings: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly simulator?: SimulatorOptions;
  /** Ends k6 as Ctrl-C does, once this is so; asked at each sample. */
  readonly interruptWhen?: () => boolean;
}

export interface ChatRunEnd {
  readonly exitCode: number | null;
  /** What k6 printed, without the samples. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a load test to its end. */
export async function runChat(run: ChatRun): Promise<ChatRunEnd> {
  const { samples, flags = [] } = run;
  await access(SCRIPT).catch(() => assert.fail(`${SCRIPT}: not there; build it first`));
  const k6 = await ensureK6();
  const simulator = await startSimulator({ speed: 100, ...run.simulator, port: 0 });
  try {
    const { PATH, HOME } = process.env;
    const env = {
      PATH,
      HOME,
      PWD: process.cwd(),
      GOGC: '200',
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
      K6_NO_USAGE_REPORT: 'true',
      NUC_BASE_URL: simulator.url,
      NUC_ACCESS_KEY: 'access-key-of-the-test',
      NUC_SECRET_KEY: 'secret-key-of-the-test',
      NUC_LOG: 'off',
      NUC_RESULTS_DIR: run.folder,
      ...run.settings,
    };
    const output = samples
      ? samplesToStdout(readK6Flags(flags).outputs, run.settings?.K6_OUT?.split(',') ?? [])
      : [];
    assert.ok(output, 'the samples are on standard output already');
    const child = spawn(
      k6.path,
      ['run', '--quiet', '--no-color', '--log-format', 'raw', ...flags, ...output, SCRIPT],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const exited = once(child, 'exit');
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    const take = (line: string) => {
      samples?.take(line);
      if (interrupted || !run.interruptWhen?.()) return;
      interrupted = true;
      child.kill('SIGINT');
    };
    await Promise.all([
      (async () => {
        for await (const lines of wholeLines(child.stdout)) {
          stdout += withoutSamples(lines, take);
        }
      })(),
      (async () => {
        for await (const lines of wholeLines(child.stderr)) stderr += lines;
      })(),
    ]);
    const [exitCode] = (await exited) as [number | null];
    return { exitCode, stdout, stderr };
  } finally {
    await simulator.close();
  }
}

/** A folder that is there as long as the tests of a file. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'nuc-report-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A folder within another one. */
export async function subfolder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path, { recursive: true });
  return path;
}
