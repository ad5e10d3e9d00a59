/** The Jobs' pods as real containers of podman, which takes Kubernetes' manifests, of the images of deploy/Dockerfile. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Read } from './deploy.ts';
import { BASE, buildImages, makeBase, PROGRAMS } from './images.ts';
import type { Kubelet, Namespace, Running } from './pod.ts';
import { Podman } from './podman.ts';

/**
 * @param image of the runners; the merge's is `IMAGE-merge`.
 * @returns null, and why, where there is nothing to run containers with.
 * @throws Error where there is, and an image cannot be built.
 */
export async function containers(
  folder: string,
  image: string,
): Promise<{ kubelet: Kubelet | null; why: string }> {
  const podman = new Podman(folder);
  try {
    await mkdir(folder, { recursive: true });
    await podman.configure();
    await makeBase(podman, folder);
    // Whether a container runs at all.
    const usr = ['-v', '/usr:/usr:ro'];
    await podman.call('podman', 'run', '--rm', '--network=host', ...usr, BASE, 'true');
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    // A podman that runs nothing may have made a container all the same.
    await podman.clear().catch(() => {});
    return { kubelet: null, why: /^Error: .*/m.exec(stderr)?.[0] ?? message.split('\n')[0] ?? '' };
  }
  await buildImages(podman, { runner: image, merge: `${image}-merge`, plain: `${image}-plain` });
  return { kubelet: new PodmanKubelet(podman, folder), why: '' };
}

class PodmanKubelet implements Kubelet {
  constructor(
    private readonly podman: Podman,
    private readonly folder: string,
  ) {}

  readonly hasImages = true;

  async start(pod: Parameters<Kubelet['start']>[0], namespace: Namespace): Promise<Running> {
    const { podman } = this;
    await this.makeSecrets(namespace);
    const { spec, ...rest } = structuredClone(pod.manifest);
    const [container] = spec.containers;
    if (container.image.endsWith('-merge')) mountPrograms(spec, container);
    container.image = `localhost/${container.image}`;
    container.imagePullPolicy = 'Never';
    // podman publishes ports of networks that it made, and asks systemd for probes.
    delete container.ports;
    delete container.livenessProbe;
    delete container.readinessProbe;
    const maps = Object.entries(namespace.configMaps).map(([name, data]) => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      ...{ metadata: { name }, data },
    }));
    const file = join(this.folder, `${pod.name}.yaml`);
    const documents = [...maps, { ...rest, spec }];
    await writeFile(file, documents.map((object) => `---\n${stringify(object)}`).join(''));
    await podman.call('podman', 'play', 'kube', '--network', 'host', file);
    const name = `${pod.name}-${container.name}`;
    return {
      ended: podman.call('podman', 'wait', name).then(Number),
      logs: () => podman.call('podman', 'logs', name),
      kill: async () => void (await podman.call('podman', 'kill', '--signal', 'KILL', name)),
    };
  }

  /** This podman reads a Secret of the YAML as another one than it keeps: so it is made by hand. */
  private async makeSecrets({ secrets }: Namespace): Promise<void> {
    for (const [name, data] of Object.entries(secrets)) {
      const there = await this.podman.call('podman', 'secret', 'ls', '--format', '{{.Name}}');
      if (there.split('\n').includes(name)) continue;
      const packed = Object.entries(data).map(([key, value]) => [
        key,
        Buffer.from(value).toString('base64'),
      ]);
      const file = join(this.folder, `${name}.json`);
      await writeFile(file, JSON.stringify(Object.fromEntries(packed)));
      await this.podman.call('podman', 'secret', 'create', name, file);
    }
  }

  close(): Promise<void> {
    return this.podman.clear();
  }
}

/** The merge's image has a base, of which the stand-in lacks the programs. */
function mountPrograms(spec: Read, container: Read): void {
  for (const [index, { from, to }] of PROGRAMS.entries()) {
    const name = `programs-${index}`;
    spec.volumes.push({ name, hostPath: { path: from, type: 'Directory' } });
    container.volumeMounts.push({ name, mountPath: to, readOnly: true });
  }
}
