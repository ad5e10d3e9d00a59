/** A run of the runner with a stand-in for k6, which notes how it was called. */
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { runLoad } from '../../runner/run/load-run.ts';
import type { LoadRun } from '../../runner/run/ready-run.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { program, readText, scratchFolder, versionOnly, Written } from './scratch.ts';

export const SECRET = 'swordfish';
/** What a stand-in for k6 notes of its environment. */
const NOTED = `PROFILE=$PROFILE
BASE=$NUC_BASE_URL WS=$NUC_WS_URL ORIGIN=$NUC_ORIGIN
KEYS=$NUC_ACCESS_KEY/$NUC_SECRET_KEY
RESULTS=$NUC_RESULTS_DIR
GOGC=$GOGC PWD=$PWD SESSIONS=$NUM_SESSIONS`;

const MADE_SUMMARY = 'MADE_SUMMARY';
/** A stand-in that leaves a summary of a run that passed, as the script would have k6 leave one. */
export const LEAVES_SUMMARY = `[ -z "$NUC_RESULTS_DIR" ] || cp '${MADE_SUMMARY}' "$NUC_RESULTS_DIR/summary.json"; exit 0`;

interface Scene {
  readonly root: string;
  readonly out: Written;
  readonly err: Written;
  /** What the stand-in noted. */
  noted(): Promise<Record<string, string>>;
  run(
    changes?: Partial<LoadRun> & { readonly flags?: readonly string[] },
    settings?: NodeJS.ProcessEnv,
  ): Promise<number>;
}

/** A project with a bundle, and a stand-in for k6 on the PATH. */
export async function scene(t: TestContext, runs = LEAVES_SUMMARY, inspects = ''): Promise<Scene> {
  const root = await scratchFolder(t);
  const made = join(root, 'made-summary.json');
  const summary = sampleSummary();
  const verdicts = summary.verdicts.map((verdict) => ({ ...verdict, ok: true }));
  await writeFile(made, JSON.stringify({ ...summary, verdicts, passed: true }));
  const notes = join(root, 'notes');
  await program(join(root, 'dist'), 'chat.js', '');
  const bin = join(root, 'bin');
  const inspect = inspects || `echo '{"totalDuration":"3m30s","setupTimeout":"5m0s"}'; exit 0`;
  await program(
    bin,
    'k6',
    `${versionOnly()} && exit
    if [ "$1" = inspect ]; then ${inspect}; fi
    echo "${NOTED}" > '${notes}'
    echo "ARGS=$*" >> '${notes}'
    ${runs.replaceAll(MADE_SUMMARY, made)}`,
  );
  const [out, err] = [new Written(), new Written()];
  const never = new AbortController().signal;
  return {
    root,
    out,
    err,
    async noted() {
      const pairs = (await readText(notes)).split(/\s+(?=[A-Z]+=)/);
      return Object.fromEntries(pairs.map((pair) => pair.trim().split(/=(.*)/s).slice(0, 2)));
    },
    run: ({ flags = [], ...changes } = {}, settings = {}) =>
      runLoad({
        root,
        profile: 'default',
        k6Flags: readK6Flags(flags),
        env: { PATH: `${bin}${delimiter}${process.env.PATH}`, ...settings },
        simulator: { speed: 1000 },
        verbose: false,
        maxTimeMs: undefined,
        interrupts: { first: never, second: never },
        out,
        err,
        ...changes,
      }),
  };
}
