/** The figures of the page: what each of its tables, tiles and banners says of a run. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { NOTHING } from '../../report/page/markup.ts';
import { stepsTable } from '../../report/page/tables.ts';
import { verdictSection } from '../../report/page/verdict-section.ts';
import { writeReport } from '../../report/write-report.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { colouredPixels, drawnCharts, openPage, tableRows, textOf, totalsOf } from './browser.ts';
import { subfolder } from './chat-run.ts';
import { madePages } from './made-pages.ts';
import { longRamp } from './made-runs.ts';

const made = madePages();

test('ten steps: a row each, and how far the climb held in the banner', async () => {
  const { page } = made.shared;
  const rows = await tableRows(page, 'Figures by step');
  assert.deepEqual(rows[0], [
    '10 sessions ✓',
    '100.00 %',
    '100.00 %',
    '630.0 ms',
    '1.40 s',
    '8.10 s',
    '18.00 s',
    '0',
    '10',
    '120',
  ]);
  assert.equal(rows.length, 10);
  const lines = await page.locator('.banner.bad p').allTextContents();
  assert.equal(lines[2], `${made.ramp.summary.findings[0]}.`);
  assert.equal(await page.locator('.findings').count(), 0);
});

test('of many steps, the last are in sight, and all of them fold away', () => {
  const summary = sampleSummary(
    {},
    { steps: Array.from({ length: 50 }, (_, index) => `s${index}`) },
  );
  const bySteps = summary.bySteps.map((step) => ({ ...step, sessionsStarted: 1 }));
  const shape = { stepsOf: 'answers', limit: null, slo: false, live: false } as const;
  const [inSight = '', rest = ''] = stepsTable({ ...summary, bySteps }, shape).text.split(
    '<details>',
  );
  const rowsOf = (text: string) =>
    [...text.matchAll(/<th scope="row">(\w+)</g)].map(([, name]) => name);
  assert.equal(rowsOf(inSight).length, 20);
  assert.equal(rowsOf(inSight)[0], 's30');
  assert.match(inSight, /Of 50 steps, s30 to s49\./);
  assert.match(rest, /^<summary>All 50 steps<\/summary>/);
  assert.equal(rowsOf(rest).length, 50);
});

test('what steps that are compared tell has a place of its own', async () => {
  const folder = await subfolder(made.folder, 'compared');
  const summary = { ...sampleSummary(), findings: ['response p95: 1.0 s first, 1.1 s last'] };
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  const { page } = await openPage(made.browser, pathToFileURL(await writeReport(folder)).href);
  assert.equal(await textOf(page, '.findings li'), summary.findings[0]);
  await page.close();
});

test('where the generator was the bottleneck, that stands beside the verdict', async () => {
  const { page } = await openPage(made.browser, made.pages.untrusted ?? '');
  const banners = await page.locator('.banner').allTextContents();
  assert.deepEqual(
    banners.map((text) =>
      text
        .trim()
        .split(/\s{2,}/)
        .slice(1, 2),
    ),
    [['No verdict'], ['Not to be trusted']],
  );
  assert.match(banners[1] ?? '', /1000 ms late .*limit 100 ms.*7 sessions were never started/s);
  const took =
    'k6 used 0.41 of 2 cores, 212 MB at most, some process waited for a CPU 31.20 % of the time.';
  assert.ok(banners[1]?.includes(took), banners[1]);
  const totals = await totalsOf(page);
  assert.deepEqual(totals.Received, ['8.3 MB', '812 B sent', '695.5 kB a session']);
  await page.goto(made.pages.ramp ?? '');
  assert.match(
    await textOf(page, '.banner.plain'),
    /The load generator kept up\s+Latencies may be too long by 9\.0 ms; 18\.0 ms would be too much/,
  );
  await page.close();
});

test('on a phone the bars of the spread are whole', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '', { width: 390 });
  const cut = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.spread .bar')].filter((bar) =>
      bar.getBoundingClientRect().right > bar.closest('.scroll').getBoundingClientRect().right
    ).map((bar) => bar.closest('tr').textContent)`,
  );
  assert.deepEqual(cut, []);
  await page.close();
});

test('what the banner says is not said again, and a run of sockets has latencies of sockets', async () => {
  const { page } = await openPage(made.browser, made.pages.sockets ?? '');
  const names = (await tableRows(page, 'Latencies')).map(([name]) => name);
  assert.deepEqual(names, ['Token', 'Create chat', 'Socket open', 'Timer lag']);
  // k6 counts bytes when a session ends; here it counted none.
  assert.equal((await totalsOf(page)).Received, undefined);
  const found = longRamp().summary;
  const crossed = found.verdicts.filter(
    ({ ok, metric }) => ok || metric === `chat_slo_met{step:${found.limit?.broke}}`,
  );
  const folder = await subfolder(made.folder, 'found');
  const summary = { ...found, verdicts: crossed };
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  await page.goto(pathToFileURL(await writeReport(folder)).href);
  assert.equal(await textOf(page, '.banner.found .word'), 'Limit found: 10 sessions');
  assert.equal(await page.getByText('What was found').count(), 0);
  await page.close();
});

test('a course has its answers that were cut off, and those that failed', async () => {
  const { page } = made.shared;
  const rows = await tableRows(page, 'Figures by course');
  assert.deepEqual(
    rows.map((cells) => [...cells.slice(0, 3), ...cells.slice(9)]),
    [
      ['MED1060', '93.10 %', '84.75 %', '60', '54', '2', '2', '2'],
      ['BUMA1000', '100.00 %', '83.33 %', '40', '36', '0', '0', '4'],
    ],
  );
  assert.equal((await tableRows(page, 'Errors by phase and reason')).length, 4);
  assert.match(await textOf(page, 'main'), /Handshakes refused, by HTTP status: 1 × 503\./);
});

test('many thresholds: those that were crossed are in sight, the others fold away', async () => {
  const { page } = made.shared;
  const rows = await tableRows(page, 'Thresholds');
  const crossed = rows.filter(([verdict]) => verdict === '✗ crossed');
  assert.equal(rows.length, made.ramp.summary.verdicts.length);
  assert.equal(crossed.length, made.ramp.summary.verdicts.filter(({ ok }) => !ok).length);
  assert.equal(await page.locator('summary', { hasText: 'thresholds that held' }).count(), 1);
  assert.equal(await page.getByText('✓ held').first().isVisible(), false);
  assert.match(await textOf(page, '.banner.bad'), /Failed\s+12 of 16 thresholds crossed: /);
});

test('a threshold that had nothing to judge is not shown as held', () => {
  const setUp = { metric: 'chat_setup_success{warmup:no}', threshold: 'rate>=0.95', ok: true };
  const summary = sampleSummary();
  const { text } = verdictSection(
    { ...summary, passed: true, verdicts: [{ ...setUp, got: null }] },
    NOTHING,
  );
  assert.match(text, />· not judged<[\s\S]*chat_[\s\S]*no sample/);
  assert.doesNotMatch(text, /✓ held/);
});

test('a run without an answer says so, and has no verdict where k6 gave none', async () => {
  const { page } = await openPage(made.browser, made.pages.nothing ?? '');
  assert.match(await textOf(page, '.banner'), /No verdict/);
  const totals = await totalsOf(page);
  assert.deepEqual(totals.Sessions, ['20', '0 completed', '20 failed']);
  assert.deepEqual(totals['Response p95'], ['—', 'no answer']);
  assert.deepEqual(totals.Errors, ['20', '1 kind']);
  assert.deepEqual(
    (await drawnCharts(page)).map(({ id }) => id),
    ['load', 'errors'],
  );
  assert.deepEqual(await page.locator('.nothing-drawn:visible').allTextContents(), [
    'Nothing to draw: Time to first chunk, Response time.',
    'Nothing to draw: Questions and answers per second, Client lag.',
  ]);
  assert.equal(await page.locator('figure:visible').count(), 2);
  // What there is nothing to say of takes no section.
  assert.equal(await page.getByText('No question was sent.').count(), 0);
  assert.equal(await page.getByRole('heading', { name: /^By / }).count(), 0);
  assert.match(
    await textOf(page, '.cards + .quiet'),
    /^Warm-up: 1s: .*\. Load generator: k6 used 0\.41 of 2 cores, /,
  );
  await page.close();
});

test('why a run failed stands in its banner: the most frequent reasons, and when each began', async () => {
  const { page } = made.shared;
  const lines = await page.locator('.banner.bad .reasons li').allTextContents();
  assert.deepEqual(lines, [
    '2 × stream/stall no frame for NUC_STALL_TIMEOUT while an answer was due; first at 3:26.4',
    '1 × token/http_5xx the service failed; first at 3:00',
    '1 × connect/handshake the server refused the upgrade; its status is counted apart: 1 × 503; first at 9:40.7',
    '1 other reason',
  ]);
  // Without samples it is not known when.
  await page.goto(made.pages['no-samples'] ?? '');
  const without = await page.locator('.banner.bad .reasons li').allTextContents();
  assert.equal(without.length, lines.length);
  assert.ok(
    without.every((line) => !line.includes('first at')),
    without.join('\n'),
  );
  await page.goto(made.pages.ramp ?? '');
  const { page: nothing } = await openPage(made.browser, made.pages.nothing ?? '', { width: 390 });
  const reason = nothing.locator('.banner .reasons li');
  assert.equal(
    await reason.textContent(),
    '20 × token/refused nothing listens there; first at 0:00',
  );
  const { y = Number.POSITIVE_INFINITY } = (await reason.boundingBox()) ?? {};
  assert.ok(y < 900, `on the first screen of a phone, got y = ${y}`);
  await nothing.close();
});

test('the first failures stand one by one, with the steps and questions that they had', async () => {
  const rows = await tableRows(made.shared.page, 'First failures');
  assert.equal(rows.length, 10);
  assert.deepEqual(rows[0], ['3:00', '—', 'token/http_5xx', '60', 'BUMA1000, turn 1']);
  const { page } = await openPage(made.browser, made.pages['at-once'] ?? '');
  assert.deepEqual((await tableRows(page, 'First failures')).slice(0, 2), [
    ['0:00', '—', 'token/http_401'],
    ['0:00', '—', 'token/http_401'],
  ]);
  await page.goto(made.pages.sockets ?? '');
  assert.equal(await page.getByText('First failures').count(), 0);
  await page.close();
});

test('how the answers are spread: each is in one row, and the rows add up to all of them', async () => {
  const { page } = made.shared;
  const sum = (rows: string[][], column: number) =>
    rows.reduce((all, row) => all + Number(row[column]?.replaceAll(',', '')), 0);
  // Of answers that were cut off there are first chunks too.
  for (const [title, what] of [
    ['Time to first chunk', 'first chunks'],
    ['Response time', 'answers'],
  ] as const) {
    const rows = await tableRows(page, `${title}: how many ${what} took how long`);
    assert.equal(sum(rows, 1), 1200, title);
    assert.ok(rows.length >= 7 && rows.length <= 15, `${title}: ${rows.length} rows`);
  }
  const levels = await tableRows(page, 'Latency by sessions open');
  assert.equal(sum(levels, 1), 1200);
  assert.equal(await page.getByRole('heading', { name: 'Latency by sessions open' }).count(), 1);
  // The made ramp's answers are slower with each step, and its sessions more; the first row is that of
  // answers which came when the sessions were over.
  const bars = await page.evaluate<number[]>(
    `[...document.querySelectorAll('[aria-label="Latency by sessions open"] .bar')].map((bar) => bar.getBoundingClientRect().width)`,
  );
  assert.equal(bars.length, levels.length);
  assert.equal(Math.max(...bars), bars.at(-1));
  assert.deepEqual(
    bars.slice(1),
    bars.slice(1).sort((a, b) => a - b),
  );
});

test('a run of sockets shows when they opened and how many were open, and nothing of answers', async () => {
  const { page } = await openPage(made.browser, made.pages.sockets ?? '');
  assert.deepEqual(
    (await drawnCharts(page)).map(({ id, labels }) => `${id}: ${labels}`),
    ['socket-open: p50,p95,p99', 'sockets: sessions open'],
  );
  const pixels = await colouredPixels(page);
  for (const id of ['socket-open', 'sockets']) {
    assert.ok((pixels[id] ?? 0) > 10, `${id}: ${pixels[id]} coloured pixels`);
  }
  // Of errors there were none.
  assert.equal(await textOf(page, '.nothing-drawn:visible'), 'Nothing to draw: Errors per second.');
  assert.deepEqual(Object.keys(await totalsOf(page)), ['Sessions', 'Socket open p95', 'Errors']);
  assert.equal((await tableRows(page, 'Sockets by step')).length, 2);
  const latencies = (await tableRows(page, 'Latencies')).map(([name]) => name);
  assert.deepEqual(latencies, ['Token', 'Create chat', 'Socket open', 'Timer lag']);
  assert.equal(await page.getByText('No question was sent.').count(), 0);
  await page.close();
});

test('without samples the figures stay, and a sentence says how to have charts', async () => {
  const { page } = await openPage(made.browser, made.pages['no-samples'] ?? '');
  assert.equal(await page.locator('canvas').count(), 0);
  assert.match(await textOf(page, 'main'), /No charts: .* --out json=FOLDER\/samples\.json\.gz/s);
  assert.deepEqual((await totalsOf(page)).Answers?.[0], '92');
  await page.close();
});
