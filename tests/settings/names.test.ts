import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsError } from '../../lib/base/errors.ts';
import { readSettings } from '../../lib/settings/settings.ts';

const LIST = 'docs/settings.md lists them all';

const SLIPS: [name: string, advice: string][] = [
  ['NUC_BASEURL', 'did you mean NUC_BASE_URL?'],
  ['NUC_BSE_URL', 'did you mean NUC_BASE_URL?'],
  ['NUC_RESPONSE_TIMEOUTS', 'did you mean NUC_RESPONSE_TIMEOUT?'],
  ['NUC_THINKTIME', 'did you mean NUC_THINK_TIME?'],
  ['NUC_RESULT_DIR', 'did you mean NUC_RESULTS_DIR?'],
  ['RAMP_MAX_SESSION', 'did you mean RAMP_MAX_SESSIONS?'],
  ['SPIKE_PEEK_SESSIONS', 'did you mean SPIKE_PEAK_SESSIONS?'],
  ['SOAK_DURATON', 'did you mean SOAK_DURATION?'],
  ['ARRIVALS_PER_MINUTES', 'did you mean ARRIVALS_PER_MINUTE?'],
  ['BREAKPOINT_INTERVALL', 'did you mean BREAKPOINT_INTERVAL?'],
  ['CONNECTIONS_LEVEL', 'did you mean CONNECTIONS_LEVELS?'],
  ['NUM_SESSION', 'did you mean NUM_SESSIONS?'],
  ['NUN_SESSIONS', 'did you mean NUM_SESSIONS?'],
  ['NU_BASE_URL', 'did you mean NUC_BASE_URL?'],
  // Of another group, however near.
  ['RAMP_BEFORE', LIST],
  ['NUC_', LIST],
  ['NUC_XYZ', LIST],
  ['SOAK_', LIST],
];

for (const [name, advice] of SLIPS) {
  test(`${name} is refused: ${advice}`, () => {
    // An empty value is a slip all the same.
    for (const value of ['s3cret', '']) {
      assert.throws(
        () => readSettings({ [name]: value }),
        new SettingsError(`${name}: not a setting; ${advice}`),
      );
    }
  });
}

test('names that begin like no group of settings are anybody’s', () => {
  const others = { PATH: '/bin', NUCLEAR: 'y', RAMPART_SIZE: '3', NUM_THREADS: '4', COURSE: 'x' };
  assert.deepEqual(readSettings(others), readSettings({}));
});

/** What Kubernetes adds for a service of that name with a named port. */
function serviceLinks(service: string): Record<string, string> {
  return {
    [`${service}_SERVICE_HOST`]: '10.96.0.17',
    [`${service}_SERVICE_PORT`]: '80',
    [`${service}_SERVICE_PORT_HTTP`]: '80',
    [`${service}_PORT`]: 'tcp://10.96.0.17:80',
    [`${service}_PORT_80_TCP`]: 'tcp://10.96.0.17:80',
    [`${service}_PORT_80_TCP_ADDR`]: '10.96.0.17',
    [`${service}_PORT_80_TCP_PORT`]: '80',
    [`${service}_PORT_80_TCP_PROTO`]: 'tcp',
    [`${service}_PORT_53_UDP`]: 'udp://[fd00::17]:53',
    [`${service}_PORT_53_UDP_ADDR`]: 'fd00::17',
  };
}

test('what Kubernetes says of a service is no setting', () => {
  for (const service of ['NUC', 'NUC_CHAT', 'NUC_BASE_URL', 'RAMP', 'SOAK_2', 'CONNECTIONS']) {
    const env = { ...serviceLinks(service), NUC_BASE_URL: 'http://127.0.0.1:1' };
    assert.equal(readSettings(env).baseUrl, 'http://127.0.0.1:1', service);
  }
});

test('a slip that ends like a service’s name is refused all the same', () => {
  const slips: Record<string, string> = {
    NUC_BASE_PORT: '8787',
    NUC_PORT: 'http://127.0.0.1:8787',
    NUC_SERVICE_HOST: 'chat.nuc.test',
    NUC_CHAT_SERVICE_PORT: 'http',
    NUC_CHAT_SERVICE_HOSTS: '10.96.0.17',
    NUC_CHAT_PORT_80_TCP_PROTO: '',
  };
  for (const [name, value] of Object.entries(slips)) {
    assert.throws(
      () => readSettings({ [name]: value }),
      ({ message }: Error) => message.startsWith(`${name}: not a setting; `),
      name,
    );
  }
});

test('a name as long as a command line is refused at once', () => {
  const name = `NUC_${'S'.repeat(1_000_000)}`;
  const before = Date.now();
  assert.throws(() => readSettings({ [name]: '1' }), SettingsError);
  assert.ok(Date.now() - before < 1000, `${Date.now() - before} ms`);
});
