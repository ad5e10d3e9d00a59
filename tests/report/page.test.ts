/** How the page looks and reads: widths, print, contrast, names, and the way around in it. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { recordingOf } from '../../report/samples/recording.ts';
import { writeReport } from '../../report/write-report.ts';
import { counter, sampleSummary, times } from '../results/sample-run.ts';
import {
  drawnAnew,
  lineContrasts,
  openPage,
  sidewaysScroll,
  tableRows,
  textContrasts,
  textOf,
} from './browser.ts';
import { subfolder } from './chat-run.ts';
import { madePages } from './made-pages.ts';
import { MadeRun } from './made-samples.ts';

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;
/** In CSS pixels, without Chromium’s margins. */
const A4_WIDTH = 718;
const LEAST_TEXT_CONTRAST = 4.5;
const LEAST_LINE_CONTRAST = 3;

const made = madePages();

test('nothing but the file is asked for, nothing is complained of, nothing sticks out', async () => {
  for (const [name, url] of Object.entries(made.pages)) {
    const { page, requests, complaints } = await openPage(made.browser, url);
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
  for (const [name, url] of Object.entries(made.pages)) {
    for (const width of WIDTHS) {
      const { page } = await openPage(made.browser, url, { width });
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

test('2,000 courses make no endless page: the slowest are in sight, and all fold away', async (t) => {
  const courses = Array.from({ length: 2_000 }, (_, index) => `COURSE${index}`);
  const metrics = courses.flatMap((course, index) => [
    [`chat_questions_sent{course:${course}}`, counter(10)] as const,
    [`chat_response_time{course:${course}}`, times(9, 1_000 + index)] as const,
  ]);
  const settings = { COURSES: courses.join(',') };
  const summary = sampleSummary(Object.fromEntries(metrics), { courses, settings });
  const folder = await subfolder(made.folder, 'courses');
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  const run = new MadeRun(30_000);
  for (const [index, course] of courses.entries()) {
    run.answer(10 * index, 50, 1_000, { course, turn: '1' });
  }
  const url = pathToFileURL(await writeReport(folder, run.samples())).href;
  for (const width of WIDTHS) {
    const { page } = await openPage(made.browser, url, { width });
    const rows = await tableRows(page, 'Figures by course');
    assert.equal(rows.length, 20);
    assert.equal(rows[0]?.[0], 'COURSE1999');
    assert.equal((await tableRows(page, 'Figures of all courses')).length, 2_000);
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    t.diagnostic(`${height} px at ${width}`);
    assert.ok(height < 10_000, `${height} px at ${width}`);
    assert.equal(await sidewaysScroll(page), 0);
    await page.getByText('All 2,000 courses').click();
    assert.ok(await page.getByRole('rowheader', { name: 'COURSE1000' }).isVisible());
    await page.close();
  }
});

test('printed on A4 nothing is cut off, and the colours are light', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '', {
    scheme: 'dark',
    width: A4_WIDTH,
  });
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
      const { page } = await openPage(made.browser, made.pages[name] ?? '', { scheme });
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

test('on a phone, what matters stands first, and a long code leaves it room', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '', { width: 390 });
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
  const { page } = made.shared;
  assert.equal(await page.title(), 'breakpoint · made-run · chat load test');
  const names = await page.locator('.points summary').allTextContents();
  assert.equal(new Set(names).size, 10, names.join());
  const folder = await subfolder(made.folder, 'purpose');
  const purpose = 'NUM_SESSIONS sessions at once, at NO_SUCH_SETTING';
  const summary = sampleSummary({}, { purpose, settings: { NUM_SESSIONS: '20' } });
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  const { page: other } = await openPage(
    made.browser,
    pathToFileURL(await writeReport(folder)).href,
  );
  assert.equal(await textOf(other, '.purpose'), '20 sessions at once, at NO_SUCH_SETTING');
  await other.close();
});

test('the table of contents leads to every section, and to no other', async () => {
  for (const name of ['ramp', 'nothing', 'sockets', 'no-samples']) {
    const { page } = await openPage(made.browser, made.pages[name] ?? '');
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

test('on a phone, what a setting means has the width of the page', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '', { width: 390 });
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

test('headings, tables and charts say what they are without being seen', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '');
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
  const { response, count } = recordingOf(made.ramp.samples).timeline;
  assert.equal(points.length, count);
  const last = response.p95.at(-1);
  assert.equal(points.at(-1)?.[2], last === null ? '—' : `${(Number(last) / 1000).toFixed(2)} s`);
  await page.close();
});
