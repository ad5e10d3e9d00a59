/**
 * The images of deploy/Dockerfile, built by buildah, stage by stage. Their bases come from a registry, which is
 * not reached from everywhere: in the place of each stands a file system without programs, into which those of
 * this machine are mounted while something runs in it.
 */
import { execFile } from 'node:child_process';
import { access, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../k6/run-k6.ts';
import type { Podman } from './podman.ts';

const run = promisify(execFile);
export const BASE = 'localhost/programs-of-this-machine:1';
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt';
const NODE_ROOT = { from: dirname(dirname(process.execPath)), to: '/noderoot' };

export interface Mount {
  readonly from: string;
  readonly to: string;
}

/** What an image needs to run whose base is the stand-in. */
export const PROGRAMS: readonly Mount[] = [{ from: '/usr', to: '/usr' }, NODE_ROOT];

/** Of a build: the caches of Go and npm, and npm's configuration. */
async function buildMounts(): Promise<Mount[]> {
  const [goRoot = '', modules = '', objects = ''] = await said('go', [
    'env',
    ...['GOROOT', 'GOMODCACHE', 'GOCACHE'],
  ]);
  const all: Mount[] = [
    { from: goRoot, to: '/goroot' },
    { from: modules, to: '/modcache' },
    { from: objects, to: '/gocache' },
  ];
  for (const name of ['cache', 'userconfig', 'globalconfig']) {
    const [from = ''] = await said('npm', ['config', 'get', name]);
    const isThere = await access(from).then(
      () => true,
      () => false,
    );
    if (isThere) all.push({ from, to: `/npm/${name}` });
  }
  return all;
}

async function said(program: string, args: readonly string[]): Promise<string[]> {
  return (await run(program, [...args], { cwd: ROOT })).stdout.trim().split('\n');
}

/** @throws Error where nothing can be built or run here. */
export async function makeBase(podman: Podman, folder: string): Promise<void> {
  const root = join(folder, 'base');
  for (const name of ['usr', 'tmp', 'root', 'goroot', 'noderoot', 'modcache', 'gocache', 'npm']) {
    await mkdir(join(root, name), { recursive: true });
  }
  for (const name of ['bin', 'lib', 'lib64', 'sbin'])
    await symlink(`usr/${name}`, join(root, name));
  await cp(`/${CERTIFICATES}`, join(root, CERTIFICATES));
  const environment = {
    ...{ PATH: '/goroot/bin:/noderoot/bin:/usr/bin', HOME: '/root' },
    ...{ GOMODCACHE: '/modcache', GOCACHE: '/gocache' },
    ...{ npm_config_cache: '/npm/cache', npm_config_prefer_offline: 'true' },
    ...{ npm_config_userconfig: '/npm/userconfig', npm_config_globalconfig: '/npm/globalconfig' },
  };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const file = join(folder, 'base.Dockerfile');
  await writeFile(file, `FROM scratch\nCOPY . /\nENV ${variables.join(' ')}\n`);
  await podman.call('buildah', 'bud', '-q', '-f', file, '-t', BASE, root);
}

/** @param targets stage → the image's name. */
export async function buildImages(
  podman: Podman,
  targets: Readonly<Record<string, string>>,
): Promise<void> {
  const mounts = [...PROGRAMS, ...(await buildMounts())].flatMap(({ from, to }) => [
    '-v',
    `${from}:${to}`,
  ]);
  const bases = ['GO_IMAGE', 'NODE_IMAGE', 'BUSYBOX_IMAGE'].flatMap((name) => [
    '--build-arg',
    `${name}=${BASE}`,
  ]);
  const file = join(ROOT, 'deploy', 'Dockerfile');
  for (const [target, image] of Object.entries(targets)) {
    await podman.call(
      ...(['buildah', 'bud', '-q', '--layers', '--network=host'] as const),
      ...[...mounts, ...bases, '--target', target, '-f', file, '-t', image, ROOT],
    );
  }
}
