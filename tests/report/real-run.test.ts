import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { showCount, showMs, showRate } from '../../lib/base/format.ts';
import type { Latency, Part, Summary } from '../../lib/results/model.ts';
import { showGot } from '../../lib/results/threshold-results.ts';
import { chartsOf } from '../../report/charts/charts.ts';
import { startLivePage } from '../../report/live/live-page.ts';
import { figuresOfSamples, trafficOf } from '../../report/samples/figures.ts';
import { Samples } from '../../report/samples/samples.ts';
import { timelineOf, total } from '../../report/samples/timeline.ts';
import { writeReport } from '../../report/write-report.ts';
import {
  colouredPixels,
  drawnAnew,
  drawnCharts,
  openBrowser,
  openPage,
  sidewaysScroll,
  tableRows,
  textOf,
  totalsOf,
  type WatchedPage,
} from './browser.ts';
import { type ChatRunEnd, runChat, subfolder, temporaryFolder } from './chat-run.ts';

const SESSIONS = 3;
const QUESTIONS = 4;
const ANSWERS = SESSIONS * 2 * QUESTIONS;
const SETTINGS = {
  NUM_SESSIONS: String(SESSIONS),
  NUC_QUESTIONS_PER_COURSE: String(QUESTIONS),
  NUC_SLO_FIRST_CHUNK: '1s',
  NUC_SLO_RESPONSE: '3s',
  NUC_RUN_ID: 'report-test',
  // Whether a busy machine can be trusted is no matter of this page.
  NUC_MAX_CLIENT_LAG: '10s',
};

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
let browser: Browser;
let watched: WatchedPage;
let liveUrl: string;
let end: ChatRunEnd;
let report: string;
let summary: Summary;
/** The number of answers that the live page showed, each time another one. */
const counts: number[] = [];
const samples = new Samples();

// One run for all tests: a live page before it, the report after it.
before(async () => {
  scratch = await temporaryFolder();
  browser = await openBrowser();
  const live = await startLivePage({ samples, settings: SETTINGS });
  liveUrl = live.url;
  try {
    watched = await openPage(browser, live.url);
    const { page } = watched;
    assert.equal(await textOf(page, 'h1'), 'Waiting for the first sample');
    assert.deepEqual((await totalsOf(page)).Answers?.[0], '0');
    let running = true;
    const run = runChat({
      folder: scratch.path,
      samples,
      // An output of the user’s, which is to go on beside the report’s.
      settings: { ...SETTINGS, K6_OUT: `csv=${join(scratch.path, 'user.csv')}` },
      simulator: { speed: 40 },
    }).finally(() => {
      running = false;
    });
    while (running) {
      const count = Number((await totalsOf(page)).Answers?.[0]);
      if (running && count !== counts.at(-1)) counts.push(count);
    }
    end = await run;
    report = await writeReport(scratch.path, samples);
    await Promise.all([page.waitForURL(`${live.url}report.html#run-ended`), live.close(report)]);
  } finally {
    await live.close();
  }
  summary = JSON.parse(await readFile(join(scratch.path, 'summary.json'), 'utf8'));
});

after(async () => {
  await browser?.close();
  await scratch?.remove();
});

test('the run is whole, and k6’s own output is what it is without samples', () => {
  assert.equal(end.exitCode, 0, end.stderr);
  assert.equal(end.stderr, '');
  assert.match(end.stdout, /^\n={80}\nSUMMARY · default · /);
  assert.equal(end.stdout.includes('"metric"'), false);
  assert.equal(summary.overall.received, ANSWERS);
});

test('the live page counts up while k6 runs, and ends in the report', async () => {
  const between = counts.filter((count) => count > 0 && count < ANSWERS);
  assert.ok(between.length >= 2, `answers shown: ${counts.join(', ')}`);
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  );
  const { page, requests, complaints } = watched;
  assert.match(await textOf(page, '.banner.good'), /Passed/);
  assert.match(await textOf(page, '.notice'), /The run is over.*report\.html/s);
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, [liveUrl, `${liveUrl}events`, `${liveUrl}report.html`]);
});

