/** The exit code of a run follows its summary. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RunnerError } from '../../runner/errors.ts';
import { exitCodeOf } from '../../runner/run/exit-code.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { scratchFolder } from './scratch.ts';

async function folderWith(t: TestContext, text: string): Promise<string> {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'summary.json'), text);
  return folder;
}

test('99 where a threshold of the summary has not held though k6 let it pass', async (t) => {
  const failed = sampleSummary();
  assert.equal(await exitCodeOf(await folderWith(t, JSON.stringify(failed)), 0), 99);
  const held = failed.verdicts.map((result) => ({ ...result, ok: true }));
  const passed = await folderWith(t, JSON.stringify({ ...failed, verdicts: held }));
  assert.equal(await exitCodeOf(passed, 0), 0);
  assert.equal(await exitCodeOf(passed, 108), 108);
});

test('without a summary it is k6’s', async (t) => {
  assert.equal(await exitCodeOf(await scratchFolder(t), 0), 0);
});

test('a summary that k6 could not write whole is an error of one line that names the field', async (t) => {
  const { verdicts: _, ...rest } = sampleSummary();
  for (const [text, expected] of [
    ['{"schema":', /summary\.json: expected JSON, got other text; is there room on the disk\?$/],
    [JSON.stringify(rest), /summary\.json: verdicts: expected a list, got nothing; is there room/],
  ] as const) {
    await assert.rejects(exitCodeOf(await folderWith(t, text), 0), (error: unknown) => {
      assert.ok(error instanceof RunnerError);
      assert.match(error.message, expected);
      return true;
    });
  }
});
