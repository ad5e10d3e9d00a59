/** The charts of the page, as they are drawn and used. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { chartsOf } from '../../report/charts/charts.ts';
import { recordingOf } from '../../report/samples/recording.ts';
import { writeReport } from '../../report/write-report.ts';
import { colouredPixels, drawnAnew, drawnCharts, openPage } from './browser.ts';
import { subfolder } from './chat-run.ts';
import { madePages } from './made-pages.ts';
import { MadeRun } from './made-samples.ts';

const SCHEMES = ['light', 'dark'] as const;

const made = madePages();

/** Waits until the charts are drawn in the colours of the page's scheme: a busy browser takes its time. */
async function untilColoured(page: Page, charts: readonly string[]): Promise<void> {
  let pale = '';
  for (let look = 0; look < 50; look++) {
    const pixels = await colouredPixels(page);
    const missing = charts.filter((id) => (pixels[id] ?? 0) <= 100);
    if (missing.length === 0) return;
    pale = missing.map((id) => `${id}: ${pixels[id]} coloured pixels`).join(', ');
    await page.waitForTimeout(100);
  }
  assert.fail(pale);
}

test('the charts hold every point of the timeline, and draw them in both schemes', async () => {
  const { timeline } = recordingOf(made.ramp.samples);
  const expected = chartsOf(timeline, made.ramp.summary.settings);
  assert.equal(expected.length, 10);
  for (const scheme of SCHEMES) {
    const { page } = await openPage(made.browser, made.pages.ramp ?? '', { scheme });
    const drawn = await drawnCharts(page);
    assert.deepEqual(
      drawn,
      expected.map(({ id, times, series }) => ({
        id,
        labels: series.map(({ label }) => label),
        data: [times, ...series.map(({ values }) => values)],
      })),
    );
    await untilColoured(
      page,
      expected.map(({ id }) => id),
    );
    await page.close();
  }
});

test('a chart that changes its colours with the scheme of a page that is open', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(
    "getComputedStyle(document.body).backgroundColor === 'rgb(17, 21, 26)'",
  );
  await drawnAnew(page);
  await untilColoured(page, ['response']);
  const marker =
    "getComputedStyle(document.querySelector('tr:nth-child(2) .u-marker')).borderTopColor";
  assert.equal(await page.evaluate(marker), 'rgb(86, 180, 233)');
  await page.close();
});

test('more kinds of errors than colours: the most frequent by name, the rest together', async () => {
  const { page } = made.shared;
  const errors = (await drawnCharts(page)).find(({ id }) => id === 'errors');
  assert.equal(errors?.labels.length, 7);
  assert.equal(errors?.labels.at(-1), '4 other reasons');
});

test('a time that is chosen in one chart is shown in all of them, and a double click ends it', async () => {
  const { page } = await openPage(made.browser, made.pages.ramp ?? '');
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

test('one bar, of a run that was over at once, leaves the axis of its chart alone', async () => {
  const { page } = await openPage(made.browser, made.pages['at-once'] ?? '');
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

test('the eighth course is reached by the keyboard alone, and so is every line', async () => {
  const run = new MadeRun(60_000);
  for (let course = 1; course <= 8; course += 1) {
    for (let at = 0; at < 50_000; at += 5_000) run.answer(at, 20, 900, { course: `C${course}` });
  }
  const folder = await subfolder(made.folder, 'eight-courses');
  const file = await writeReport(folder, run.samples());
  const { page } = await openPage(made.browser, pathToFileURL(file).href);
  const names = page.locator('figure[data-chart=course-response] .u-label[role=button]');
  const shown = () =>
    page.evaluate<boolean[]>(
      "window.figures.get('course-response').plot.series.slice(1).map(({ show }) => show)",
    );
  const told = () =>
    names.evaluateAll((all) => all.map((name) => name.getAttribute('aria-pressed')));
  assert.deepEqual(
    await names.allTextContents(),
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `C${n}`),
  );
  assert.deepEqual(await shown(), [...Array(7).fill(true), false]);
  // From the points of the chart before, the legend is the next stop, whatever its number of names.
  await page.locator('figure[data-chart=course-first-chunk] .points summary').focus();
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate('document.activeElement.textContent');
  assert.equal(await focused(), 'C1');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(), 'C8');
  await page.keyboard.press('Enter');
  assert.deepEqual(await shown(), Array(8).fill(true));
  assert.deepEqual(await told(), Array(8).fill('true'));
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(), 'C1');
  const scrolled = await page.evaluate('scrollY');
  await page.keyboard.press(' ');
  assert.deepEqual(await shown(), [false, ...Array(7).fill(true)]);
  assert.deepEqual(await told(), ['false', ...Array(7).fill('true')]);
  assert.equal(await page.evaluate('scrollY'), scrolled);
  await page.keyboard.press('Tab');
  assert.match(String(await focused()), /^Points of this chart/);
  await page.close();
});

test('a kind of error that is chosen away is drawn no more', async () => {
  const { page } = await openPage(made.browser, made.pages['at-once'] ?? '');
  assert.ok(((await colouredPixels(page)).errors ?? 0) > 100);
  const name = page.locator('figure[data-chart=errors] .u-label[role=button]');
  await name.press('Enter');
  await drawnAnew(page);
  assert.equal((await colouredPixels(page)).errors, 0);
  await page.close();
});
