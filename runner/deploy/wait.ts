/**
 * `npm run deploy -- … --wait`: applies the manifests, follows the run, lets the merge go when the runners
 * have ended, and fetches what it made. k6-operator calls a run finished whose pods were killed: how they
 * ended is asked of the pods.
 */
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../lib/base/errors.ts';
import { safeLine, safeText } from '../../lib/base/safe-text.ts';
import { EXIT_TIME_LIMIT, interruptedError, RunnerError } from '../errors.ts';
import type { Terminal } from '../progress.ts';
import type { Interrupts } from '../run/interrupts.ts';
import { makeResultsFolder } from '../run/results-folder.ts';
import { type Deployment, instanceNames, MERGED, RESULTS_FOLDER } from './deployment.ts';
import type { Kubectl } from './kubectl.ts';
import { fetchPod, type Manifest } from './manifests.ts';
import { exitCodeOf, howItBroke, jobOf, type Pod, whyNotStarted } from './pods.ts';

/** Images are pulled, machines are started. */
const START_MS = 900_000;
/** From the end of the last pod to the operator's word, and the watch's own delay. */
const END_MS = 120_000;
const MERGE_MS = 1_800_000;
const LOOK_MS = 2_000;
/** Each after twice the time: two minutes in all. */
const ATTEMPTS = 6;

interface Following {
  readonly root: string;
  readonly kubectl: Kubectl;
  /** Of the run, from its start. */
  readonly limitMs: number;
  readonly lookMs?: number;
  readonly interrupts: Pick<Interrupts, 'first'>;
  readonly out: Terminal;
  readonly err: Terminal;
}

interface List<T> {
  readonly items: readonly T[];
}

/** @returns the exit code of the merged run. */
export async function runInCluster(
  deployment: Deployment,
  manifests: readonly Manifest[],
  following: Following,
): Promise<number> {
  return new ClusterRun(deployment, following).carryOut(manifests);
}

class ClusterRun {
  private readonly said = new Set<string>();
  /** Of the runners, as last seen: --cleanup takes them away. */
  private pods = new Map<string, Pod>();

  constructor(
    private readonly deployment: Deployment,
    private readonly following: Following,
  ) {}

  async carryOut(manifests: readonly Manifest[]): Promise<number> {
    const { kubectl, root, err, out } = this.following;
    const { name, tags } = this.deployment;
    const list = { apiVersion: 'v1', kind: 'List', items: manifests };
    await kubectl.run(['apply', '-f', '-'], JSON.stringify(list));
    this.say(`${name}: applied`);
    await this.untilFinished();
    for (const instance of instanceNames(this.deployment)) {
      const pod = this.pods.get(instance);
      const broke = pod === undefined ? 'had no pod' : howItBroke(pod);
      if (broke !== null) this.say(`${instance}: ${broke}: it is named in the results`);
    }
    const job = `${name}-merge`;
    await kubectl.run(['patch', 'job', job, '--type=merge', '-p', '{"spec":{"suspend":false}}']);
    const exitCode = await this.untilMerged(job);
    out.write(safeText(await kubectl.run(['logs', `job/${job}`])));
    const folder = await makeResultsFolder(join(root, 'results'), tags.profile, new Date());
    await this.fetch(folder).catch((error: unknown) => {
      // Where nothing could be merged there is nothing to fetch, and the log has said why.
      if (exitCode === 0) throw error;
      this.say(`no results: ${messageOf(error)}`);
    });
    err.write(`deploy: ${relative(process.cwd(), folder) || folder}\n`);
    return exitCode;
  }

