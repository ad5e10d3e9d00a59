/**
 * What the Job controller and the kubelet do of a Job before its container starts, so that podman or a plain
 * process can do the rest.
 */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Read } from './deploy.ts';
import type { Container, Job } from './operator.ts';

/** What the pods of a namespace share. */
export interface Namespace {
  /** Name → data. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The folder that stands for the volume of results. */
  readonly volume: string;
  /** Where k6's own API listens, in place of every address: the pods share this machine's network. */
  readonly addresses: readonly string[];
  /** Names of the services: every container gets variables of each. */
  readonly services: readonly string[];
}

export interface Pod {
  readonly name: string;
  /** As Kubernetes has it, with folders of this machine for volumes that outlive it. */
  readonly manifest: Read;
  readonly container: Container;
  /** Each with the folder of this machine that stands for it. */
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

/** A pod that has been started. */
export interface Running {
  /** Its exit code. */
  readonly ended: Promise<number>;
  logs(): Promise<string>;
  /** As the kernel kills it where its memory is too much. */
  kill(): Promise<void>;
}

/** Starts pods: in containers, or as processes of this machine. */
export interface Kubelet {
  /** Whether a pod runs in its image; else its command has to be one of this machine. */
  readonly hasImages: boolean;
  start(pod: Pod, namespace: Namespace): Promise<Running>;
  close(): Promise<void>;
}

const EVERY_ADDRESS = '0.0.0.0';

/** @param index of the runner; 0: another Job. */
export async function podOf(job: Job, namespace: Namespace, index: number): Promise<Pod> {
  const { name } = job.metadata;
  const { metadata, spec } = structuredClone(job.spec.template) as Read;
  const [container] = spec.containers;
  const labels = { 'job-name': name, ...metadata.labels };
  const address = namespace.addresses[index - 1];
  if (address !== undefined) {
    container.command = container.command?.map((part: string) =>
      part.replace(`--address=${EVERY_ADDRESS}:`, `--address=${address}:`),
    );
  }
  container.env = [...(container.env ?? []), ...namespace.services.flatMap(serviceLinks)];
  const mounts = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = spec.volumes.find(({ name }: { name: string }) => name === mount.name);
    if (volume.persistentVolumeClaim === undefined) continue;
    const path = (mount.subPathExpr ?? mount.subPath ?? '').replace(
      /\$\((\w+)\)/g,
      (_: string, variable: string) => fieldOf(container, variable, labels),
    );
    const from = join(namespace.volume, path);
    await mkdir(from, { recursive: true });
    // The group of the volume may write; here it is anybody.
    await chmod(from, 0o777);
    delete mount.subPathExpr;
    delete mount.subPath;
    delete volume.persistentVolumeClaim;
    volume.hostPath = { path: from, type: 'Directory' };
    mounts.push({ from, to: mount.mountPath });
  }
  return {
    name,
    manifest: { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec },
    container,
    mounts,
  };
}

/** The value of a variable that the pod's own description gives. */
export function fieldOf(
  { env = [] }: Container,
  variable: string,
  labels: Readonly<Record<string, string>>,
): string {
  const path = env.find(({ name }) => name === variable)?.valueFrom?.fieldRef.fieldPath ?? '';
  const [, label = ''] = /^metadata\.labels\['(.+)'\]$/.exec(path) ?? [];
  const value = labels[label];
  if (value === undefined) throw new Error(`${variable}: ${path}: no such field`);
  return value;
}

/** https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
function serviceLinks(service: string): { name: string; value: string }[] {
  const prefix = service.toUpperCase().replaceAll('-', '_');
  const [host, port] = ['10.96.0.10', '6565'];
  return Object.entries({
    SERVICE_HOST: host,
    SERVICE_PORT: port,
    SERVICE_PORT_HTTP_API: port,
    PORT: `tcp://${host}:${port}`,
    [`PORT_${port}_TCP`]: `tcp://${host}:${port}`,
    [`PORT_${port}_TCP_PROTO`]: 'tcp',
    [`PORT_${port}_TCP_PORT`]: port,
    [`PORT_${port}_TCP_ADDR`]: host,
  }).map(([name, value]) => ({ name: `${prefix}_${name}`, value }));
}
