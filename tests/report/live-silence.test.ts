/** A live page whose run is gone says so: it does not go on saying “Running”. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startLivePage } from '../../report/live/live-page.ts';
import { openBrowser, textOf } from './browser.ts';
import { temporaryFolder } from './chat-run.ts';
import { MadeRun } from './made-samples.ts';

const SCRIPT = join(import.meta.dirname, 'live-server.ts');
const NO_NEWS = /^No news since \d\d:\d\d:\d\d [+-]\d\d:\d\d$/;
const NO_NEWS_TITLE = 'No news · made · made-run · chat load test';

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

async function serve(t: { after(done: () => void): void }): Promise<[ChildProcess, string]> {
  const server = spawn(process.execPath, ['--import', 'tsx', SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => void server.kill('SIGKILL'));
  const [line] = await once(server.stdout ?? assert.fail(), 'data');
  return [server, String(line).trim()];
}

/** The banner's word, once it is another than before. */
async function wordAfter(page: Page, before: string): Promise<string> {
  await page.locator('.banner .word', { hasNotText: before }).waitFor();
  return textOf(page, '.banner .word');
}

const DAY_MS = 86_400_000;

/** @returns since when the page says that it heard nothing, in milliseconds of a day of UTC. */
async function assertNoNews(page: Page, why: RegExp): Promise<number> {
  const word = await wordAfter(page, 'Running');
  assert.match(word, NO_NEWS);
  assert.match(await textOf(page, '.banner .word + p'), why);
  assert.match(await textOf(page, '#status'), why);
  // What is known stays.
  assert.match(await textOf(page, '.banner .reasons'), /1 × stream\/stall/);
  const [, since = ''] = /since (.*)/.exec(word) ?? [];
  return Date.parse(`1970-01-02T${since.replace(' ', '')}`) % DAY_MS;
}

test('the runner was killed: since when nothing was heard, and what that may mean', async (t) => {
  const [server, url] = await serve(t);
  const page = await browser.newPage();
  const events = page.waitForResponse(`${url}events`);
  await page.goto(url);
  await events;
  assert.equal(await textOf(page, '.banner .word'), 'Running');
  const killedAt = Date.now() % DAY_MS;
  server.kill('SIGKILL');
  const since = await assertNoNews(page, /ended or killed, and k6 with it.*results folder/);
  const apart = Math.abs(killedAt - since);
  assert.ok(Math.min(apart, DAY_MS - apart) < 10_000, `${apart} ms`);
  assert.equal(await page.title(), NO_NEWS_TITLE);
  await page.close();
});

test('the runner stands still: the page says so, and goes on when it does', async (t) => {
  const [server, url] = await serve(t);
  const page = await browser.newPage();
  await page.clock.install();
  const events = page.waitForResponse(`${url}events`);
  await page.goto(url);
  await events;
  server.kill('SIGSTOP');
  await page.clock.runFor(14_000);
  assert.equal(await textOf(page, '.banner .word'), 'Running');
  await page.clock.runFor(60_000);
  await assertNoNews(page, /is stopped, or .* goes on when the runner does/);
  server.kill('SIGCONT');
  assert.equal(await wordAfter(page, await textOf(page, '.banner .word')), 'Running');
  assert.equal(await page.title(), 'Live · made · made-run · chat load test');
  await page.close();
});

test('a live page that was saved hears nothing, from the beginning', async (t) => {
  const scratch = await temporaryFolder();
  t.after(() => scratch.remove());
  const run = new MadeRun(5_000).session(0, null);
  run.add('chat_errors', 950, 1, { phase: 'stream', reason: 'stall' });
  const live = await startLivePage({ samples: run.samples() });
  t.after(() => live.close());
  const file = join(scratch.path, 'saved.html');
  await writeFile(file, await (await fetch(live.url)).text());
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  await assertNoNews(page, /or this page is a copy in a file/);
  await page.close();
});

test('a run that ends without a report runs no more', async (t) => {
  const live = await startLivePage({ samples: new MadeRun(5_000).session(0, null).samples() });
  t.after(() => live.close());
  const page = await browser.newPage();
  const events = page.waitForResponse(`${live.url}events`);
  await page.goto(live.url);
  await events;
  await live.close();
  assert.equal(await wordAfter(page, 'Running'), 'Ended');
  assert.match(await textOf(page, '.banner .word + p'), /without a report/);
  assert.equal(await page.title(), 'Ended · made · made-run · chat load test');
  await page.close();
});
