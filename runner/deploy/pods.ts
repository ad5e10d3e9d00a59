/** What Kubernetes tells of pods, as far as a run has to know it. */

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode: number };
}

export interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly { readonly state?: ContainerState }[];
  };
}

/** A pod that is only being made waits for these reasons. */
const ON_ITS_WAY = ['ContainerCreating', 'PodInitializing'];
/** k6's own for crossed thresholds: those of a part of the load, which merge judges anew. */
const WHOLE = [0, 99];

/** @returns the Job that made it: the name of the instance. */
export function jobOf({ metadata: { name, labels = {} } }: Pod): string {
  return labels['job-name'] ?? name;
}

/** @returns why it does not start; null where nothing is wrong. */
export function whyNotStarted(pod: Pod): string | null {
  const waiting = stateOf(pod)?.waiting;
  if (waiting?.reason !== undefined && !ON_ITS_WAY.includes(waiting.reason)) {
    return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  }
  const place = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return place?.status === 'False' ? `${place.reason}: ${place.message}` : null;
}

/** @returns the exit code of a pod whose container has ended; null before that. */
export function exitCodeOf(pod: Pod): number | null {
  return stateOf(pod)?.terminated?.exitCode ?? null;
}

/** @returns how an instance ended that did not come to its end: `OOMKilled (137)`; null for others. */
export function howItBroke(pod: Pod): string | null {
  const ended = stateOf(pod)?.terminated;
  if (ended === undefined) return pod.status?.phase === 'Failed' ? 'the pod was lost' : null;
  return WHOLE.includes(ended.exitCode) ? null : `${ended.reason ?? 'Error'} (${ended.exitCode})`;
}

function stateOf(pod: Pod): ContainerState | undefined {
  return pod.status?.containerStatuses?.[0]?.state;
}
