/** `npm run deploy -- <profile>`: the manifests of a run on k6-operator, and that run. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { formatDuration } from '../../lib/base/duration.ts';
import { messageOf } from '../../lib/base/errors.ts';
import { RunnerError, usageError } from '../errors.ts';
import { scriptOf } from '../k6-binary/engine.ts';
import { ensureK6 } from '../k6-binary/ensure-k6.ts';
import type { Terminal } from '../progress.ts';
import { textRows } from '../rows.ts';
import { inspectRun, type RunTimes } from '../run/inspect.ts';
import type { Interrupts } from '../run/interrupts.ts';
import { readK6Flags } from '../run/k6-flags.ts';
import { asksForK6Summary } from '../run/ready-run.ts';
import { refuseWhatLeavesNoResults } from '../run/refusals.ts';
import { secretsInForce } from '../run/secrets.ts';
import { resourcesFor } from '../sizing.ts';
import { type DeployFlags, readDeployFlags } from './deploy-flags.ts';
import type { Deployment } from './deployment.ts';
import { Kubectl } from './kubectl.ts';
import { type Manifest, manifestsOf } from './manifests.ts';
import { holds, keyOf, NOT_FOR_PODS, type PodSettings, podSettings } from './pod-settings.ts';
import { runInCluster } from './wait.ts';

const HELP = `npm run -s deploy -- PROFILE --parallelism N --image IMAGE [flags] [-- k6 flags]
  Manifests of a run by N pods on k6-operator: kubectl apply -f - takes them. Settings are taken
  from the environment; NUC_BASE_URL is the address that the pods reach. Nothing secret is written.

  --parallelism N        so many pods share the load
  --image IMAGE          of deploy/Dockerfile: k6 with the bundles
  --merge-image IMAGE    its stage with Node.js                          (IMAGE-merge)
  --engine native        frames are opened in Go                         (webcrypto)
  --name NAME            of the run                                      (<profile>-<time>)
  --namespace NAME       where it runs                                   (kubectl's own)
  --secret NAME          the Secret that holds the credentials           (nuc-credentials)
  --cpu N, --memory 2Gi  of each pod                                     (docs/scale-out.md)
  --storage 5Gi, --storage-class NAME    of the volume of results, which all pods write
  --separate             each pod on a machine of its own
  --cleanup              the operator deletes the pods after the run
  --out FOLDER           one file for each manifest: kubectl apply -k FOLDER takes them
  --wait                 applies them, follows the run, merges, fetches the results
  --help                 this text

Exit codes: 0: the manifests are written; 2: wrong command line; 107: a wrong setting. With --wait
those of merge: 0, 99, 3; 1: it did not come to a result; 124: it took too long.
`;

/** Whole lines, and every object where it is used: for people, who read and change them. */
const YAML = { lineWidth: 0, aliasDuplicateObjects: false };

interface Surroundings {
  /** The project's folder: of `dist` and `results`. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly interrupts: Interrupts;
  /** Milliseconds from one look at the cluster to the next. */
  readonly lookMs?: number;
  readonly out: Terminal;
  readonly err: Terminal;
}

/** @returns the exit code. */
export async function deployCommand(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { env, out, err } = surroundings;
  const flags = readDeployFlags(args, env);
  if (flags === null) {
    out.write(HELP);
    return 0;
  }
  if (!env.NUC_BASE_URL) {
    throw usageError('NUC_BASE_URL: expected the address that the pods reach, got none');
  }
  const secrets = await secretsInForce(env, readK6Flags(flags.k6Flags));
  refuseForPods(flags, env, secrets);
  const pods = await podSettings(env, flags.profile, secrets);
  const times = await askK6(flags, surroundings, secrets);
  if (times.maxVus < flags.parallelism) {
    throw usageError(
      `--parallelism: expected at most the ${times.maxVus} sessions of this load, got ${flags.parallelism}: k6-operator refuses pods without a session`,
    );
  }
  const deployment = deploymentOf(flags, pods, times.maxVus, new Date());
  const manifests = manifestsOf(deployment);
  announce(deployment, pods, times, err);
  if (flags.parallelism > 1 && times.endingThresholds.length > 0) {
    err.write(
      'deploy: each pod would end where its own part breaks; with NUC_ABORT_ON_FAIL=0 all of them go on,\n' +
        '  and the merged result names the limit of the whole load (docs/scale-out.md)\n',
    );
  }
  if (flags.wait) {
    const kubectl = new Kubectl(flags.namespace, env);
    return runInCluster(deployment, manifests, {
      ...surroundings,
      kubectl,
      limitMs: times.limit.ms,
    });
  }
  if (flags.out === undefined) out.write(yamlOf(manifests));
  else await writeManifests(flags.out, manifests, err);
  return 0;
}

/** What the pods could not do, or what would be written though it is secret. */
function refuseForPods(
  { k6Flags }: DeployFlags,
  env: NodeJS.ProcessEnv,
  secrets: readonly string[],
) {
  if (secrets.some((secret) => k6Flags.some((flag) => holds(flag, secret)))) {
    throw usageError('k6’s flags hold a secret; use a K6_ variable, and put it into the Secret');
  }
  if (asksForK6Summary(env)) {
    throw usageError('NUC_SUMMARY: k6 leaves no summary that could be merged; leave it out');
  }
  const noConfig = { out: [], linger: false };
  refuseWhatLeavesNoResults(readK6Flags(k6Flags), { env, settings: env }, noConfig);
  if (/^\.+$/.test(env.NUC_RUN_ID ?? '')) {
    throw usageError(`NUC_RUN_ID: expected the name of a folder, got ${env.NUC_RUN_ID}`);
  }
}