  /** Through the operator's stages: initialization, initialized, created, started, stopped, finished. */
  private async untilFinished(): Promise<void> {
    const { limitMs } = this.following;
    const { name, cleanup } = this.deployment;
    let stage = '';
    let deadline = Date.now() + START_MS;
    while (stage !== 'finished') {
      await this.look(deadline, stage === 'started' ? 'the run did not end' : 'no start');
      const run = await this.get<{ status?: { stage?: string } }>('testrun', name);
      // Before it has started, its absence is not an end.
      if (run === null && stage !== 'started' && stage !== 'stopped') {
        // With --cleanup the operator deletes one that it does not start, and its Jobs with it.
        const advice = cleanup ? '; leave out --cleanup to see why it was not started' : '';
        throw new RunnerError(`${name}: the TestRun is gone${advice}`);
      }
      const now = run === null ? 'finished' : (run.status?.stage ?? '');
      if (now === 'started' && stage !== 'started') {
        deadline = Date.now() + limitMs + END_MS;
      }
      if (now !== stage && now !== '') this.say(`${name}: ${now}`);
      stage = now;
      if (stage === 'error') throw await this.refused();
      await this.lookAtPods();
    }
  }

  private async lookAtPods(): Promise<void> {
    const selector = `k6_cr=${this.deployment.name}`;
    const found = await this.get<List<Pod>>('pods', '-l', selector);
    for (const pod of found?.items ?? []) {
      if (pod.metadata.labels?.runner === 'true') this.pods.set(jobOf(pod), pod);
      const why = whyNotStarted(pod);
      if (why !== null) this.say(`${jobOf(pod)}: ${why}`);
    }
  }

  /** The initializer says what k6 or the script did not accept. */
  private async refused(): Promise<RunnerError> {
    const { kubectl } = this.following;
    const { name } = this.deployment;
    const log = await kubectl.run(['logs', `job/${name}-initializer`, '--tail=5']).catch(() => '');
    const lines = log.trim().split('\n').slice(-5).join(' ');
    return new RunnerError(
      `${name}: k6-operator does not start it: ${safeLine(lines) || 'no word'}`,
    );
  }

  private async untilMerged(job: string): Promise<number> {
    const deadline = Date.now() + MERGE_MS;
    for (;;) {
      const found = await this.get<List<Pod>>('pods', '-l', `job-name=${job}`);
      for (const pod of found?.items ?? []) {
        const code = exitCodeOf(pod);
        if (code !== null) return code;
        if (pod.status?.phase === 'Failed') throw new RunnerError(`${job}: the pod was lost`);
        const why = whyNotStarted(pod);
        if (why !== null) this.say(`${job}: ${why}`);
      }
      await this.look(deadline, 'the merge did not end');
    }
  }

  /** A pod that has ended gives no files: another one on the same volume hands them out. */
  private async fetch(folder: string): Promise<void> {
    const { kubectl } = this.following;
    const manifest = fetchPod(this.deployment);
    const { name } = manifest.metadata;
    await kubectl.run(['apply', '-f', '-'], JSON.stringify(manifest));
    try {
      await kubectl.run(['wait', `pod/${name}`, '--for=condition=Ready', '--timeout=300s']);
      await kubectl.copyOut(name, `${RESULTS_FOLDER}/${MERGED}`, folder);
    } finally {
      await kubectl.run(['delete', 'pod', name, '--wait=false']).catch(() => {});
    }
  }

  /** A run of hours outlives a moment in which the cluster does not answer. */
  private async get<T>(...args: readonly string[]): Promise<T | null> {
    const { kubectl, lookMs = LOOK_MS, interrupts } = this.following;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await kubectl.get<T>(...args);
      } catch (error) {
        if (attempt >= ATTEMPTS || interrupts.first.aborted) throw error;
        this.say(`${messageOf(error)}; asking again`);
        await delay(lookMs * 2 ** attempt);
      }
    }
  }

  /** Waits for the next look. */
  private async look(deadline: number, what: string): Promise<void> {
    const { interrupts, lookMs = LOOK_MS } = this.following;
    const { name } = this.deployment;
    const end = `end it with kubectl delete testrun ${name}`;
    if (interrupts.first.aborted) {
      this.say(`the run goes on in the cluster; ${end}`);
      throw interruptedError();
    }
    if (Date.now() > deadline) {
      const last = [...this.said].at(-1) ?? '';
      throw new RunnerError(
        `${name}: ${what} in time; ${end}; last seen: ${last}`,
        EXIT_TIME_LIMIT,
      );
    }
    await delay(lookMs);
  }

  /** Each thing once. */
  private say(text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.following.err.write(`deploy: ${safeLine(text)}\n`);
  }
}
