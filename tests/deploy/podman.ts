/** podman and buildah, with images and containers of their own. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Of a call that waits for nothing long. */
const ANSWER_MS = 60_000;
/** k6 is built anew where Go's cache lacks it. */
const BUILD_MS = 600_000;

/** A storage of images and containers of its own, which goes with its folder. */
export class Podman {
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
      timeout: args[0] === 'wait' ? 0 : args[0] === 'bud' ? BUILD_MS : ANSWER_MS,
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
