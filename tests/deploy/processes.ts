/** The Jobs' commands as processes of this machine, where there are no containers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ROOT } from '../k6/run-k6.ts';
import { fieldOf, type Kubelet, type Namespace, type Pod, type Running } from './pod.ts';

/** The project's folder in the image. */
const IN_IMAGE = '/nuc';

/**
 * The image's paths are those of this machine here, in commands and settings.
 * @param k6 its path.
 */
export async function processes(folder: string, k6: string): Promise<Kubelet> {
  const bin = join(folder, 'bin');
  const temporary = join(folder, 'tmp');
  await mkdir(bin, { recursive: true });
  await mkdir(temporary);
  await symlink(k6, join(bin, 'k6'));
  const running: ChildProcess[] = [];
  return {
    hasImages: false,
    start: async (pod, namespace) => {
      const here = (text: string) => {
        const paths = [
          ...pod.mounts,
          { from: join(ROOT, 'dist'), to: `${IN_IMAGE}/dist` },
          { from: temporary, to: '/tmp' },
        ];
        // All in one go: a folder of this machine may lie in another that is replaced.
        const inImage = paths.map(({ to }) => to).join('|');
        return text.replace(
          new RegExp(`(?<=^|[\\s=])(${inImage})(?=$|[\\s/;])`, 'g'),
          (found) => paths.find(({ to }) => to === found)?.from ?? found,
        );
      };
      const [program = '', ...args] = pod.container.command.map(here);
      const inForce = Object.entries(environmentOf(pod, namespace));
      const child = spawn(program, args, {
        env: {
          ...Object.fromEntries(inForce.map(([name, value]) => [name, here(value)])),
          PATH: `${bin}${delimiter}${process.env.PATH}`,
          HOME: folder,
          PWD: folder,
        },
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        // Its sh and its k6 together.
        detached: true,
      });
      running.push(child);
      return following(child);
    },
    close: async () => running.forEach(killGroup),
  };
}

function following(child: ChildProcess): Running {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => Number(code ?? 137));
  return { ended, logs: async () => said, kill: async () => killGroup(child) };
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, 'SIGKILL');
}

/** As Kubernetes puts it together: `env` has the last word. */
function environmentOf(pod: Pod, { configMaps, secrets }: Namespace): Record<string, string> {
  const { env = [], envFrom = [] } = pod.container;
  const all: Record<string, string> = {};
  for (const { configMapRef, secretRef } of envFrom) {
    Object.assign(all, configMaps[configMapRef?.name ?? ''], secrets[secretRef?.name ?? '']);
  }
  for (const { name, value, valueFrom } of env) {
    all[name] = valueFrom
      ? fieldOf(pod.container, name, pod.manifest.metadata.labels)
      : (value ?? '');
  }
  return all;
}
