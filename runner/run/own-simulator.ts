/** The simulator that the runner starts for a run, in its own process, and what it saw. */
import { setTimeout as delay } from 'node:timers/promises';
import { SettingsError } from '../../lib/base/errors.ts';
import type { Summary } from '../../lib/results/model.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { OptionError } from '../../simulator/faults.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import type { Stats } from '../../simulator/stats.ts';
import { usageError } from '../errors.ts';
import { figureRows, type Row } from '../rows.ts';

const CLOSING_MS = 1_000;
const LOOK_AGAIN_MS = 10;

/**
 * @param env the settings in force: the simulator has the envelope's constants that the script has.
 * @throws RunnerError where an option is wrong.
 */
export async function startOwnSimulator(
  options: SimulatorOptions,
  env: NodeJS.ProcessEnv,
): Promise<Simulator> {
  try {
    return await startSimulator({ ...options, ...envelopeOf(env), port: 0 });
  } catch (error) {
    if (error instanceof OptionError) throw usageError(`simulator: ${error.message}`);
    throw error;
  }
}

/** Nothing where a setting is wrong: the script refuses it, in its own words. */
function envelopeOf(env: NodeJS.ProcessEnv): Pick<SimulatorOptions, 'envelope'> {
  try {
    const { separator, morph } = readSettings(env);
    return { envelope: { separator, morph } };
  } catch (error) {
    if (error instanceof SettingsError) return {};
    throw error;
  }
}

/**
 * The settings that lead a run to the simulator and nowhere else. Credentials are the user's where
 * they are set; the simulator takes any, the script asks for some.
 */
export function settingsForSimulator(env: NodeJS.ProcessEnv, url: string): NodeJS.ProcessEnv {
  const { NUC_WS_URL: _socket, NUC_ORIGIN: _origin, ...rest } = env;
  return {
    ...rest,
    NUC_BASE_URL: url,
    NUC_ACCESS_KEY: env.NUC_ACCESS_KEY || 'simulator',
    NUC_SECRET_KEY: env.NUC_SECRET_KEY || 'simulator',
  };
}

/**
 * What the simulator saw of a run that is over. The sockets of a k6 that has ended are closed, but
 * it may take a moment until that is known here.
 */
export async function finalStats(simulator: Simulator): Promise<Stats> {
  const until = Date.now() + CLOSING_MS;
  while (simulator.stats().connections > 0 && Date.now() < until) await delay(LOOK_AGAIN_MS);
  return simulator.stats();
}

/**
 * Whether the simulator saw what a client of this project does not do, or leaves undone.
 * @param summary null where the run left none: then what each side counted cannot be compared.
 */
export function sawTrouble(stats: Stats, summary: Summary | null): boolean {
  // k6 cuts the sockets of a run that it stops; those sessions are told as cut off.
  const { 'close:1006': cut = 0, ...others } = stats.violations;
  return (
    Object.keys(others).length > 0 ||
    cut > (summary?.sessions.interrupted ?? 0) ||
    stats.connections > 0 ||
    summary === null ||
    summary.overall.sent !== stats.questions
  );
}

export function describeStats(stats: Stats): string {
  const { violations } = stats;
  const kinds = Object.keys(violations).sort();
  const total = kinds.reduce((sum, kind) => sum + (violations[kind] ?? 0), 0);
  const rows: Row[] = [
    ['sessions', figure(stats.sessions)],
    ['questions', figure(stats.questions)],
    ['responses', figure(stats.responses)],
    ['frames', figure(stats.frames)],
    ...(stats.broken_frames > 0 ? [['broken frames', figure(stats.broken_frames)] as const] : []),
    ['violations', figure(total)],
    ...kinds.map((kind) => [`  ${kind}`, figure(violations[kind] ?? 0)] as const),
    ['open connections', figure(stats.connections)],
    ['most at once', figure(stats.peak_connections)],
  ];
  return `Seen by the simulator\n${figureRows(rows)}`;
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}
