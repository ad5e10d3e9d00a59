/** The manifests of a run on k6-operator: plain objects, in the order in which they are applied. */
import { k6Environment } from '../run/run-k6.ts';
import {
  type Deployment,
  FILES_FOLDER,
  instanceNames,
  MERGED,
  RESULTS_FOLDER,
  USERS_FOLDER,
} from './deployment.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** The user of the images: none of any machine's own. */
const USER = 12_345;
const TEMPORARY = { name: 'temporary', mountPath: '/tmp' };
const RESULTS = 'results';
/** The longest that results are fetched, in seconds. */
const FETCH_S = 900;
/** k6 needs its credentials before it asks for them; the initializer has no Secret. */
const IN_THE_SECRET = 'in-the-secret';

/** What every container is held to: no root, no rights, nothing written but into its volumes. */
const CONTAINER_SECURITY = {
  runAsNonRoot: true,
  runAsUser: USER,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  // The results' volume belongs to this group.
  fsGroup: USER,
  seccompProfile: { type: 'RuntimeDefault' },
};

export function manifestsOf(deployment: Deployment): Manifest[] {
  const made = [
    settingsMap(deployment),
    ...filesMap(deployment),
    resultsClaim(deployment),
    testRun(deployment),
    mergeJob(deployment),
  ];
  const { namespace } = deployment;
  return made.map((manifest) => ({
    ...manifest,
    metadata: {
      ...manifest.metadata,
      ...(namespace === undefined ? {} : { namespace }),
      labels: labels(deployment),
    },
  }));
}

/** Everything of one run is found, and deleted, by the first of them. */
function labels({ name, tags }: Deployment): Record<string, string> {
  return { 'nuc-k6/run': name, 'nuc-k6/profile': labelText(tags.profile) };
}

/** A label has 63 characters at the most, and may not begin or end with what a tag may. */
function labelText(text: string): string {
  const short = text.replace(/[^\w.-]/g, '_').slice(0, 63);
  return short.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

function settingsMap(deployment: Deployment): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${deployment.name}-settings` },
    data: {
      // As of any run: what Go needs to know of the memory, no look-ups by k6.
      ...k6Environment(deployment.settings, {
        engine: deployment.engine,
        memoryBytes: deployment.resources.memoryBytes,
      }),
      NUC_RESULTS_DIR: RESULTS_FOLDER,
      K6_LOG_FORMAT: 'raw',
      K6_NO_COLOR: 'true',
    },
  };
}

function filesMap({ name, files }: Deployment): Manifest[] {
  if (Object.keys(files).length === 0) return [];
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-files` }, data: files },
  ];
}

function resultsClaim({ name, storage, storageClass }: Deployment): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `${name}-${RESULTS}` },
    spec: {
      // Pods of several machines write there.
      accessModes: ['ReadWriteMany'],
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      resources: { requests: { storage } },
    },
  };
}

function testRun(deployment: Deployment): Manifest {
  const { engine, parallelism, separate, cleanup } = deployment;
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name: deployment.name },
    spec: {
      parallelism,
      // A file of the image: a ConfigMap holds 1 MiB.
      script: { localFile: `/nuc/dist/${engine === 'native' ? 'native/' : ''}chat.js` },
      arguments: argumentsOf(deployment).join(' '),
      separate,
      ...(cleanup ? { cleanup: 'post' } : {}),
      initializer: initializer(deployment),
      starter: {
        automountServiceAccountToken: 'false',
        securityContext: POD_SECURITY,
        containerSecurityContext: CONTAINER_SECURITY,
      },
      runner: runner(deployment),
    },
  };
}

/** `-o x` and not `--out=x`: the operator knows by it what `k6 archive` does not take. */
function argumentsOf({ tags, k6Flags }: Deployment): string[] {
  const all = Object.entries(tags).flatMap(([name, value]) => ['--tag', `${name}=${value}`]);
  return ['-o', `json=${RESULTS_FOLDER}/samples.json.gz`, ...all, ...k6Flags];
}

/** It runs `k6 archive` and `k6 inspect`: the settings and the peak of sessions are checked there. */
function initializer(deployment: Deployment) {
  const volumes = fileVolumes(deployment);
  return {
    ...podCommon(deployment),
    env: initializerEnv(deployment),
    volumes: [...volumes.map(({ volume }) => volume), { name: TEMPORARY.name, emptyDir: {} }],
    volumeMounts: [...volumes.map(({ mount }) => mount), TEMPORARY],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
  };
}