test('the first failures name the sessions that the log says failed', async () => {
  const failed = new Samples();
  const { stderr } = await runChat({
    folder: await subfolder(scratch.path, 'failed'),
    samples: failed,
    settings: { NUM_SESSIONS: '6', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' },
    simulator: { speed: 100, faults: ['close-1006:1/2'] },
  });
  const logged = [...stderr.matchAll(/\[Session-(\d+)\] ✗ (\S+): /g)];
  const { firstFailures = [], errors } = timelineOf(failed);
  const order = (lines: string[]) => [...lines].sort();
  assert.deepEqual(
    order(firstFailures.map(({ session, phase, reason }) => `${session} ${phase}/${reason}`)),
    order(logged.map(([, session, where]) => `${session} ${where}`)),
  );
  assert.equal(logged.length, 3);
  assert.equal(firstFailures[0]?.atMs, errors[0]?.firstAtMs);
  assert.ok(firstFailures.every(({ course, turn }) => course !== '' && turn === '1'));
});

test('what is counted from the samples is what k6 sums up', () => {
  const figures = figuresOfSamples(samples, false);
  const close = (got: Latency | null, expected: Latency | null, what: string) => {
    assert.ok(got !== null && expected !== null, `${what}: no sample`);
    for (const name of Object.keys(expected) as (keyof Latency)[]) {
      assert.ok(Math.abs(got[name] - expected[name]) < 1e-6, `${what}, ${name}: ${got[name]}`);
    }
  };
  const samePart = (parts: readonly Part[], expected: Part) => {
    const part = parts.find(({ name }) => name === expected.name);
    assert.ok(part, expected.name);
    const { firstChunk, response, ...counts } = part;
    const { firstChunk: _first, response: _last, ...expectedCounts } = expected;
    assert.deepEqual(counts, expectedCounts);
    if (expected.sent === 0) return;
    close(firstChunk, expected.firstChunk, `${expected.name}, first chunk`);
    close(response, expected.response, `${expected.name}, response`);
  };
  assert.deepEqual(figures.sessions, summary.sessions);
  samePart([figures.overall], summary.overall);
  assert.equal(figures.byCourse.length, 2);
  for (const part of summary.byCourse) samePart(figures.byCourse, part);
  for (const part of summary.byTurn) samePart(figures.byTurn, part);
  close(figures.frames.gapMax, summary.frames.gapMax, 'longest gap');
  close(figures.clientLag, summary.clientLag, 'client lag');
  close(figures.setUp.token, summary.setUp.token, 'token');
  close(figures.setUp.socketOpen, summary.setUp.socketOpen, 'socket open');
  assert.equal(figures.frames.received, summary.frames.received);
  assert.deepEqual(figures.errors, summary.errors);
  assert.deepEqual(figures.handshakesRefused, summary.handshakesRefused);
  assert.equal(figures.run.profile, 'default');
});

test('the timeline holds every question, answer and session', () => {
  const timeline = timelineOf(samples);
  assert.equal(total(timeline.questionsSent), ANSWERS);
  assert.equal(total(timeline.answers), ANSWERS);
  assert.equal(Math.max(...timeline.sessionsOpen), SESSIONS);
  assert.equal(Math.max(...timeline.answersInFlight), SESSIONS);
  assert.deepEqual(
    timeline.byCourse.map(({ name }) => name),
    ['MED1060', 'BUMA1000'],
  );
  assert.deepEqual(
    timeline.byTurn.map(({ name }) => name),
    ['1', '2-10'],
  );
  const highest = Math.max(...timeline.response.p99.map((value) => value ?? 0));
  assert.ok(highest <= Number(summary.overall.response?.max) + 0.001, `${highest}`);
});

test('the report shows the summary’s figures, and asks for nothing but itself', async () => {
  const url = pathToFileURL(report).href;
  const { page, requests, complaints } = await openPage(browser, url);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await drawnAnew(page);
    assert.equal(await sidewaysScroll(page), 0, `at ${width}`);
    await figuresAreShown(page);
  }
  assert.deepEqual(requests, [url]);
  assert.deepEqual(complaints, []);
  await page.close();
  assert.ok((await stat(report)).size < 200_000);
});

