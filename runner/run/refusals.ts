/** Flags and variables of k6 with which a run could not end in results: refused before any traffic. */
import { usageError } from '../errors.ts';
import type { K6Config } from './k6-config.ts';
import type { K6Flags } from './k6-flags.ts';
import { inheritedOutputs } from './report.ts';

/**
 * @param run.settings in force: the environment's, and above them those of k6's flags.
 * @throws RunnerError which names the flag and what to do instead.
 */
export function refuseWhatLeavesNoResults(
  { options }: K6Flags,
  { env, settings }: { readonly env: NodeJS.ProcessEnv; readonly settings: NodeJS.ProcessEnv },
  config: K6Config,
): void {
  const isOn = (flag: string, variable: string, otherwise = false): boolean =>
    toBoolean(options[flag] ?? env[variable]) ?? otherwise;

  if (!isOn('include-system-env-vars', 'K6_INCLUDE_SYSTEM_ENV_VARS', true)) {
    throw usageError(
      '--include-system-env-vars: without the environment the script has no settings; leave it out',
    );
  }
  if (isOn('linger', 'K6_LINGER', config.linger)) {
    throw usageError('--linger, or K6_LINGER: k6 would wait for Ctrl-C at its end; leave it out');
  }
  // k6's own summary can do with these.
  if (settings.NUC_SUMMARY === 'k6') return;
  if (isOn('new-machine-readable-summary', 'K6_NEW_MACHINE_READABLE_SUMMARY')) {
    throw usageError(
      '--new-machine-readable-summary, or its variable: it lacks what this summary needs; set NUC_SUMMARY=k6, or leave it out',
    );
  }
  if ((options['summary-mode'] ?? env.K6_SUMMARY_MODE) === 'disabled') {
    throw usageError(
      '--summary-mode, or K6_SUMMARY_MODE: disabled leaves no results; set NUC_SUMMARY=k6, or leave it out',
    );
  }
}

/** Of these, each process has to have its own, or the runner gives them. */
const OF_ONE_PROCESS = [
  'execution-segment',
  'execution-segment-sequence',
  'address',
  'paused',
  'summary-export',
  'console-output',
];

/**
 * What several processes of k6 that share a run cannot have alike.
 * @param run as above.
 * @throws RunnerError which names the flag and what to do instead.
 */
export function refuseWhatCannotBeShared(
  flags: K6Flags,
  { env, settings }: { readonly env: NodeJS.ProcessEnv; readonly settings: NodeJS.ProcessEnv },
  config: K6Config,
): void {
  const flag = OF_ONE_PROCESS.find((name) => flags.options[name] !== undefined);
  if (flag !== undefined) {
    throw usageError(`--${flag}: with --instances each process has its own; leave it out`);
  }
  if (settings.NUC_SUMMARY === 'k6') {
    throw usageError(
      'NUC_SUMMARY: k6 leaves no summary that --instances could merge; leave it out',
    );
  }
  const outputs = flags.outputs.length > 0 ? flags.outputs : inheritedOutputs(env, config);
  const file = outputs.find((output) => /^(json|csv|web-dashboard)(=|$)/.test(output));
  if (file !== undefined) {
    throw usageError(
      `--out ${file}: with --instances all processes would have this one; leave it out`,
    );
  }
}

/** As Go reads it; undefined where it is none: k6 says so itself. */
function toBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|t|true)$/i.test(text)) return true;
  return /^(0|f|false)$/i.test(text) ? false : undefined;
}