/**
 * The operator hands `env`, and not `envFrom`, to `k6 archive`, as -e NAME="value" in a shell's line.
 */
function initializerEnv({ settings }: Deployment) {
  const keys = { NUC_ACCESS_KEY: IN_THE_SECRET, NUC_SECRET_KEY: IN_THE_SECRET };
  return Object.entries({ ...settings, ...keys }).map(([name, value]) => ({
    name,
    value: value.replace(/[\\"$`]/g, '\\$&'),
  }));
}

function runner(deployment: Deployment) {
  const { name, secret, resources, tags } = deployment;
  const volumes = fileVolumes(deployment);
  const memory = `${Math.ceil(resources.memoryBytes / 1024 / 1024)}Mi`;
  return {
    ...podCommon(deployment),
    envFrom: [{ configMapRef: { name: `${name}-settings` } }, { secretRef: { name: secret } }],
    env: [
      // The operator's Job, as its name is known before the run: not the pod's, which is not.
      {
        name: 'INSTANCE',
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['job-name']" } },
      },
    ],
    // Without a limit of CPU: a pod that is held back shows the service slower than it is.
    resources: { requests: { cpu: `${resources.millicores}m`, memory }, limits: { memory } },
    volumes: [
      ...volumes.map(({ volume }) => volume),
      { name: RESULTS, persistentVolumeClaim: { claimName: `${name}-${RESULTS}` } },
    ],
    volumeMounts: [
      ...volumes.map(({ mount }) => mount),
      // Each pod sees one folder, its own.
      { name: RESULTS, mountPath: RESULTS_FOLDER, subPathExpr: `${tags.run_id}/$(INSTANCE)` },
    ],
  };
}

function podCommon(deployment: Deployment) {
  return {
    image: deployment.image,
    metadata: { labels: labels(deployment) },
    automountServiceAccountToken: 'false',
    securityContext: POD_SECURITY,
    containerSecurityContext: CONTAINER_SECURITY,
  };
}

function fileVolumes({ name, files, usersSecret }: Deployment) {
  const volumes = [];
  if (Object.keys(files).length > 0) {
    volumes.push({
      volume: { name: 'files', configMap: { name: `${name}-files` } },
      mount: { name: 'files', mountPath: FILES_FOLDER, readOnly: true },
    });
  }
  if (usersSecret !== undefined) {
    volumes.push({
      volume: { name: 'users', secret: { secretName: usersSecret } },
      mount: { name: 'users', mountPath: USERS_FOLDER, readOnly: true },
    });
  }
  return volumes;
}

/**
 * Waits, suspended, until somebody who knows that the runners have ended lets it go. It takes whatever
 * each of them left: who left nothing is named in the results.
 */
function mergeJob(deployment: Deployment): Manifest {
  const { name, mergeImage, tags } = deployment;
  const folders = instanceNames(deployment).map((instance) => `${RESULTS_FOLDER}/${instance}`);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-merge` },
    spec: {
      suspend: true,
      backoffLimit: 0,
      template: {
        metadata: { labels: labels(deployment) },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          securityContext: POD_SECURITY,
          containers: [
            {
              name: 'merge',
              image: mergeImage,
              args: ['merge', '--partial', '--out', `${RESULTS_FOLDER}/${MERGED}`, ...folders],
              securityContext: CONTAINER_SECURITY,
              resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '2Gi' } },
              volumeMounts: [
                { name: RESULTS, mountPath: RESULTS_FOLDER, subPath: tags.run_id },
                TEMPORARY,
              ],
            },
          ],
          volumes: [
            { name: RESULTS, persistentVolumeClaim: { claimName: `${name}-${RESULTS}` } },
            { name: TEMPORARY.name, emptyDir: {} },
          ],
        },
      },
    },
  };
}

/** Holds the results' volume for as long as they are fetched from it; of --wait. */
export function fetchPod({ name, namespace, mergeImage, tags }: Deployment): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-fetch`, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: FETCH_S,
      automountServiceAccountToken: false,
      securityContext: POD_SECURITY,
      containers: [
        {
          name: 'fetch',
          image: mergeImage,
          command: ['sleep', String(FETCH_S)],
          securityContext: CONTAINER_SECURITY,
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } },
          volumeMounts: [
            { name: RESULTS, mountPath: RESULTS_FOLDER, subPath: tags.run_id, readOnly: true },
          ],
        },
      ],
      volumes: [{ name: RESULTS, persistentVolumeClaim: { claimName: `${name}-${RESULTS}` } }],
    },
  };
}