async function figuresAreShown(page: WatchedPage['page']): Promise<void> {
  const { sessions, overall, byCourse, byTurn, verdicts, metrics } = summary;
  const totals = await totalsOf(page);
  assert.equal(totals.Sessions?.[0], showCount(sessions.started));
  assert.deepEqual(totals.Answers, [
    showCount(overall.received),
    `to ${showCount(overall.sent)} questions`,
    `${showCount(overall.received)} good`,
    '0 bad',
    '0 unanswered',
    `${showCount(summary.frames.received)} frames`,
  ]);
  assert.deepEqual(totals.Success, [
    showRate(overall.successRate),
    'of the answers',
    `${showRate(overall.sloRate)} in time: first chunk within 1s, response within 3s`,
  ]);
  assert.equal(totals['First chunk p95']?.[0], showMs(Number(overall.firstChunk?.p95)));
  assert.equal(totals['Response p95']?.[0], showMs(Number(overall.response?.p95)));
  assert.equal(totals.Errors?.[0], '0');
  const bytes = (metric: string) => Number(summary.metrics[metric]?.values.count);
  assert.deepEqual(trafficOf(samples), {
    sent: bytes('data_sent'),
    received: bytes('data_received'),
  });
  assert.equal(totals.Received?.[0], `${(bytes('data_received') / 1e6).toFixed(1)} MB`);
  assert.match(totals.Received?.join() ?? '', /,\d+\.\d kB sent,\d+\.\d kB a session$/);
  const spread = (latency: Latency | null) =>
    latency ? [latency.p95, latency.med, latency.p99].map(showMs) : ['—', '—', '—'];
  const row = (part: Part) => [
    part.name,
    showRate(part.successRate),
    showRate(part.sloRate),
    ...spread(part.response),
    ...spread(part.firstChunk),
    ...[part.sent, part.received, 0, part.failed].map(showCount),
  ];
  assert.deepEqual(await tableRows(page, 'Figures by course'), byCourse.map(row));
  assert.deepEqual(
    await tableRows(page, 'Figures by turn'),
    byTurn.filter(({ sent }) => sent > 0).map(row),
  );
  assert.deepEqual(
    (await tableRows(page, 'Thresholds')).sort(),
    verdicts
      .map((verdict) => [
        verdict.ok ? '✓ held' : '✗ crossed',
        `${verdict.metric} ${verdict.threshold}`,
        showGot(verdict, metrics),
      ])
      .sort(),
  );
  const latencies = await tableRows(page, 'Latencies');
  assert.deepEqual(
    latencies.find(([name]) => name === 'Client lag')?.[7],
    showMs(Number(summary.clientLag?.p95)),
  );
}

test('the report’s charts have the samples’ points, and are drawn', async () => {
  const { page } = await openPage(browser, pathToFileURL(report).href);
  const expected = chartsOf(timelineOf(samples), summary.settings).filter(
    ({ id }) => id !== 'errors',
  );
  const drawn = await drawnCharts(page);
  assert.deepEqual(
    drawn.map(({ id, data }) => ({ id, data })),
    expected.map(({ id, times, series }) => ({
      id,
      data: [times, ...series.map(({ values }) => values)],
    })),
  );
  const pixels = await colouredPixels(page);
  for (const { id } of expected) assert.ok((pixels[id] ?? 0) > 30, `${id}: ${pixels[id]} pixels`);
  await page.close();
});

test('an output that the user set in K6_OUT has its samples too', async () => {
  const csv = await readFile(join(scratch.path, 'user.csv'), 'utf8');
  assert.equal(csv.match(/^chat_response_time,/gm)?.length, ANSWERS);
});

test('no key is in what the run leaves behind', async () => {
  for (const file of ['report.html', 'timeline.json']) {
    const text = await readFile(join(scratch.path, file), 'utf8');
    assert.doesNotMatch(text, /access-key-of-the-test|secret-key-of-the-test|load\.tester@/, file);
  }
});
