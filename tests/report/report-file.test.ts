import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chartsOf } from '../../report/charts.ts';
import { readRecording, recordingOf } from '../../report/recording.ts';
import { ReportError } from '../../report/report-error.ts';
import { Samples } from '../../report/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import { sampleSummary } from '../shared/sample-run.ts';
import { subfolder, temporaryFolder } from './chat-run.ts';
import { longRamp } from './made-runs.ts';
import { MadeRun } from './made-samples.ts';

const SIZE_LIMIT = 300_000;

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
before(async () => {
  scratch = await temporaryFolder();
});
after(() => scratch.remove());

async function folderWith(name: string, files: Readonly<Record<string, string | Buffer>>) {
  const folder = await subfolder(scratch.path, name);
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

function shortRun(): MadeRun {
  const run = new MadeRun(10_000).session(0, 9_000);
  for (let at = 0; at < 8_000; at += 500) run.answer(at, 50 + at / 100, 400 + at / 10);
  return run;
}

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
  const folder = await folderWith('cut', { 'samples.json': lines.slice(0, -30) });
  const recording = await readRecording(folder);
  assert.equal(recording?.figures.overall.sent, 16);
  assert.match(await readFile(await writeReport(folder), 'utf8'), /No verdict/);
});

test('what cannot be read is an error of one line that names the file', async () => {
  const packed = gzipSync(shortRun().lines.join('\n'));
  const cases: [name: string, files: Record<string, string | Buffer>, expected: RegExp][] = [
    ['empty', {}, /empty: expected the folder of a run, with summary\.json, got neither/],
    ['no-sample', { 'samples.json': '\n' }, /got neither that nor samples/],
    ['text', { 'summary.json': '{"schema":' }, /summary\.json: expected JSON, got other text/],
    [
      'old',
      { 'summary.json': '{"schema":"x/9"}' },
      /expected the schema nuc-k6\/summary\/1, got x\/9/,
    ],
    ['null', { 'summary.json': 'null' }, /expected the schema nuc-k6\/summary\/1, got none/],
    [
      'other',
      { 'timeline.json': '{"schema":"x/9"}' },
      /expected the schema nuc-k6\/timeline\/1, got x\/9/,
    ],
    ['half', { 'timeline.json': '{' }, /timeline\.json: expected JSON, got other text/],
    [
      'gz',
      { 'samples.json.gz': packed.subarray(0, 100) },
      /samples\.json\.gz: not read to its end: /,
    ],
  ];
  for (const [name, files, expected] of cases) {
    const folder = await folderWith(`wrong-${name}`, files);
    await assert.rejects(writeReport(folder), (error: unknown) => {
      assert.ok(error instanceof ReportError, String(error));
      assert.match(error.message, expected);
      assert.equal(error.message.includes('\n'), false);
      return true;
    });
  }
});

test('a run that took no sample leaves no timeline, and no report where k6 gave no summary', async () => {
  const folder = await folderWith('no-samples', {});
  await assert.rejects(writeReport(folder, new Samples()), /got neither that nor samples/);
  assert.deepEqual(await readdir(folder), []);
});

test('the command prints the path of the report, or what is wrong and an exit code', async () => {
  const folder = await folderWith('command', { 'summary.json': JSON.stringify(sampleSummary()) });
  const command = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', join('report', 'main.ts'), ...args]);
  const { stdout } = await command(folder);
  assert.equal(stdout, `${join(folder, 'report.html')}\n`);
  await assert.rejects(command(join(scratch.path, 'nowhere')), {
    code: 1,
    stderr: /^report: .*nowhere: expected the folder of a run.*\n$/,
  });
  await assert.rejects(command(), {
    code: 2,
    stderr: 'report: expected one results folder; see --help\n',
  });
});
