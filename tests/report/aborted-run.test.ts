import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Part, Summary } from '../../lib/results/model.ts';
import { figuresOfSamples, type PageFigures } from '../../report/samples/figures.ts';
import { Samples } from '../../report/samples/samples.ts';
import { total } from '../../report/samples/timeline.ts';
import { writeReport } from '../../report/write-report.ts';
import { runChat, temporaryFolder } from './chat-run.ts';

/** How many of each: what a sample more or less would change. */
function counts({ sessions, overall, byCourse, byTurn, errors }: PageFigures | Summary) {
  const part = ({ name, sent, received, failed, interrupted }: Part) =>
    `${name}: ${sent} sent, ${received} received, ${failed} failed, ${interrupted} cut off`;
  return { sessions, errors, parts: [overall, ...byCourse, ...byTurn].map(part) };
}

test('a run that Ctrl-C ends: the samples come to what k6 sums up, cut off ones too', async (t) => {
  const scratch = await temporaryFolder();
  t.after(() => scratch.remove());
  const samples = new Samples();
  const answers = () => total(samples.of('chat_response_time').map(({ times }) => times.length));
  const { exitCode, stderr } = await runChat({
    folder: scratch.path,
    samples,
    settings: { NUM_SESSIONS: '3', COURSES: 'MED1060,BUMA1000' },
    simulator: { speed: 20 },
    interruptWhen: () => answers() >= 4,
  });
  assert.equal(exitCode, 105, stderr);
  const summary: Summary = JSON.parse(await readFile(join(scratch.path, 'summary.json'), 'utf8'));
  // The second course was not reached.
  assert.deepEqual(
    [summary.sessions.interrupted, summary.overall.interrupted > 0, summary.byCourse[1]?.sent],
    [3, true, 0],
  );
  const counted = figuresOfSamples(samples, true, { courses: ['MED1060', 'BUMA1000'] });
  assert.deepEqual(counts(counted), counts(summary));
  await writeReport(scratch.path, samples);
  const kept = JSON.parse(await readFile(join(scratch.path, 'timeline.json'), 'utf8'));
  assert.deepEqual(counts(kept.figures), counts(summary));
});
