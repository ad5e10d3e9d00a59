import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ReportError } from '../../report/report-error.ts';
import { recordingOf } from '../../report/samples/recording.ts';
import { Samples } from '../../report/samples/samples.ts';
import { writeReport } from '../../report/write-report.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { madeFolders, shortRun } from './folders.ts';

const folderWith = madeFolders();

test('a summary that is broken does not take the samples with it', async () => {
  const folder = await folderWith('broken-summary', { 'summary.json': '{' });
  await assert.rejects(writeReport(folder, shortRun().samples()), /summary\.json: expected JSON/);
  await rm(join(folder, 'summary.json'));
  assert.match(await readFile(await writeReport(folder), 'utf8'), /to 16 questions/);
});

test('what cannot be read is an error of one line that names the file', async () => {
  const packed = gzipSync(shortRun().lines.join('\n'));
  const damaged = Buffer.from(packed);
  damaged.fill(0x5a, 60, 120);
  const recording = recordingOf(shortRun().samples());
  const { figures, timeline } = recording;
  const timelineWith = (changes: object) => ({
    'timeline.json': JSON.stringify({ ...recording, ...changes }),
  });
  const { overall: _, ...halfSummary } = sampleSummary();
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
    ['no-text', { 'timeline.json': '' }, /timeline\.json: expected JSON, got nothing/],
    ['gz', { 'samples.json.gz': damaged }, /samples\.json\.gz: not read to its end: /],
    ['not-gz', { 'samples.json.gz': 'text' }, /samples\.json\.gz: not read to its end: /],
    ['no-timeline', { 'timeline.json': 'null' }, /timeline\.json: expected the schema .* got none/],
    [
      'schema-alone',
      { 'timeline.json': '{"schema":"nuc-k6/timeline/1"}' },
      /timeline\.json: runId: expected a text, got nothing; it was cut short or edited: /,
    ],
    [
      'no-figure',
      timelineWith({ figures: { ...figures, overall: { ...figures.overall, sent: null } } }),
      /timeline\.json: figures\.overall\.sent: expected a whole number from 0 on, got null; /,
    ],
    [
      'no-list',
      timelineWith({
        timeline: { ...timeline, errors: [{ phase: 'a', reason: 'b', counts: {} }] },
      }),
      /timeline\.json: timeline\.errors\[0\]\.counts: expected a list, got an object; /,
    ],
    [
      'long',
      timelineWith({ timeline: { ...timeline, count: 1e10 } }),
      /timeline\.json: timeline\.count: expected a whole number up to 240, got 10000000000; /,
    ],
    [
      'no-setting',
      timelineWith({ settings: { NUC_SLO_RESPONSE: 2 } }),
      /timeline\.json: settings\.NUC_SLO_RESPONSE: expected a text, got 2; /,
    ],
    [
      'summary-schema-alone',
      { 'summary.json': '{"schema":"nuc-k6/summary/1"}' },
      /summary\.json: passed: expected true or false, got nothing; it was cut short or edited: /,
    ],
    [
      'half-summary',
      { 'summary.json': JSON.stringify(halfSummary) },
      /summary\.json: overall: expected an object, got nothing; /,
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
  await assert.rejects(command(join(folder, 'nowhere')), {
    code: 1,
    stderr: /^report: .*nowhere: expected the folder of a run.*\n$/,
  });
  await assert.rejects(command(), {
    code: 2,
    stderr: 'report: expected one results folder; see --help\n',
  });
});
