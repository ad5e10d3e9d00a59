/** A real browser for the report's tests: Chromium, and what it did with a page. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../setup/programs.ts';

/** @throws one line that names the package, where there is no Chromium. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findChromium(process.env);
  if (executablePath === undefined) {
    throw new Error('no Chromium that runs: run npm test, or set CHROMIUM_PATH');
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface View {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A page, and all that it asked for and complained of. */
export interface WatchedPage {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, scheme = 'light' }: View = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // The live page ends its stream of events by itself.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${reason}: ${request.url()}`);
  });
  await page.goto(url);
  return { page, requests, complaints };
}

/** All text within an element, what is not seen included. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? '';
}

/** Waits until the page was laid out and drawn, after its size was changed. */
export async function drawnAnew(page: Page): Promise<void> {
  const frame = 'new Promise((resolve) => requestAnimationFrame(resolve))';
  await page.evaluate(`${frame}.then(() => ${frame})`);
}

/** How far the page could be moved sideways, in pixels. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

/** A drawn chart as the charting library holds it. */
export interface DrawnChart {
  readonly id: string;
  readonly labels: readonly string[];
  /** The times, then the values of each series. */
  readonly data: readonly (readonly (number | null)[])[];
}

export function drawnCharts(page: Page): Promise<DrawnChart[]> {
  return page.evaluate(`[...window.figures].filter(([, { plot }]) => plot !== null).map(([id, { plot }]) => ({
    id,
    labels: plot.series.slice(1).map(({ label }) => label),
    data: plot.data.map((values) => [...values]),
  }))`);
}

/** The charts' canvases on which something has the colour of a series: chart's id → pixels. */
export function colouredPixels(page: Page): Promise<Record<string, number>> {
  return page.evaluate(`(() => {
    const style = getComputedStyle(document.documentElement);
    const colours = [1, 2, 3, 4, 5, 6, 7].map((number) => {
      const hex = style.getPropertyValue('--series-' + number).trim().slice(1);
      return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join();
    });
    const counts = {};
    for (const canvas of document.querySelectorAll('canvas')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] === 255 && colours.includes([data[at], data[at + 1], data[at + 2]].join())) count += 1;
      }
      counts[canvas.closest('figure').dataset.chart] = count;
    }
    return counts;
  })()`);
}

/** The cells of a table, heads included, row by row. @param label of the region that it is in. */
export function tableRows(page: Page, label: string): Promise<string[][]> {
  return page.evaluate(
    `[...document.querySelectorAll('[aria-label=' + ${JSON.stringify(JSON.stringify(label))} + '] tbody tr')]
      .map((row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\\s+/g, ' ')))`,
  );
}

/** The totals: name → value and details. */
export async function totalsOf(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(`Object.fromEntries([...document.querySelectorAll('.cards .card')].map((card) => [
    card.querySelector('dt').textContent,
    [...card.querySelectorAll('dd')].map((detail) => detail.textContent),
  ]))`);
}

/** A text, and how it stands out from what is behind it: 1 to 21, as WCAG defines it. */
export interface Contrast {
  readonly text: string;
  readonly ratio: number;
}

/** Of every text that can be seen, those folded away included. */
export async function textContrasts(page: Page): Promise<Contrast[]> {
  await page.evaluate(
    "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
  );
  return page.evaluate(`(() => {
    ${CONTRAST_SOURCE}
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent.trim();
      if (text === '' || !element.checkVisibility() || element.closest('script') !== null) continue;
      found.push({ text, ratio: contrast(getComputedStyle(element).color, groundOf(element)) });
    }
    return found;
  })()`);
}

/** Of the lines of the charts on their ground. */
export function lineContrasts(page: Page): Promise<Contrast[]> {
  return page.evaluate(`(() => {
    ${CONTRAST_SOURCE}
    const ground = groundOf(document.querySelector('figure'));
    const style = getComputedStyle(document.documentElement);
    return ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6', 'series-7', 'limit'].map((name) => {
      const sample = document.createElement('i');
      sample.style.color = style.getPropertyValue('--' + name);
      document.body.append(sample);
      const { color } = getComputedStyle(sample);
      sample.remove();
      return { text: name, ratio: contrast(color, ground) };
    });
  })()`);
}

const CONTRAST_SOURCE = `
  const partsOf = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = partsOf(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const grounds = new Map([[null, 'rgb(255, 255, 255)']]);
  const groundOf = (element) => {
    const known = grounds.get(element);
    if (known !== undefined) return known;
    const { backgroundColor } = getComputedStyle(element);
    const [, , , opacity = 1] = partsOf(backgroundColor);
    if (opacity > 0 && opacity < 1) throw new Error('half transparent: ' + backgroundColor);
    const ground = opacity === 1 ? backgroundColor : groundOf(element.parentElement);
    grounds.set(element, ground);
    return ground;
  };`;
