import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { chartsOf } from '../../report/charts/charts.ts';
import { recordingOf } from '../../report/samples/recording.ts';
import type { Samples } from '../../report/samples/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import { counter, sampleSummary, times } from '../results/sample-run.ts';
import {
  colouredPixels,
  drawnAnew,
  drawnCharts,
  lineContrasts,
  openBrowser,
  openPage,
  sidewaysScroll,
  tableRows,
  textContrasts,
  textOf,
  totalsOf,
  type WatchedPage,
} from './browser.ts';
import { subfolder, temporaryFolder } from './chat-run.ts';
import { failedAtOnce, longRamp, nothingAnswered, socketsAlone } from './made-runs.ts';

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;
/** In CSS pixels, without Chromium’s margins. */
const A4_WIDTH = 718;
const LEAST_TEXT_CONTRAST = 4.5;
const LEAST_LINE_CONTRAST = 3;

const ramp = longRamp();
let browser: Browser;
/** The ramp’s report, for tests that only read it. */
let shared: WatchedPage;
let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
const pages: Record<string, string> = {};

before(async () => {
  scratch = await temporaryFolder();
  const page = async (name: string, samples: Samples | undefined, summary: object | null) => {
    const folder = await subfolder(scratch.path, name);
    if (summary) await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
    pages[name] = pathToFileURL(await writeReport(folder, samples)).href;
  };
  await page('ramp', ramp.samples, ramp.summary);
  await page('nothing', nothingAnswered(), null);
  await page('at-once', failedAtOnce(), null);
  await page('sockets', socketsAlone(), null);
  await page('no-samples', undefined, ramp.summary);
  const late = { chat_client_lag: times(92, 500), dropped_iterations: counter(7) };
  await page('untrusted', undefined, sampleSummary(late));
  browser = await openBrowser();
  shared = await openPage(browser, pages.ramp ?? '');
});

after(async () => {
  await browser?.close();
  await scratch?.remove();
});

test('nothing but the file is asked for, nothing is complained of, nothing sticks out', async () => {
  for (const [name, url] of Object.entries(pages)) {
    const { page, requests, complaints } = await openPage(browser, url);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await drawnAnew(page);
      assert.equal(await sidewaysScroll(page), 0, `${name} at ${width}`);
    }
    assert.deepEqual(requests, [url], name);
    assert.deepEqual(complaints, [], name);
    await page.close();
  }
});

test('nothing lies upon anything else, and a figure of the totals has one line', async () => {
  for (const [name, url] of Object.entries(pages)) {
    for (const width of WIDTHS) {
      const { page } = await openPage(browser, url, { width });
      const upon = await page.evaluate<string[]>(
        `[...document.querySelectorAll('main section > *, main [data-part] > *')].filter((one) => {
          const next = one.nextElementSibling;
          if (next === null || !one.checkVisibility() || !next.checkVisibility()) return false;
          if (one.classList.contains('unseen') || next.classList.contains('unseen')) return false;
          return one.getBoundingClientRect().bottom > next.getBoundingClientRect().top + (one.tagName === 'H2' ? 1 : 0);
        }).map((one) => one.textContent.trim().slice(0, 40) + ' | ' + one.nextElementSibling.textContent.trim().slice(0, 40))`,
      );
      assert.deepEqual(upon, [], `${name} at ${width}`);
      const heights = await page.evaluate<number[]>(
        "[...document.querySelectorAll('.cards .value')].map((one) => one.getBoundingClientRect().height)",
      );
      assert.ok(Math.max(...heights) < 40, `${name} at ${width}: ${heights}`);
      await page.close();
    }
  }
});

test('printed on A4 nothing is cut off, and the colours are light', async () => {
  const { page } = await openPage(browser, pages.ramp ?? '', { scheme: 'dark', width: A4_WIDTH });
  await page.emulateMedia({ media: 'print' });
  assert.equal(await sidewaysScroll(page), 0);
  assert.equal(
    await page.evaluate('getComputedStyle(document.body).backgroundColor'),
    'rgb(255, 255, 255)',
  );
  await page.close();
});

