/** The pages of runs that are hard on a page, in a browser: opened before the tests of a file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { RunFacts } from '../../report/samples/recording.ts';
import type { Samples } from '../../report/samples/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import { counter, SAMPLE_GENERATOR, sampleSummary, times } from '../results/sample-run.ts';
import { openBrowser, openPage, type WatchedPage } from './browser.ts';
import { subfolder, temporaryFolder } from './chat-run.ts';
import { failedAtOnce, longRamp, type Made, nothingAnswered, socketsAlone } from './made-runs.ts';

export interface MadePages {
  readonly browser: Browser;
  readonly ramp: Made;
  /** The ramp’s page, for tests that only read it. */
  readonly shared: WatchedPage;
  /** Name → the address of its file. */
  readonly pages: Readonly<Record<string, string>>;
  /** For what a test makes itself; it goes when the tests are over. */
  readonly folder: string;
}

/** @returns what is filled before the first test of the file that calls it. */
export function madePages(): MadePages {
  const ramp = longRamp();
  const pages: Record<string, string> = {};
  const made = { ramp, pages } as { -readonly [key in keyof MadePages]: MadePages[key] };
  let scratch: Awaited<ReturnType<typeof temporaryFolder>> | undefined;

  before(async () => {
    scratch = await temporaryFolder();
    const { path } = scratch;
    made.folder = path;
    const page = async (
      name: string,
      samples: Samples | undefined,
      summary: object | null,
      facts: RunFacts = {},
    ) => {
      const folder = await subfolder(path, name);
      if (summary) await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
      pages[name] = pathToFileURL(await writeReport(folder, samples, facts)).href;
    };
    await page('ramp', ramp.samples, ramp.summary);
    await page('nothing', nothingAnswered(), null, {
      settings: { NUC_WARMUP: '1s' },
      generator: SAMPLE_GENERATOR,
    });
    await page('at-once', failedAtOnce(), null);
    await page('sockets', socketsAlone(), null);
    await page('no-samples', undefined, ramp.summary);
    const late = { chat_client_lag: times(92, 500), dropped_iterations: counter(7) };
    await page('untrusted', undefined, { ...sampleSummary(late), generator: SAMPLE_GENERATOR });
    made.browser = await openBrowser();
    made.shared = await openPage(made.browser, pages.ramp ?? '');
  });

  after(async () => {
    await made.browser?.close();
    await scratch?.remove();
  });
  return made;
}
