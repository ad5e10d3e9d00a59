import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import { reportMarkdown } from '../../lib/render/report-markdown.ts';
import { endingOf, settleFiles } from '../../runner/run/ending.ts';
import { sawTrouble } from '../../runner/run/own-simulator.ts';
import type { Stats } from '../../simulator/stats.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { filesIn, readText, scratchFolder } from './scratch.ts';

const failed = sampleSummary();
const passed = {
  ...failed,
  passed: true,
  verdicts: failed.verdicts.map((verdict) => ({ ...verdict, ok: true })),
};

test('what follows from the summary is made again where it is not whole', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'summary.json'), JSON.stringify(passed));
  await writeFile(join(folder, 'junit.xml'), junit(passed).slice(0, 100));
  const left = await settleFiles(folder, 0);
  assert.deepEqual(left, { summary: JSON.parse(JSON.stringify(passed)), problems: [] });
  assert.equal(await readText(join(folder, 'junit.xml')), junit(passed));
  assert.equal(await readText(join(folder, 'report.md')), reportMarkdown(passed));
});

test('what the run took of its machine is in summary and Markdown', async (t) => {
  const folder = await scratchFolder(t);
  const generator = {
    ...{ cpuSeconds: 9.5, cores: 2, coresUsed: 0.5, peakMemoryBytes: 300 * 1024 * 1024 },
    ...{ waitingShare: 0.125, stolenShare: 0 },
  };
  await writeFile(join(folder, 'summary.json'), JSON.stringify(passed));
  const { summary, problems } = await settleFiles(folder, 0, generator);
  assert.deepEqual([summary?.generator, problems], [generator, []]);
  assert.deepEqual(JSON.parse(await readText(join(folder, 'summary.json'))).generator, generator);
  assert.match(
    await readText(join(folder, 'report.md')),
    /^- load generator: k6 used 0\.50 of 2 cores, 300 MB at most, some process waited for a CPU 12\.50 % of the time$/m,
  );
});

test('a summary that is cut is taken away, with what follows from it', async (t) => {
  const folder = await scratchFolder(t);
  const whole = JSON.stringify(passed);
  await writeFile(join(folder, 'summary.json'), whole.slice(0, whole.length / 2));
  await writeFile(join(folder, 'report.md'), 'half');
  await writeFile(join(folder, 'k6.log'), 'log');
  const { summary, problems } = await settleFiles(folder, 0);
  assert.equal(summary, null);
  assert.deepEqual(problems, [
    'summary.json: expected JSON, got other text; k6 could not write all of it',
  ]);
  assert.deepEqual(await filesIn(folder), ['k6.log']);
});

test('a run that passed, but whose k6 did not end well, has failed in all files', async (t) => {
  for (const exitCode of [103, 105, 124, 137]) {
    const folder = await scratchFolder(t);
    await writeFile(join(folder, 'summary.json'), JSON.stringify(passed));
    await writeFile(join(folder, 'report.md'), reportMarkdown(passed));
    await writeFile(join(folder, 'junit.xml'), junit(passed));
    const { summary } = await settleFiles(folder, exitCode);
    const written = JSON.parse(await readText(join(folder, 'summary.json')));
    assert.deepEqual(written, JSON.parse(JSON.stringify(summary)));
    assert.equal(written.passed, false);
    const verdict = { metric: 'exit_code', threshold: '==0', ok: false, got: exitCode };
    assert.deepEqual(written.verdicts, [...passed.verdicts, verdict]);
    const text = `exit_code: expected ==0, got ${exitCode}`;
    assert.ok((await readText(join(folder, 'junit.xml'))).includes(text));
    assert.match(await readText(join(folder, 'report.md')), new RegExp(`exit_code.*${exitCode}`));
  }
});

test('a run that failed keeps its own reasons, whatever k6 ended with', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'summary.json'), JSON.stringify(failed));
  const { summary } = await settleFiles(folder, 99);
  assert.deepEqual(summary, JSON.parse(JSON.stringify(failed)));
});

