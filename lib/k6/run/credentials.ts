/** The deployment's credentials: from the environment, or from `k6/secrets`. Never logged. */
import secrets from 'k6/secrets';
import { SettingsError } from '../../base/errors.ts';
import type { Settings } from '../../settings/settings.ts';
import { SIMULATOR_URL } from '../../settings/specs.ts';
import { orStop } from './init.ts';
import { IS_FIRST } from './once.ts';

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

// The simulator takes any.
const FOR_THE_SIMULATOR = 'simulator';

/** Called in the init context, so that what is missing is named before any traffic. */
export async function loadCredentials(settings: Settings): Promise<Credentials> {
  const accessKey = settings.accessKey ?? (await fromSecretSource('nuc_access_key'));
  const secretKey = settings.secretKey ?? (await fromSecretSource('nuc_secret_key'));
  const simulated = settings.baseUrl === SIMULATOR_URL;
  return orStop(() => ({
    accessKey: withoutLineEnd(
      'NUC_ACCESS_KEY',
      accessKey ?? placeholder('NUC_ACCESS_KEY', 'nuc_access_key', simulated),
    ),
    secretKey: withoutLineEnd(
      'NUC_SECRET_KEY',
      secretKey ?? placeholder('NUC_SECRET_KEY', 'nuc_secret_key', simulated),
    ),
  }));
}

/** Files of secrets often end in one; sent with the key, it is a refusal whose reason nobody sees. */
function withoutLineEnd(setting: string, key: string): string {
  let end = key.length;
  while (end > 0 && '\r\n'.includes(key.charAt(end - 1))) end -= 1;
  const cut = key.slice(0, end);
  if (cut !== key && IS_FIRST)
    console.log(`${setting}: the end of a line behind the key was cut off`);
  return cut;
}

function placeholder(setting: string, secret: string, simulated: boolean): string {
  if (simulated) return FOR_THE_SIMULATOR;
  throw new SettingsError(
    `${setting}: expected a credential for NUC_BASE_URL, got none; set it, or give k6 a --secret-source with ${secret}`,
  );
}

async function fromSecretSource(name: string): Promise<string | null> {
  try {
    const value = await secrets.get(name);
    return value.trim() === '' ? null : value;
  } catch {
    // k6 rejects both where no source is set and where the source lacks the name.
    return null;
  }
}
