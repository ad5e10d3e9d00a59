/**
 * Makes the pictures of docs/screenshots anew, from a real run of the ramp against the simulator:
 *   npm run screenshots
 * It takes about a minute and a half, and refuses the run of a machine that was too busy for it.
 */
import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { startLivePage } from '../../report/live/live-page.ts';
import { Samples } from '../../report/samples/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import { openBrowser, openPage, type View } from './browser.ts';
import { runChat, temporaryFolder } from './chat-run.ts';

const FOLDER = join('docs', 'screenshots');
const SIZE_LIMIT = 200_000;
const SETTINGS = {
  PROFILE: 'ramp',
  RAMP_START_SESSIONS: '2',
  RAMP_INCREMENT: '2',
  RAMP_INTERVAL: '15s',
  RAMP_MAX_SESSIONS: '10',
  NUC_QUESTIONS_PER_COURSE: '3',
  NUC_SLO_FIRST_CHUNK: '600ms',
  NUC_SLO_RESPONSE: '5s',
  NUC_MAX_CLIENT_LAG: '100ms',
};
/** More answers at once than this slow each other down. */
const CAPACITY = 7;
const LIVE_STEP = '8';
const REPORTS: [name: string, height: number, view: View][] = [
  ['report-light-1280', 1400, { width: 1280, scheme: 'light' }],
  ['report-dark-1280', 1400, { width: 1280, scheme: 'dark' }],
  ['report-light-390', 1700, { width: 390, scheme: 'light' }],
];

async function picture(page: Page, name: string, width: number, height: number): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
  const { size } = await stat(path);
  assert.ok(size < SIZE_LIMIT, `${path}: ${size} bytes, expected less than ${SIZE_LIMIT}`);
  console.log(`${path}  ${size} bytes`);
}

await mkdir(FOLDER, { recursive: true });
const scratch = await temporaryFolder();
const browser = await openBrowser();
const samples = new Samples();
const live = await startLivePage({ samples, settings: SETTINGS });
try {
  const { page } = await openPage(browser, live.url);
  const run = runChat({
    folder: scratch.path,
    samples,
    settings: SETTINGS,
    simulator: { speed: 15, capacity: CAPACITY, faults: ['close-1006:1/12', 'handshake-503:1/17'] },
  });
  const step = page.locator('[aria-label="Figures by step"] tbody th', { hasText: LIVE_STEP });
  await Promise.all([step.waitFor({ timeout: 120_000 }), page.waitForSelector('canvas')]);
  await picture(page, 'live', 1280, 1200);
  await page.close();
  const end = await run;
  console.log(end.stdout);
  assert.doesNotMatch(end.stdout, /NOT TO BE TRUSTED/, 'the machine was too busy: run it again');
  const report = pathToFileURL(await writeReport(scratch.path, samples)).href;
  for (const [name, height, view] of REPORTS) {
    const { page: shown } = await openPage(browser, report, view);
    await picture(shown, name, view.width ?? 1280, height);
    await shown.close();
  }
} finally {
  await live.close();
  await browser.close();
  await scratch.remove();
}