test('every text stands out from its ground, in light and in dark', async () => {
  const grounds: string[] = [];
  for (const scheme of SCHEMES) {
    for (const name of ['ramp', 'nothing', 'untrusted']) {
      const { page } = await openPage(browser, pages[name] ?? '', { scheme });
      const contrasts = await textContrasts(page);
      assert.ok(contrasts.length > 40, `${contrasts.length} texts`);
      const weak = contrasts.filter(({ ratio }) => !(ratio >= LEAST_TEXT_CONTRAST));
      assert.deepEqual(weak, [], `${name}, ${scheme}`);
      if (name === 'ramp') {
        const lines = await lineContrasts(page);
        const thin = lines.filter(({ ratio }) => !(ratio >= LEAST_LINE_CONTRAST));
        assert.deepEqual(thin, [], scheme);
        grounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
      await page.close();
    }
  }
  assert.notEqual(grounds[0], grounds[1]);
});

test('the charts hold every point of the timeline, and draw them in both schemes', async () => {
  const { timeline } = recordingOf(ramp.samples);
  const expected = chartsOf(timeline, ramp.summary.settings);
  assert.equal(expected.length, 10);
  for (const scheme of SCHEMES) {
    const { page } = await openPage(browser, pages.ramp ?? '', { scheme });
    const drawn = await drawnCharts(page);
    assert.deepEqual(
      drawn,
      expected.map(({ id, times, series }) => ({
        id,
        labels: series.map(({ label }) => label),
        data: [times, ...series.map(({ values }) => values)],
      })),
    );
    const pixels = await colouredPixels(page);
    for (const { id } of expected) {
      assert.ok((pixels[id] ?? 0) > 100, `${id}, ${scheme}: ${pixels[id]} coloured pixels`);
    }
    await page.close();
  }
});

test('a chart that changes its colours with the scheme of a page that is open', async () => {
  const { page } = await openPage(browser, pages.ramp ?? '');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(
    "getComputedStyle(document.body).backgroundColor === 'rgb(17, 21, 26)'",
  );
  await drawnAnew(page);
  const pixels = await colouredPixels(page);
  assert.ok((pixels.response ?? 0) > 100, 'drawn in the colours of the dark scheme');
  const marker =
    "getComputedStyle(document.querySelector('tr:nth-child(2) .u-marker')).borderTopColor";
  assert.equal(await page.evaluate(marker), 'rgb(86, 180, 233)');
  await page.close();
});

test('more kinds of errors than colours: the most frequent by name, the rest together', async () => {
  const { page } = shared;
  const errors = (await drawnCharts(page)).find(({ id }) => id === 'errors');
  assert.equal(errors?.labels.length, 7);
  assert.equal(errors?.labels.at(-1), '4 other reasons');
});

test('ten steps: a row each, and the findings in words', async () => {
  const { page } = shared;
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
  assert.equal(await textOf(page, '.findings li'), ramp.summary.findings[0]);
});

test('where the generator was the bottleneck, that stands beside the verdict', async () => {
  const { page } = await openPage(browser, pages.untrusted ?? '');
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
  await page.goto(pages.ramp ?? '');
  assert.match(
    await textOf(page, '.banner.plain'),
    /The load generator kept up\s+Latencies may be too long by 9\.0 ms; 18\.0 ms would be too much/,
  );
  await page.close();
});

test('a course has its answers that were cut off, and those that failed', async () => {
  const { page } = shared;
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
  const { page } = shared;
  const rows = await tableRows(page, 'Thresholds');
  const crossed = rows.filter(([verdict]) => verdict === '✗ crossed');
  assert.equal(rows.length, ramp.summary.verdicts.length);
  assert.equal(crossed.length, ramp.summary.verdicts.filter(({ ok }) => !ok).length);
  assert.equal(await page.locator('summary', { hasText: 'thresholds that held' }).count(), 1);
  assert.equal(await page.getByText('✓ held').first().isVisible(), false);
  assert.match(await textOf(page, '.banner.bad'), /Failed\s+12 of 16 thresholds crossed: /);
});

test('a run without an answer says so, and has no verdict where k6 gave none', async () => {
  const { page } = await openPage(browser, pages.nothing ?? '');
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
  assert.equal(await page.getByText('No question was sent.').count(), 2);
  await page.close();
});

test('why a run failed stands in its banner: the most frequent reasons, and when each began', async () => {
  const { page } = shared;
  const lines = await page.locator('.banner.bad .reasons li').allTextContents();
  assert.deepEqual(lines, [
    '2 × stream/stall no frame for NUC_STALL_TIMEOUT while an answer was due; first at 3:26.4',
    '1 × token/http_5xx the service failed; first at 3:00',
    '1 × connect/handshake the server refused the upgrade; its status is counted apart; first at 9:40.7',
    '1 other reason',
  ]);
  // Without samples it is not known when.
  await page.goto(pages['no-samples'] ?? '');
  const without = await page.locator('.banner.bad .reasons li').allTextContents();
  assert.equal(without.length, lines.length);
  assert.ok(
    without.every((line) => !line.includes('first at')),
    without.join('\n'),
  );
  await page.goto(pages.ramp ?? '');
  const { page: nothing } = await openPage(browser, pages.nothing ?? '', { width: 390 });
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
  const rows = await tableRows(shared.page, 'First failures');
  assert.equal(rows.length, 10);
  assert.deepEqual(rows[0], ['3:00', '—', 'token/http_5xx', '60', 'BUMA1000, turn 1']);
  const { page } = await openPage(browser, pages['at-once'] ?? '');
  assert.deepEqual((await tableRows(page, 'First failures')).slice(0, 2), [
    ['0:00', '—', 'token/http_401'],
    ['0:00', '—', 'token/http_401'],
  ]);
  await page.goto(pages.sockets ?? '');
  assert.equal(await page.getByText('First failures').count(), 0);
  await page.close();
});

test('how the answers are spread: each is in one row, and the rows add up to all of them', async () => {
  const { page } = shared;
  const sum = (rows: string[][], column: number) =>
    rows.reduce((all, row) => all + Number(row[column]?.replaceAll(',', '')), 0);
  for (const title of ['Time to first chunk', 'Response time']) {
    const rows = await tableRows(page, `${title}: how many answers took how long`);
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

test('a time that is chosen in one chart is shown in all of them, and a double click ends it', async () => {
  const { page } = await openPage(browser, pages.ramp ?? '');
  const spans = () =>
    page.evaluate<number[][]>(
      '[...window.figures.values()].filter(({ plot }) => plot !== null).map(({ plot }) => [plot.scales.x.min, plot.scales.x.max])',
    );
  const whole = await spans();
  assert.equal(whole.length, 10);
  for (const [min = -1, max = 0] of whole) {
    assert.equal(min, 0);
    assert.ok(Math.abs(max - 1800) < 0.01, `${max}`);
  }
  const area = page.locator('figure[data-chart=response] .u-over');
  await area.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, width = 0 } = (await area.boundingBox()) ?? {};
  await page.mouse.move(x + width * 0.25, y + 50);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.4, y + 55);
  await page.mouse.move(x + width * 0.5, y + 50);
  await drawnAnew(page);
  await page.mouse.up();
  await drawnAnew(page);
  const chosen = await spans();
  const [[min = 0, max = 0] = []] = chosen;
  assert.ok(Math.abs(min - 450) < 10 && Math.abs(max - 900) < 10, `${min} to ${max}`);
  for (const span of chosen) assert.deepEqual(span, [min, max]);
  const selects = await page.locator('.u-select:visible').count();
  assert.equal(selects, 0, 'no chart keeps a selection');
  await area.dblclick({ position: { x: 20, y: 20 } });
  await drawnAnew(page);
  assert.deepEqual(await spans(), whole);
  await page.close();
});

test('on a phone, what matters stands first, and a long code leaves it room', async () => {
  const { page } = await openPage(browser, pages.ramp ?? '', { width: 390 });
  await page.evaluate(
    `document.querySelector('[aria-label="Figures by course"] tbody th').textContent = 'ADVANCED-MEDICAL-IMAGING-WITH-EXERCISES-2026'`,
  );
  const table = page.getByRole('region', { name: 'Figures by course' });
  for (const [column, name] of [
    [1, 'success'],
    [2, 'in time'],
  ] as const) {
    const cell = table.locator('tbody tr').first().locator('> *').nth(column);
    const { x = 999, width = 0 } = (await cell.boundingBox()) ?? {};
    assert.ok(x + width <= 390, `${name} ends at ${x + width}`);
  }
  await page.close();
});

test('a tab and the points of each chart have names of their own, and a purpose has numbers', async () => {
  const { page } = shared;
  assert.equal(await page.title(), 'breakpoint · made-run · chat load test');
  const names = await page.locator('.points summary').allTextContents();
  assert.equal(new Set(names).size, 10, names.join());
  const folder = await subfolder(scratch.path, 'purpose');
  const purpose = 'NUM_SESSIONS sessions at once, at NO_SUCH_SETTING';
  const summary = sampleSummary({}, { purpose, settings: { NUM_SESSIONS: '20' } });
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  const { page: other } = await openPage(browser, pathToFileURL(await writeReport(folder)).href);
  assert.equal(await textOf(other, '.purpose'), '20 sessions at once, at NO_SUCH_SETTING');
  await other.close();
});

test('the table of contents leads to every section, and to no other', async () => {
  for (const name of ['ramp', 'nothing', 'sockets', 'no-samples']) {
    const { page } = await openPage(browser, pages[name] ?? '');
    const links = await page.evaluate<string[][]>(
      `[...document.querySelectorAll('.contents a')].map((link) => [link.textContent, document.querySelector(link.hash)?.textContent])`,
    );
    const headings = await page.locator('h2:not(.unseen)').allTextContents();
    assert.deepEqual(
      links,
      headings.map((heading) => [heading, heading]),
      name,
    );
    await page.close();
  }
});

test('one bar, of a run that was over at once, leaves the axis of its chart alone', async () => {
  const { page } = await openPage(browser, pages['at-once'] ?? '');
  const drawn = (await drawnCharts(page)).find(({ id }) => id === 'errors');
  // Three errors are three a second, however short the run was.
  assert.deepEqual(drawn?.data, [[0.019], [3]]);
  const { bar, plot } = await page.evaluate<Record<string, number[]>>(`(() => {
    const { ctx, bbox } = window.figures.get('errors').plot;
    const { width, height } = ctx.canvas;
    const { data } = ctx.getImageData(0, 0, width, height);
    const hex = getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim();
    const colour = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join();
    const columns = [], rows = [];
    for (let at = 0; at < data.length; at += 4) {
      if ([data[at], data[at + 1], data[at + 2]].join() !== colour) continue;
      columns.push((at / 4) % width);
      rows.push(Math.floor(at / 4 / width));
    }
    const ends = (list) => [Math.min(...new Set(list)), Math.max(...new Set(list)) + 1];
    return {
      bar: [...ends(columns), ...ends(rows)],
      plot: [bbox.left, bbox.left + bbox.width, bbox.top, bbox.top + bbox.height],
    };
  })()`);
  const [left = 0, right = 0, top = 0, bottom = 0] = bar ?? [];
  const [plotLeft = 0, plotRight = 0, plotTop = 0, plotBottom = 0] = plot ?? [];
  assert.ok(left > plotLeft && right < plotRight, `${bar} beside ${plot}`);
  assert.ok(top > plotTop && bottom <= plotBottom, `${bar} above or below ${plot}`);
  assert.ok(right - left > 10 && right - left <= 64, `a bar ${right - left} wide`);
  await page.close();
});

test('a run of sockets shows when they opened and how many were open, and nothing of answers', async () => {
  const { page } = await openPage(browser, pages.sockets ?? '');
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
  assert.equal(await page.getByText('No question was sent.').count(), 0);
  await page.close();
});

test('on a phone, what a setting means has the width of the page', async () => {
  const { page } = await openPage(browser, pages.ramp ?? '', { width: 390 });
  await page.getByText('Settings with their defaults: ').click();
  const cells = await page.evaluate<{ width: number; text: string }[]>(
    `[...document.querySelectorAll('[aria-labelledby=settings] td:last-child')].map((cell) => ({
      width: cell.getBoundingClientRect().width,
      text: cell.textContent,
    }))`,
  );
  assert.ok(cells.length >= 4, `${cells.length} settings`);
  for (const { width, text } of cells) assert.ok(width > 300, `${width}: ${text}`);
  await page.close();
});

test('without samples the figures stay, and a sentence says how to have charts', async () => {
  const { page } = await openPage(browser, pages['no-samples'] ?? '');
  assert.equal(await page.locator('canvas').count(), 0);
  assert.match(await textOf(page, 'main'), /No charts: .* --out json=FOLDER\/samples\.json\.gz/s);
  assert.deepEqual((await totalsOf(page)).Answers?.[0], '92');
  await page.close();
});

test('headings, tables and charts say what they are without being seen', async () => {
  const { page } = await openPage(browser, pages.ramp ?? '');
  assert.equal(await page.locator('h1').count(), 1);
  const levels = await page.evaluate<number[]>(
    "[...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName[1]))",
  );
  levels.forEach((level, index) => {
    assert.ok(level <= (levels[index - 1] ?? 0) + 1, `a heading of level ${level} at ${index}`);
  });
  const ofCharts = await page.evaluate<string[]>(`[...document.querySelectorAll('[role=img]')].map(
    (one) => one.ariaLabel + ': ' + document.getElementById(one.getAttribute('aria-describedby')).textContent)`);
  assert.equal(ofCharts.length, 10);
  assert.match(
    ofCharts[0] ?? '',
    /^Time to first chunk: p50 from [\d.]+ ms to [\d.]+ s, highest at /,
  );
  const headless = await page.evaluate(
    "[...document.querySelectorAll('main table:not(.u-legend)')].filter((table) => table.querySelector('thead th[scope=col]') === null || table.querySelector('tbody th[scope=row]') === null).length",
  );
  assert.equal(headless, 0);
  await page.locator('figure[data-chart=response] details summary').click();
  await page.locator('figure[data-chart=response] td').first().waitFor();
  const points = await tableRows(page, 'Points of the chart Response time');
  const { response, count } = recordingOf(ramp.samples).timeline;
  assert.equal(points.length, count);
  const last = response.p95.at(-1);
  assert.equal(points.at(-1)?.[2], last === null ? '—' : `${(Number(last) / 1000).toFixed(2)} s`);
  await page.close();
});
