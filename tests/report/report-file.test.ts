import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chartsOf } from '../../report/charts/charts.ts';
import { readRecording, recordingOf } from '../../report/samples/recording.ts';
import { writeReport } from '../../report/write-report.ts';
import { SAMPLE_GENERATOR, sampleSummary } from '../results/sample-run.ts';
import { madeFolders, shortRun } from './folders.ts';
import { longRamp } from './made-runs.ts';

const SIZE_LIMIT = 300_000;

const folderWith = madeFolders();

/** The charts that are in the page. */
function chartsIn(html: string): unknown {
  return JSON.parse(
    /<script type="application\/json" id="charts">(.*?)<\/script>/s.exec(html)?.[1] ?? '',
  );
}

test('the same report comes from the samples, their file, its packed form and timeline.json', async () => {
  const run = shortRun();
  const lines = run.lines.join('\n');
  const summary = JSON.stringify(sampleSummary());
  const direct = await folderWith('direct', { 'summary.json': summary });
  const written = await readFile(await writeReport(direct, run.samples()), 'utf8');
  assert.ok(written.includes('<span>engine webcrypto</span>'));
  assert.deepEqual(
    chartsIn(written),
    JSON.parse(JSON.stringify(chartsOf(recordingOf(run.samples()).timeline, {}))),
  );
  assert.deepEqual((await readdir(direct)).sort(), [
    'report.html',
    'summary.json',
    'timeline.json',
  ]);
  for (const folder of [
    direct,
    await folderWith('plain', { 'summary.json': summary, 'samples.json': lines }),
    await folderWith('packed', { 'summary.json': summary, 'samples.json.gz': gzipSync(lines) }),
  ]) {
    assert.equal(await readFile(await writeReport(folder), 'utf8'), written, folder);
  }
});

test('a report is one file well under 300 kB, of ten steps and 180 points too', async () => {
  const { samples, summary } = longRamp();
  const folder = await folderWith('size', { 'summary.json': JSON.stringify(summary) });
  const file = await writeReport(folder, samples);
  assert.ok((await stat(file)).size < SIZE_LIMIT / 1.5, `${(await stat(file)).size} bytes`);
  assert.equal(recordingOf(samples).timeline.count, 180);
});

