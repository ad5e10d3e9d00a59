/** What is deployed: a run on k6-operator, with all that its manifests say. */
import type { Engine } from '../k6-binary/engine.ts';
import type { Resources } from '../sizing.ts';

export interface Deployment {
  /** Of the TestRun, and the beginning of every other object's name. */
  readonly name: string;
  /** Undefined: the one that kubectl uses. */
  readonly namespace: string | undefined;
  readonly engine: Engine;
  /** How many pods share the load. */
  readonly parallelism: number;
  /** With k6 and the bundles. */
  readonly image: string;
  /** With Node.js and the command `merge`. */
  readonly mergeImage: string;
  /** Tags of every sample, since the operator's own `--tag`s replace those of the script. */
  readonly tags: Readonly<Record<'run_id' | 'profile' | 'environment', string>>;
  /** Name → value, for the ConfigMap: nothing secret. */
  readonly settings: Readonly<Record<string, string>>;
  /** Files that settings name: name → text. */
  readonly files: Readonly<Record<string, string>>;
  /** The Secret whose keys become settings: the credentials. */
  readonly secret: string;
  /** The Secret that holds the file of NUC_USERS_FILE; undefined where there is none. */
  readonly usersSecret: string | undefined;
  /** Further flags of k6, none with a space or a character that a shell reads. */
  readonly k6Flags: readonly string[];
  readonly resources: Resources;
  /** Of the volume of results, as Kubernetes writes it: `5Gi`. */
  readonly storage: string;
  /** Undefined: the cluster's default. */
  readonly storageClass: string | undefined;
  /** Each pod on a machine of its own. */
  readonly separate: boolean;
  /** The operator deletes TestRun and pods after the run. */
  readonly cleanup: boolean;
}

/** The folder of the results' volume in every pod. */
export const RESULTS_FOLDER = '/results';
/** Where the files are that settings name. */
export const FILES_FOLDER = '/nuc/files';
export const USERS_FOLDER = '/nuc/users';
/** Of the merged results, beside the folders of the instances. */
export const MERGED = 'merged';

/** The names of the instances: the operator's Jobs, and so the folders that they leave. */
export function instanceNames({ name, parallelism }: Deployment): string[] {
  return Array.from({ length: parallelism }, (_, index) => `${name}-${index + 1}`);
}
