/** Whole runs by `npm start` and `npm run load`, with the real k6. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { generatorText } from '../../lib/render/generator-text.ts';
import type { Summary } from '../../lib/results/model.ts';
import { ensureK6 } from '../../runner/k6-binary/ensure-k6.ts';
import type { K6 } from '../../runner/k6-binary/version.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { runLoad } from '../../runner/run/load-run.ts';
import { assertNothingIsOff, environment, ROOT, runner, SMALL } from './runner-process.ts';
import { filesIn, readText, scratchFolder, Written } from './scratch.ts';

let k6: K6;
before(async () => {
  k6 = await ensureK6();
});

test('start: the whole run, its log, its results; nothing of the simulator, where nothing is off', async (t) => {
  const folder = await scratchFolder(t);
  const settings = { ...SMALL, NUC_RESULTS_DIR: folder };
  const { out, err, code } = await runner(t, ['start', '--speed', '500'], settings).ended;
  assert.equal(code, 0, err);
  assertNothingIsOff(out);
  const summary: Summary = JSON.parse(await readText(join(folder, 'summary.json')));
  assert.deepEqual([summary.sessions.completed, summary.overall.good], [2, 6]);
  if (process.platform === 'linux') {
    const { generator } = summary;
    assert.ok(generator && generator.cpuSeconds > 0);
    assert.ok(out.replace(/\s+/g, ' ').includes(` Load generator: ${generatorText(generator)} `));
    assert.ok((await readText(join(folder, 'report.md'))).includes(generatorText(generator)));
  }
  assert.ok(err.includes(`v${k6.version}, ${k6.path}\n`));
  assert.match(err, /^\[[^\]]+\] \[Session-2\] Session complete - Sent: 3, Received: 3$/m);
  assert.doesNotMatch(err, /\[CHUNK /);
  const log = await readText(join(folder, 'k6.log'));
  assert.equal(log.match(/\] \[CHUNK \d+\] /g)?.length, summary.frames.received);
  assert.ok((await filesIn(folder)).includes('summary.json'));
  assert.ok(out.includes(`log      ${join(folder, 'k6.log')}\n`));
});

test('start: a simulator of its own has the envelope’s constants that the script has', async (t) => {
  const settings = {
    ...SMALL,
    NUC_RESULTS_DIR: await scratchFolder(t),
    NUC_ENVELOPE_SEPARATOR: 'another+separator',
    NUC_ENVELOPE_MORPH: 'R=Another1Word2,W=Another3Word4',
  };
  const { out, err, code } = await runner(t, ['start', '--speed', '500'], settings).ended;
  assert.equal(code, 0, err);
  const { overall } = JSON.parse(await readText(join(settings.NUC_RESULTS_DIR, 'summary.json')));
  assert.deepEqual([overall.sent, overall.received, overall.failed], [6, 6, 0]);
  assertNothingIsOff(out);
});

test('start: progress is counted where the log is silent', async (t) => {
  const folder = await scratchFolder(t);
  const never = new AbortController().signal;
  const [out, err] = [new Written(), new Written(true)];
  const code = await runLoad({
    root: ROOT,
    profile: 'soak',
    k6Flags: readK6Flags(['-e', 'NUC_LOG=off']),
    env: environment({
      SOAK_SESSIONS: '20',
      SOAK_DURATION: '6s',
      SOAK_WINDOW: '2s',
      NUC_RESULTS_DIR: folder,
    }),
    simulator: { speed: 50 },
    verbose: false,
    maxTimeMs: undefined,
    interrupts: { first: never, second: never },
    out,
    err,
  });
  assert.equal(code, 0, err.text + out.text);
  const lines = [
    ...err.text.matchAll(/runner: \ds of 6s: (.*) sessions? open, (.*) answers?, 0 err/g),
  ];
  assert.ok(lines.length >= 5, err.text);
  assert.ok(
    lines.some(([, open]) => open === '20'),
    err.text,
  );
  const answers = lines.map(([, , count]) => Number(count?.replaceAll(',', '')));
  assert.ok((answers.at(-1) ?? 0) > (answers[1] ?? 0), err.text);
});

test('load: k6’s flags are passed on', async (t) => {
  const folder = await scratchFolder(t);
  const csv = join(folder, 'samples.csv');
  const args = ['load', 'default', '--simulator-speed', '1000', '--out', `csv=${csv}`];
  const { code, err } = await runner(t, args, { ...SMALL, NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 0, err);
  assert.equal((await readText(csv)).match(/^chat_responses_received,/gm)?.length, 6);
});

test('load: an instance to which no session fell ends with 0, and says why', async (t) => {
  const folder = await scratchFolder(t);
  const args = ['load', 'smoke', '--execution-segment', '1/2:1', '--simulator-speed', '1000'];
  const { code, out, err } = await runner(t, args, { NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 0, err);
  assert.match(err, /^runner: no session fell to this instance, which is no failure: 0$/m);
  assert.match(
    out,
    /NO VERDICT: no session fell to this instance, whose execution segment is 1\/2:1/,
  );
  assert.match(await readText(join(folder, 'report.html')), /No session fell to this instance/);
  assertNothingIsOff(out);
});

test('load: without thresholds there is no verdict, and no file says otherwise', async (t) => {
  const folder = await scratchFolder(t);
  const args = ['load', 'smoke', '--no-thresholds', '--simulator-speed', '1000'];
  const { code, out, err } = await runner(t, args, { NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 0, err);
  assert.match(out, /^NO VERDICT: no thresholds: nothing was asked of this run$/m);
  assert.match(await readText(join(folder, 'junit.xml')), / failures="0" errors="0" skipped="1"/);
});

test('load: k6 lets a threshold without a sample pass, the runner does not', async (t) => {
  const folder = await scratchFolder(t);
  const file = join(folder, 'own.json');
  const thresholds = { checks: ['rate==1'] };
  await writeFile(file, JSON.stringify({ vus: 1, iterations: 1, thresholds }));
  const args = ['load', file, '--simulator-speed', '1000'];
  const { code, out, err } = await runner(t, args, { ...SMALL, NUC_RESULTS_DIR: folder }).ended;
  assert.equal(code, 99, err);
  assert.match(out, /✗ checks +rate==1 +no sample/);
  assert.match(err, /^runner: a threshold without a sample has not held, .*: 99$/m);
});

test('load: paths are meant from the folder where npm was called', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'own.json'), JSON.stringify({ vus: 1, iterations: 1 }));
  await writeFile(join(folder, 'q.json'), JSON.stringify({ MED1060: ['One?', 'Two?'] }));
  const { code, err, out } = await runner(t, ['load', 'own.json', '--simulator-speed', '1000'], {
    npm_lifecycle_event: 'load',
    INIT_CWD: folder,
    COURSES: 'MED1060',
    NUC_QUESTIONS_FILE: 'q.json',
    NUC_RESULTS_DIR: 'kept',
  }).ended;
  assert.equal(code, 0, err);
  assertNothingIsOff(out);
  const { overall } = JSON.parse(await readText(join(folder, 'kept', 'summary.json')));
  assert.equal(overall.sent, 2);
  assert.ok((await filesIn(join(folder, 'kept'))).includes('summary.json'));
  assert.ok(err.includes(`  PROFILE: ${join(folder, 'own.json')}\n`), err);
  assert.ok(err.includes(`  NUC_QUESTIONS_FILE: ${join(folder, 'q.json')}\n`), err);

  // The other commands, by npm itself. A run whose samples k6 did not write cannot be merged.
  for (const [args, expected] of [
    [['compare', 'kept', 'kept'], 'kept'],
    [['report', 'kept'], join('kept', 'report.html')],
    [['merge', 'kept'], 'kept'],
  ] as const) {
    const [command, ...paths] = args;
    const npm = ['--prefix', ROOT, 'run', '--silent', command, '--', ...paths];
    const child = spawn('npm', npm, { cwd: folder, env: environment({}) });
    const [said, problem] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.ok((said + problem).includes(expected), problem);
    assert.doesNotMatch(problem, /no such|not there|ENOENT/);
  }
});
