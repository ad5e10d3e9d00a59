import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { writeWhole } from '../../report/write-whole.ts';
import { RunLog, wholeLines, withoutDetails } from '../../runner/run/log.ts';
import {
  makeNamedFolder,
  makeResultsFolder,
  removeEarlierInstances,
  removeEarlierResults,
} from '../../runner/run/results-folder.ts';
import { filesIn, readText, scratchDisk, scratchFolder } from './scratch.ts';

// Five and a half hours ahead of UTC, all the year.
process.env.TZ = 'Asia/Kolkata';
const AT = new Date('2026-01-05T10:00:00Z');

test('each run has a folder of its own, named after its local time with the offset, and its profile', async (t) => {
  const root = join(await scratchFolder(t), 'results');
  const made = [];
  for (const profile of ['smoke', 'smoke', 'smoke', 'my/ramp to 50.json', '..', '../../x']) {
    made.push(await makeResultsFolder(root, profile, AT));
  }
  const names = ['-smoke', '-smoke-2', '-smoke-3', '-ramp-to-50', '-run', '-x'];
  const expected = names.map((name) => `2026-01-05T15-30-00+0530${name}`);
  assert.deepEqual(
    made,
    expected.map((name) => join(root, name)),
  );
  assert.deepEqual(await readdir(root), [...expected].sort());
});

test('a profile with a long name has a folder with the beginning of it', async (t) => {
  const root = await scratchFolder(t);
  const folder = await makeResultsFolder(root, `${'x'.repeat(248)}.json`, AT);
  assert.equal(folder, join(root, `2026-01-05T15-30-00+0530-${'x'.repeat(100)}`));
});

test('a folder that cannot be made or written is named in one line, with what to do', async (t) => {
  const root = await scratchFolder(t);
  // Nobody can make a folder there, not even root.
  const nowhere = '/sys/results';
  await assert.rejects(makeResultsFolder(nowhere, 'smoke', AT), {
    message:
      /^results: \/sys\/results: cannot be written: [^\n]+; name another folder: NUC_RESULTS_DIR$/,
    exitCode: 1,
  });
  await assert.rejects(makeNamedFolder(nowhere), {
    message: /^NUC_RESULTS_DIR: \/sys\/results: E[^\n]+; name a folder that can be written$/,
  });
  // Node would try for ever to make folders there.
  for (const folder of ['/proc/self/results', '/proc/self/a/b/results']) {
    await assert.rejects(makeNamedFolder(folder), {
      message: /^NUC_RESULTS_DIR: \/proc\/self\/[\w/]+: ENOENT[^\n]+; name a folder that can be/,
    });
  }
  const file = join(root, 'file');
  await writeFile(file, '');
  await assert.rejects(makeNamedFolder(file), /it, or a part of it, is a file/);
  assert.deepEqual(await readdir(root), ['file']);
});

test('a folder is made with all that it is in, also where others make it at once', async (t) => {
  const folder = join(await scratchFolder(t), 'a', 'b');
  const names = ['c', 'd', 'e'];
  await Promise.all(names.map((name) => makeNamedFolder(join(folder, name))));
  assert.deepEqual((await readdir(folder)).sort(), names);
  assert.equal(await makeNamedFolder(folder), folder);
});

test('a folder that is there, but takes no file, is found out by a real write', async (t) => {
  // Root may write in any folder, but not on a disk that takes none.
  const folder = (await scratchDisk(t, 'ro')) ?? (await scratchFolder(t));
  await chmod(folder, 0o555).catch(() => {});
  await assert.rejects(makeNamedFolder(folder), /NUC_RESULTS_DIR: .*: E(ROFS|ACCES)/);
});

test('what a run left before is taken away and named; what is the user’s stays', async (t) => {
  const folder = await scratchFolder(t);
  for (const name of ['k6.log', 'summary.json', 'mine.txt'])
    await writeFile(join(folder, name), '');
  assert.deepEqual(await removeEarlierResults(folder), ['summary.json', 'k6.log']);
  assert.deepEqual(await readdir(folder), ['mine.txt']);
  assert.deepEqual(await removeEarlierResults(folder), []);
  // What it may hold is not the run's to take away.
  await mkdir(join(folder, 'summary.json'));
  await assert.rejects(removeEarlierResults(folder), {
    name: 'RunnerError',
    message:
      /^NUC_RESULTS_DIR: .*summary\.json: a folder has the name of a result; take it away, or/,
  });
});

test('so is what an earlier run by more processes left', async (t) => {
  const folder = await scratchFolder(t);
  for (const name of [
    'instance-1/k6.log',
    'instance-5/summary.json',
    'instance-5/mine.txt',
    'b/k6.log',
  ]) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
  const earlier = ['instance-1/k6.log', 'instance-5/summary.json'];
  assert.deepEqual(await removeEarlierInstances(folder), earlier);
  assert.deepEqual(await filesIn(folder), ['b/k6.log', 'instance-5/mine.txt']);
  assert.deepEqual((await readdir(folder)).sort(), ['b', 'instance-5']);
});

test('a file is written whole or not at all', async (t) => {
  const folder = await scratchFolder(t);
  const file = join(folder, 'report.md');
  await writeWhole(file, 'one');
  await writeWhole(file, 'two');
  assert.equal(await readText(file), 'two');
  await mkdir(join(folder, 'taken'));
  await assert.rejects(writeWhole(join(folder, 'taken'), 'three'));
  assert.deepEqual((await readdir(folder)).sort(), ['report.md', 'taken']);
});

test('lines come whole, however the bytes were cut', async () => {
  const text = 'one ¿qué?\ntwo 🎓\n\nthree without an end';
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    const got: string[] = [];
    for await (const lines of wholeLines(Readable.from(pieces, { objectMode: false }))) {
      assert.ok(lines.endsWith('\n'));
      got.push(lines);
    }
    assert.equal(got.join(''), `${text}\n`);
  }
});

test('lines of frames are left out; lines that only quote one are not', () => {
  const stamp = '[2026-01-05 15:30:01.456] [Session-12]';
  const kept = [
    `${stamp} Question 1/40 sent: What is [CHUNK 1]?`,
    '[CHUNK 7]',
    `${stamp} ✓ complete_response received (chunk 3)! [Total Latency: 2890.12ms]`,
  ];
  const chunk = `${stamp} [CHUNK 13] Keys: ['response_chunk', 'message_id'] [Latency: 122.34ms]`;
  const lines = (texts: string[]) => texts.map((text) => `${text}\n`).join('');
  assert.equal(withoutDetails(lines([chunk, ...kept, chunk, chunk])), lines(kept));
  assert.equal(withoutDetails(lines([chunk])), '');
  assert.equal(withoutDetails(lines(kept)), lines(kept));
});

test('a log is written whole before it is closed', async (t) => {
  const file = join(await scratchFolder(t), 'k6.log');
  const log = new RunLog(file);
  const line = `${'x'.repeat(99)}\n`;
  for (let count = 0; count < 5_000; count += 1) await log.write(line);
  await log.close();
  assert.equal(log.problem, undefined);
  assert.equal((await readText(file)).length, 500_000);
});

test('a log that cannot be written says why, and holds nothing up', async (t) => {
  const log = new RunLog(join(await scratchFolder(t), 'no-such-folder', 'k6.log'));
  for (let count = 0; count < 5_000; count += 1) await log.write(`${'x'.repeat(99)}\n`);
  await log.close();
  assert.match(log.problem ?? '', /ENOENT/);
});
