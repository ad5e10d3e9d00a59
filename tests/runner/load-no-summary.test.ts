/** What a run leaves that has no summary of its own. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Part } from '../../lib/results/model.ts';
import { writeReport } from '../../report/write-report.ts';
import { MadeRun } from '../report/made-samples.ts';
import { SECRET, scene } from './load-scene.ts';
import { filesIn, readText } from './scratch.ts';

test('a run without a summary is told as such, and nothing of an earlier run is left', async (t) => {
  const { run, root, err } = await scene(t, 'exit 0');
  const folder = join(root, 'used');
  await mkdir(folder);
  for (const file of ['summary.json', 'report.html', 'timeline.json', 'mine.txt']) {
    await writeFile(join(folder, file), '{}');
  }
  assert.equal(await run({}, { NUC_RESULTS_DIR: folder }), 1);
  assert.match(
    err.text,
    /^runner: .*: an earlier run’s files are replaced: summary\.json, report\.html, t/m,
  );
  assert.match(err.text, /^runner: k6 ended with 0, but left no summary: 1$/m);
  assert.deepEqual(await filesIn(folder), ['junit.xml', 'k6.log', 'mine.txt', 'report.md']);
  const why = 'k6 ended with exit code 0 and left no summary; k6.log says why';
  assert.equal(
    await readText(join(folder, 'report.md')),
    `## ✗ No summary: \`default\`\n\n${why}.\n`,
  );
  assert.ok((await readText(join(folder, 'junit.xml'))).includes(`<failure message="${why}"`));
});

/** A k6 that writes samples and is killed, so that it leaves no summary. */
const KILLED = [
  ...new MadeRun(5_000)
    .session(0, null)
    .answer(0, 50, 700, { course: 'A' })
    .lines.map((line) => `echo '${line}'`),
  'exit 137',
].join('\n');

test('the page of a run without a summary has its settings, and why there is none', async (t) => {
  const { run, root, err } = await scene(t, KILLED);
  const folder = join(root, 'kept');
  const settings = {
    NUC_RESULTS_DIR: folder,
    NUC_BASE_URL: 'https://chat.example.test',
    NUC_SLO_RESPONSE: '2s',
    NUC_SECRET_KEY: SECRET,
    NUC_USER_NAME: SECRET,
  };
  const flags = ['-e', 'COURSES=A,B'];
  assert.equal(await run({ simulator: undefined, flags }, settings), 137);
  const why =
    'k6 was ended by SIGKILL (exit code 137), as the system does where memory runs out, and left no summary; k6.log has the run up to there.';
  assert.ok(err.text.replace(/\s+/g, ' ').includes(` runner: ${why.slice(0, -1)} `), err.text);
  for (const file of ['report.md', 'report.html']) {
    assert.ok((await readText(join(folder, file))).includes(why), file);
  }
  const html = await readText(join(folder, 'report.html'));
  assert.match(html, /<p class="purpose">3 sessions at once, /);
  assert.match(html, /target https:\/\/chat\.example\.test</);
  assert.match(html, /"label":"SLO 2s"/);
  assert.match(html, /to 1 question</);
  const timeline = await readText(join(folder, 'timeline.json'));
  assert.deepEqual(
    JSON.parse(timeline).figures.byCourse.map(({ name, sent }: Part) => `${name} ${sent}`),
    ['A 1', 'B 0'],
  );
  assert.ok(!(html + timeline).includes(SECRET));
  // Made again from what the folder has, it is the same.
  await writeReport(folder);
  assert.equal(await readText(join(folder, 'report.html')), html);
});

test('where k6’s own summary was asked for, the page says so', async (t) => {
  const { run, root } = await scene(t, KILLED.replace('exit 137', 'exit 0'));
  assert.equal(await run({}, { NUC_SUMMARY: 'k6' }), 0);
  const [file = ''] = (await filesIn(root)).filter((path) => path.endsWith('report.html'));
  assert.match(await readText(join(root, file)), /NUC_SUMMARY=k6 asks for k6’s own summary/);
  assert.deepEqual(
    (await filesIn(root)).filter((path) => path.endsWith('junit.xml')),
    [],
  );
});

test('where k6’s own summary is asked for, the script gets no folder to write in', async (t) => {
  const { run, noted } = await scene(t);
  await run({}, { NUC_SUMMARY: 'k6' });
  assert.equal((await noted()).RESULTS, '');
});