/** The plan is the same on both engines, so that plain k6 does: it refuses a wrong setting here. */
async function askK6(
  { profile, k6Flags }: DeployFlags,
  { root, env, interrupts, err }: Surroundings,
  secrets: readonly string[],
): Promise<RunTimes> {
  const script = join(root, scriptOf('webcrypto'));
  await access(script).catch((error) => {
    throw new RunnerError(`${script}: not there; build it first: npm run build`, 1, error);
  });
  const signal = interrupts.first;
  const { path } = await ensureK6({ env, terminal: err, signal });
  const ofPods = Object.fromEntries(
    Object.entries(env).filter(([name]) => !NOT_FOR_PODS.includes(name)),
  );
  const keys = { NUC_ACCESS_KEY: 'in-the-secret', NUC_SECRET_KEY: 'in-the-secret' };
  return inspectRun({
    k6: path,
    script,
    flags: readK6Flags(k6Flags),
    env: {
      ...ofPods,
      ...keys,
      PROFILE: profile,
      PWD: process.cwd(),
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
    },
    secrets,
    signal,
  });
}

function deploymentOf(
  flags: DeployFlags,
  { settings, files, usersFile }: PodSettings,
  maxVus: number,
  at: Date,
): Deployment {
  const { profile, parallelism, engine, secret } = flags;
  const name = flags.name ?? defaultName(profile, at);
  const runId = settings.NUC_RUN_ID ?? name;
  const environment = settings.NUC_ENVIRONMENT ?? 'local';
  const sized = resourcesFor(Math.ceil(maxVus / parallelism), engine);
  return {
    ...flags,
    name,
    tags: { run_id: runId, profile: tagOf(profile), environment },
    settings: { ...settings, NUC_RUN_ID: runId },
    files,
    usersSecret: usersFile === undefined ? undefined : `${secret}-users`,
    resources: {
      millicores: flags.millicores ?? sized.millicores,
      memoryBytes: flags.memoryBytes ?? sized.memoryBytes,
    },
  };
}

/** As the script names a profile that is a file. */
function tagOf(profile: string): string {
  return basename(profile.replaceAll('\\', '/'), '.json').replace(/[^\w.-]/g, '_');
}

/** `ramp-20261125-153000`, in UTC: a TestRun's name is not used again. */
function defaultName(profile: string, at: Date): string {
  const time = at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const word = tagOf(profile)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const short = word.slice(0, 20).replace(/-$/, '');
  // A name that a Service can have: it begins with a letter.
  return `${/^[a-z]/.test(short) ? short : `run-${short}`.replace(/-$/, '')}-${time}`;
}

function announce(
  deployment: Deployment,
  { inSecret, usersFile }: PodSettings,
  { maxVus, limit }: RunTimes,
  err: Terminal,
): void {
  const { name, parallelism, resources, engine, namespace, secret, usersSecret } = deployment;
  const memory = `${Math.ceil(resources.memoryBytes / 2 ** 20)} MiB`;
  const sessions = Math.ceil(maxVus / parallelism);
  err.write(
    textRows([
      ['run', name],
      ['engine', engine],
      ['target', deployment.settings.NUC_BASE_URL ?? ''],
      ['sessions', `${maxVus} at the most, ${sessions} in a pod`],
      ['pods', `${parallelism}, each ${resources.millicores / 1000} CPU and ${memory}`],
      ['time limit', `${formatDuration(limit.ms)}: ${limit.origin}`],
      ['Secret', `${secret}: ${inSecret.join(', ')}`],
    ]),
  );
  const at = namespace === undefined ? '' : ` -n ${namespace}`;
  err.write(`deploy: the Secret is yours to make, from a file with NAME=value lines:\n`);
  err.write(`  kubectl${at} create secret generic ${secret} --from-env-file=FILE\n`);
  if (usersFile !== undefined) {
    err.write(
      `  kubectl${at} create secret generic ${usersSecret} --from-file=${keyOf(usersFile)}=${usersFile}\n`,
    );
  }
}

function yamlOf(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${stringify(manifest, YAML)}`).join('');
}

async function writeManifests(
  folder: string,
  manifests: readonly Manifest[],
  err: Terminal,
): Promise<void> {
  const files = manifests.map((manifest) => ({ name: fileName(manifest), manifest }));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(({ name }) => name),
  };
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, manifest } of files) {
      await writeFile(join(folder, name), stringify(manifest, YAML));
    }
    await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization));
  } catch (error) {
    throw new RunnerError(`--out: ${folder}: ${messageOf(error)}`, 1, error);
  }
  err.write(`deploy: kubectl apply -k ${folder}\n`);
}

/** `settings.yaml`, `merge.yaml`, `testrun.yaml` */
function fileName({ kind, metadata: { name } }: Manifest): string {
  return `${kind === 'TestRun' ? 'testrun' : name.slice(name.lastIndexOf('-') + 1)}.yaml`;
}
