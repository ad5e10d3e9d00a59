/** What docs/first-run.md quotes is what single.js prints. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { IS_NATIVE, runK6, target, withSimulator } from './run-k6.ts';

const PAGE = readFileSync(new URL('../../docs/first-run.md', import.meta.url), 'utf8');
const HOST = 'chat.your-deployment.test';

interface Mistake {
  readonly faults?: string[];
  /** @param url of the simulator. */
  readonly settings?: (url: string) => Record<string, string>;
  /** A line that is printed. */
  readonly quoted: RegExp;
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a host that is not known': {
    settings: () => ({ NUC_BASE_URL: 'http://chat.nuc.invalid' }),
    quoted: /token\/dns/,
  },
  'a port where nothing listens': {
    settings: () => ({ NUC_BASE_URL: 'http://127.0.0.1:1' }),
    quoted: /token\/refused/,
  },
  'https for http': {
    settings: (url) => ({ NUC_BASE_URL: url.replace('http:', 'https:') }),
    quoted: /token\/tls/,
  },
  'a path that is not there': {
    settings: (url) => ({ NUC_BASE_URL: `${url}/wrong` }),
    quoted: /token\/http_404/,
  },
  'wrong keys': { faults: ['token-401'], quoted: /token\/http_401/ },
  'wrong keys, told in the reply': {
    faults: ['token-refused-success'],
    quoted: /token\/bad_response/,
  },
  'no keys': {
    settings: () => ({ NUC_ACCESS_KEY: '', NUC_SECRET_KEY: '' }),
    quoted: /^NUC_ACCESS_KEY: /,
  },
  'a wrong Origin': { faults: ['handshake-403'], quoted: /connect\/handshake/ },
  'a wrong Origin: the status': { faults: ['handshake-403'], quoted: /with status 403/ },
  'another separator': {
    settings: () => ({ NUC_ENVELOPE_SEPARATOR: 'AnotherWord1', NUC_STALL_TIMEOUT: '1s' }),
    quoted: /stream\/stall/,
  },
  'other morph words': {
    settings: () => ({ NUC_ENVELOPE_MORPH: 'R=Ef4YsO2cbQZ2', NUC_STALL_TIMEOUT: '1s' }),
    quoted: /decrypt\/envelope: envelope: key: expected 32 ASCII characters, got 43/,
  },
  'an address without a scheme': {
    settings: () => ({ NUC_BASE_URL: `${HOST}:443` }),
    quoted: /^NUC_BASE_URL: /,
  },
};

/** As the page has it: another address, and no times. */
function asQuoted(line: string): string {
  return line
    .replace(/^\[.*?\] \[Session-1\] /, '')
    .replace(/\b(http|ws)s?:\/\/[^/:\s]+(:\d+)?(\/wrong)?(?=\/)/, `$1s://${HOST}`);
}

async function linesOf(options: SimulatorOptions, settings: Mistake['settings']) {
  return withSimulator(options, async ({ url }) => {
    const { lines } = await runK6('single', { settings: { ...target(url), ...settings?.(url) } });
    return lines.map(asQuoted);
  });
}

describe('docs/first-run.md quotes what is printed', { concurrency: 2 }, () => {
  for (const [name, { faults = [], settings, quoted }] of Object.entries(MISTAKES)) {
    test(name, async () => {
      const lines = await linesOf({ faults }, settings);
      const line = lines.find((text) => quoted.test(text));
      assert.ok(line, lines.join('\n'));
      // k6/x/nuc knows the status too, and says it.
      const quote = IS_NATIVE ? line.replace(/(upgrade; .*) \(HTTP 403\)$/, '$1') : line;
      assert.ok(PAGE.includes(`    ${quote}\n`), `not on the page: ${line}`);
    });
  }
});