test('no summary is no problem of writing', async (t) => {
  const nothing = { summary: null, problems: [] };
  assert.deepEqual(await settleFiles(await scratchFolder(t), 0), nothing);
});

const THRESHOLD = 'a threshold without a sample has not held, though k6 let it pass';
const NO_VERDICT = 'no verdict: the figures are not to be trusted, whether thresholds held or not';
const untrusted = { ...passed, trust: { trusted: false, why: ['late'] } };
for (const [what, exitCode, summary, problems, expected] of [
  ['a run that passed', 0, passed, [], [0, null]],
  ['a threshold that k6 let pass', 0, failed, [], [99, THRESHOLD]],
  ['files that are not complete', 0, passed, ['k6.log: ENOSPC'], [1, null]],
  ['no summary', 0, null, [], [1, 'k6 ended with 0, but left no summary']],
  ['no results asked for', 0, undefined, [], [0, null]],
  ['no results asked for, and no log', 0, undefined, ['k6.log: ENOSPC'], [1, null]],
  ['figures that are not to be trusted', 0, untrusted, [], [3, NO_VERDICT]],
  [
    'crossed thresholds that are not to be trusted',
    99,
    untrusted,
    ['k6.log: ENOSPC'],
    [3, NO_VERDICT],
  ],
  ['an interrupt, and figures not to be trusted', 105, untrusted, [], [105, null]],
  ['k6’s own exit code', 105, null, ['k6.log: ENOSPC'], [105, null]],
] as const) {
  test(`the exit code of ${what}: ${expected[0]}`, () => {
    const ending = endingOf(exitCode, { summary, problems });
    assert.deepEqual([ending.exitCode, ending.remark], expected);
  });
}

test('a limit that was found ends with 99, or with 0 where that is asked for', () => {
  const climbed = (held: string | null, crossed: string) => ({
    ...passed,
    passed: false,
    limit: { unit: 'sessions', held, broke: '12', why: '' } as const,
    verdicts: [
      { metric: 'chat_slo_met{step:8}', threshold: 'rate>=0.95', ok: true, got: 1 },
      { metric: crossed, threshold: 'rate>=0.95', ok: false, got: 0.5 },
    ],
  });
  const found = climbed('8', 'chat_slo_met{step:12}');
  const ends = (summary: typeof found, code: number, asked: boolean) =>
    endingOf(code, { summary, problems: [] }, asked).exitCode;
  assert.equal(ends(found, 99, false), 99);
  assert.equal(ends(found, 99, true), 0);
  assert.equal(ends(found, 105, true), 105);
  assert.equal(ends({ ...found, trust: { trusted: false, why: [''] } }, 99, true), 3);
  // No level held, or something else broke: that is a failure.
  assert.equal(ends(climbed(null, 'chat_slo_met{step:12}'), 99, true), 99);
  assert.equal(ends(climbed('8', 'chat_responses_received'), 99, true), 99);
  assert.equal(endingOf(99, { summary: found, problems: ['ENOSPC'] }, true).exitCode, 99);
});

test('the simulator’s counts are shown where a side counted otherwise, or a client was impolite', () => {
  const stats = (change: Partial<Stats>): Stats => ({
    ...({ violations: {}, connections: 0, questions: passed.overall.sent } as Stats),
    ...change,
  });
  assert.equal(passed.sessions.interrupted, 1);
  assert.equal(sawTrouble(stats({}), passed), false);
  // One session was cut off by the end of the run.
  assert.equal(sawTrouble(stats({ violations: { 'close:1006': 1 } }), passed), false);
  assert.equal(sawTrouble(stats({ violations: { 'close:1006': 2 } }), passed), true);
  assert.equal(sawTrouble(stats({ violations: { 'body:not_json': 1 } }), passed), true);
  assert.equal(sawTrouble(stats({ connections: 1 }), passed), true);
  assert.equal(sawTrouble(stats({ questions: passed.overall.sent - 1 }), passed), true);
  assert.equal(sawTrouble(stats({}), null), true);
});