test('nothing in the page can load, and nothing that is put into it becomes a tag', async () => {
  const nasty = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&';
  const run = shortRun();
  run.answer(100, 20, 300, { course: nasty, step: nasty });
  run.failure(100, 200, nasty, nasty);
  const summary = sampleSummary(
    {},
    { profile: nasty, purpose: nasty, courses: [nasty], settings: { NUC_LANGUAGE: nasty } },
  );
  const folder = await folderWith('nasty', { 'summary.json': JSON.stringify(summary) });
  const html = await readFile(await writeReport(folder, run.samples()), 'utf8');
  assert.equal(html.match(/<script\b/g)?.length, 2);
  assert.equal(html.match(/<\/script>/g)?.length, 2);
  assert.equal(html.includes('<img'), false);
  assert.equal(html.includes(nasty), false);
  assert.match(html, /content="default-src &#39;none&#39;;/);
  // The licence of the library that is in the page.
  assert.match(html, /uPlot:\s+The MIT License/);
});

test('secrets, users and a deployment’s constants do not get into the page', async () => {
  const settings = {
    NUC_LANGUAGE: 'es',
    NUC_ACCESS_KEY: 'hidden-1',
    NUC_SECRET_KEY: 'hidden-2',
    NUC_USER_NAME: 'hidden-3',
    NUC_USER_EMAIL: 'hidden-4',
    NUC_USER_ID: 'hidden-5',
    NUC_ENVELOPE_SEPARATOR: 'hidden-6',
    NUC_ENVELOPE_MORPH: 'hidden-7',
    NUC_RESULTS_DIR: 'hidden-8',
    SOME_TOKEN: 'hidden-9',
  };
  const run = shortRun().answer(100, 20, 300, { session: 'hidden-10', url: 'ws://hidden-11' });
  const folder = await folderWith('secrets', {
    'summary.json': JSON.stringify(sampleSummary({}, { settings })),
  });
  const file = await writeReport(folder, run.samples());
  for (const written of [file, join(folder, 'timeline.json')]) {
    const text = await readFile(written, 'utf8');
    assert.deepEqual(text.match(/hidden-\d+/g), null, written);
  }
  assert.match(await readFile(file, 'utf8'), /NUC_LANGUAGE/);
});

test('a file that k6 did not write to its end still gives what is in it', async () => {
  const lines = shortRun().lines.join('\n');
  const packed = gzipSync(lines);
  const files = {
    plain: { 'samples.json': lines.slice(0, -30) },
    // A killed k6 leaves a stream without an end; of some, only the last bytes are missing.
    trailer: { 'samples.json.gz': packed.subarray(0, -4) },
    half: { 'samples.json.gz': packed.subarray(0, packed.length / 2) },
  };
  const sent: Record<string, number | undefined> = {};
  for (const [name, content] of Object.entries(files)) {
    const folder = await folderWith(`cut-${name}`, content);
    sent[name] = (await readRecording(folder))?.figures.overall.sent;
    const html = await readFile(await writeReport(folder), 'utf8');
    assert.match(html, /No verdict/);
    assert.match(html, /<p>There is no summary from k6\.<\/p>/);
    assert.match(html, /Not known: a run’s settings are in its summary\.json/);
    assert.doesNotMatch(html, /their defaults/);
  }
  const { half, ...whole } = sent;
  assert.deepEqual(whole, { plain: 16, trailer: 16 });
  assert.ok(Number(half) > 0 && Number(half) < 16, `${half} questions in one half`);
});

test('a file of samples without one does not stand before a file that has some', async () => {
  const lines = shortRun().lines.join('\n');
  const folder = await folderWith('empty-samples', { 'samples.json': '' });
  assert.equal(await readRecording(folder), null);
  await writeFile(join(folder, 'timeline.json'), JSON.stringify(recordingOf(shortRun().samples())));
  assert.equal((await readRecording(folder))?.figures.overall.sent, 16);
  await writeFile(join(folder, 'samples.json.gz'), gzipSync(`${lines}\n${lines}`));
  assert.equal((await readRecording(folder))?.figures.overall.sent, 32);
});

test('what the runner knows of a run that k6 did not sum up is in its report, each time', async () => {
  const facts = {
    settings: {
      NUC_BASE_URL: 'https://chat.example.test',
      NUC_SLO_RESPONSE: '2s',
      COURSES: 'MED1060, BUMA1000',
      NUC_ENVELOPE_MORPH: 'hidden-1',
      NUC_USER_NAME: 'hidden-2',
    },
    courses: ['MED1060', 'BUMA1000'],
    purpose: 'to see what is kept',
    noSummary: 'k6 was taken away; nobody knows by whom',
    generator: SAMPLE_GENERATOR,
  };
  const folder = await folderWith('facts', {});
  const html = await readFile(await writeReport(folder, shortRun().samples(), facts), 'utf8');
  assert.match(html, /target https:\/\/chat\.example\.test</);
  assert.match(html, /<p class="purpose">to see what is kept</);
  assert.match(html, /<p>k6 was taken away; nobody knows by whom\.<\/p>/);
  assert.match(html, /Load generator: k6 used 0\.41 of 2 cores, 212 MB at most, /);
  assert.match(JSON.stringify(chartsIn(html)), /"label":"SLO 2s","value":2000/);
  assert.deepEqual(html.match(/hidden-\d/g), null);
  const timeline = await readFile(join(folder, 'timeline.json'), 'utf8');
  assert.deepEqual(timeline.match(/hidden-\d/g), null);
  const { figures } = JSON.parse(timeline);
  assert.deepEqual(
    figures.byCourse.map(({ name }: { name: string }) => name),
    ['MED1060', 'BUMA1000'],
  );
  assert.equal(await readFile(await writeReport(folder), 'utf8'), html);
});

test('a timeline of before it had settings is still read', async () => {
  const { timeline, ...rest } = recordingOf(shortRun().samples());
  const { socketOpen: _, ...older } = timeline;
  assert.deepEqual(Object.keys(rest), ['schema', 'runId', 'environment', 'figures']);
  const folder = await folderWith('older', {
    'timeline.json': JSON.stringify({ ...rest, timeline: older }),
  });
  const html = await readFile(await writeReport(folder), 'utf8');
  assert.match(html, /to 16 questions/);
  assert.match(html, /Not known: /);
});

test('where k6 left a summary, its figures are those of timeline.json, and no reason is', async () => {
  const summary = sampleSummary();
  const folder = await folderWith('sums', { 'summary.json': JSON.stringify(summary) });
  const html = await writeReport(folder, shortRun().samples(), { noSummary: 'never said' });
  const kept = JSON.parse(await readFile(join(folder, 'timeline.json'), 'utf8'));
  const { sessions, overall, byCourse, bySteps } = kept.figures;
  const { sessions: s, overall: o, byCourse: c, bySteps: b } = summary;
  assert.deepEqual([sessions, overall, byCourse, bySteps], [s, o, c, b]);
  assert.equal(overall.interrupted, 6);
  assert.equal('noSummary' in kept, false);
  assert.doesNotMatch(await readFile(html, 'utf8'), /never said/);
});
