/** The real runs that the dashboards are asked about: all goes wrong in them that a panel can show. */
import type { TestContext } from 'node:test';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { type ChatRun, runChat, target } from './chat-run.ts';

/** The first step's sessions, the last one's, and how long a step is: no step begins at a push. */
export const RAMP = { id: 'ramp-1.0', first: 2, last: 4, stepMs: 12_000 };
export const ARRIVALS = { id: 'arrivals-1.0' };
export const ABORTED = { id: 'breakpoint-1.0' };
/** Of two k6, half of its sessions each. */
export const SHARED = { id: 'shared-1.0', sessions: 4 };
/** Of two k6 that the runner starts, half of its sessions each. */
export const INSTANCES = { id: 'instances-1.0', sessions: 4 };
/** k6-options/connections.ts adds 5 s to each point. */
export const CONNECTIONS = { id: 'connections-1.0', first: 2, last: 3, stepMs: 7000 };

export interface Outputs {
  readonly env: Readonly<Record<string, string>>;
  readonly flags: () => readonly string[];
}

export function rampWithFaults(t: TestContext, outputs: Outputs): Promise<ChatRun> {
  const faults = ['close-1011:1/5', 'handshake-503:1/7', 'token-500:1/9', 'bad-envelope:1/3'];
  return run(t, { speed: 60, faults }, 'ramp', outputs, {
    NUC_RUN_ID: RAMP.id,
    RAMP_START_SESSIONS: String(RAMP.first),
    RAMP_INCREMENT: String(RAMP.last - RAMP.first),
    RAMP_MAX_SESSIONS: String(RAMP.last),
    RAMP_INTERVAL: `${RAMP.stepMs}ms`,
  });
}

export function arrivalsWithDrops(t: TestContext, outputs: Outputs): Promise<ChatRun> {
  return run(t, { speed: 20 }, 'arrivals', outputs, {
    NUC_RUN_ID: ARRIVALS.id,
    ARRIVALS_PER_MINUTE: '120',
    ARRIVALS_DURATION: '5s',
    ARRIVALS_MAX_SESSIONS: '1',
  });
}

/** No answer is in time, so it ends itself in its first step, with questions that are open. */
export function abortedBreakpoint(t: TestContext, outputs: Outputs): Promise<ChatRun> {
  return run(t, { speed: 10 }, 'breakpoint', outputs, {
    NUC_RUN_ID: ABORTED.id,
    NUC_SLO_FIRST_CHUNK: '1ms',
    BREAKPOINT_START_SESSIONS: '4',
    BREAKPOINT_MAX_SESSIONS: '4',
    BREAKPOINT_INTERVAL: '16s',
  });
}

/** Two points, and no questions. */
export function connections(t: TestContext, outputs: Outputs): Promise<ChatRun> {
  return run(t, {}, 'connections', outputs, {
    NUC_RUN_ID: CONNECTIONS.id,
    CONNECTIONS_LEVELS: `${CONNECTIONS.first},${CONNECTIONS.last}`,
    CONNECTIONS_HOLD: `${CONNECTIONS.stepMs - 5000}ms`,
  });
}

/** One run, by two k6, which have the tag that k6-operator gives them. */
export async function sharedByTwo(t: TestContext, { env, flags }: Outputs): Promise<ChatRun[]> {
  const simulator = await startSimulator({ speed: 20, port: 0 });
  t.after(() => simulator.close());
  const settings = { ...target(simulator.url), ...env, NUM_SESSIONS: String(SHARED.sessions) };
  const half = (segment: string, instance: string) =>
    runChat(t, 'default', settings, () => [
      ...flags(),
      ...['--execution-segment', segment, '--execution-segment-sequence', '0,1/2,1'],
      // These replace the tags of the script.
      ...[
        `run_id=${SHARED.id}`,
        'profile=default',
        'environment=test',
        `instance_id=${instance}`,
      ].flatMap((tag) => ['--tag', tag]),
    ]);
  return Promise.all([half('0:1/2', '1'), half('1/2:1', '2')]);
}

/** One run, by the runner's own `--instances`. */
export function byInstances(t: TestContext, { env, flags }: Outputs): Promise<ChatRun> {
  const outputs = { env, flags: () => ['--instances', '2', ...flags()] };
  return run(t, { speed: 20 }, 'default', outputs, {
    NUC_RUN_ID: INSTANCES.id,
    NUM_SESSIONS: String(INSTANCES.sessions),
  });
}

async function run(
  t: TestContext,
  options: SimulatorOptions,
  profile: string,
  { env, flags }: Outputs,
  settings: Readonly<Record<string, string>>,
): Promise<ChatRun> {
  const simulator = await startSimulator({ ...options, port: 0 });
  t.after(() => simulator.close());
  return runChat(t, profile, { ...target(simulator.url), ...env, ...settings }, flags);
}
