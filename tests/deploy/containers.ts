/**
 * The Jobs' pods as real containers: deploy/Dockerfile's last stage, built by buildah from what was built
 * here, and podman, which takes Kubernetes' manifests.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { ROOT } from '../k6/run-k6.ts';
import type { Kubelet, Namespace, Running } from './pod.ts';

const run = promisify(execFile);
/** Of a call that does not wait for a pod's end. */
const ANSWER_MS = 60_000;
/** What the operator's Jobs call in the runner's image. */
const APPLETS = ['sh', 'mkdir', 'dirname', 'cat', 'grep'];
const BUSYBOX = '/bin/busybox';
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt';
/** Of the stages that take a base from a registry, which is not reached from everywhere. */
const FROM_HERE = ['scratch', 'plain'];

/** A storage of images and containers of its own, which goes with its folder. */
class Podman {
  private readonly env: NodeJS.ProcessEnv;

  constructor(private readonly folder: string) {
    this.env = {
      ...process.env,
      CONTAINERS_CONF: join(folder, 'containers.conf'),
      CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    };
  }

  async configure(): Promise<void> {
    await writeFile(
      this.env.CONTAINERS_CONF ?? '',
      // The limits are those that root may set in a container itself; crun asks for newer cgroups.
      '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]\n' +
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
    );
    const places = `graphroot = "${this.folder}/graph"\nrunroot = "${this.folder}/run"`;
    await writeFile(
      this.env.CONTAINERS_STORAGE_CONF ?? '',
      `[storage]\ndriver = "${process.env.STORAGE_DRIVER ?? 'overlay'}"\n${places}\n`,
    );
  }

  async call(program: 'buildah' | 'podman', ...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await run(program, [...args], {
      env: this.env,
      cwd: this.folder,
      maxBuffer: 50_000_000,
      timeout: args[0] === 'wait' ? 0 : ANSWER_MS,
    });
    return program === 'podman' && args[0] === 'logs' ? `${stdout}${stderr}` : stdout;
  }

  /** What is left would keep the folder from being removed. */
  async clear(): Promise<void> {
    await this.call('podman', 'pod', 'rm', '--force', '--all', '--time', '0');
    await this.call('podman', 'rm', '--force', '--all', '--time', '0');
    await this.call('podman', 'rmi', '--force', '--all');
  }
}

/**
 * @param k6 the path of a static one.
 * @returns null, and why, where there is nothing to run containers with.
 */
export async function containers(
  folder: string,
  k6: string,
  image: string,
): Promise<{ kubelet: Kubelet | null; why: string }> {
  const podman = new Podman(folder);
  try {
    await podman.configure();
    await build(podman, folder, k6, image);
    // Whether a container runs at all.
    await podman.call('podman', 'run', '--rm', '--network=host', image, 'k6', 'version');
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    // A podman that runs nothing may have made a container all the same.
    await podman.clear().catch(() => {});
    return { kubelet: null, why: /^Error: .*/m.exec(stderr)?.[0] ?? message.split('\n')[0] ?? '' };
  }
  return { kubelet: new PodmanKubelet(podman, folder, image), why: '' };
}

/** The stages that are made here are the file's own; what they copy of others lies in folders. */
async function build(podman: Podman, folder: string, k6: string, image: string): Promise<void> {
  const stages = (await readFile(join(ROOT, 'deploy', 'Dockerfile'), 'utf8')).split(/^(?=FROM )/m);
  const own = stages.filter((stage) => FROM_HERE.includes(stage.split(/\s+/)[1] ?? ''));
  const [file, empty] = [join(folder, 'Dockerfile'), join(folder, 'empty')];
  await writeFile(file, own.join(''));
  await mkdir(empty);
  const place = async (stage: string, path: string, from: string) =>
    cp(from, join(folder, stage, path), { recursive: true });
  await place('k6', 'k6', k6);
  await place('k6', CERTIFICATES, `/${CERTIFICATES}`);
  await place('dist', 'nuc/dist', join(ROOT, 'dist'));
  await place('dist', 'nuc/LICENSE', join(ROOT, 'LICENSE'));
  await place('shell', 'applets/busybox', BUSYBOX);
  for (const applet of APPLETS) await symlink('busybox', join(folder, 'shell', 'applets', applet));
  const contexts = ['k6', 'dist', 'shell'].flatMap((stage) => [
    '--build-context',
    `${stage}=${join(folder, stage)}`,
  ]);
  await podman.call('buildah', 'bud', '-q', ...contexts, '-f', file, '-t', image, empty);
}

class PodmanKubelet implements Kubelet {
  constructor(
    private readonly podman: Podman,
    private readonly folder: string,
    private readonly image: string,
  ) {}

  async start(pod: Parameters<Kubelet['start']>[0], namespace: Namespace): Promise<Running> {
    const { podman, image } = this;
    await this.makeSecrets(namespace);
    const { spec, ...rest } = structuredClone(pod.manifest);
    const [container] = spec.containers;
    container.image = `localhost/${image}`;
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
