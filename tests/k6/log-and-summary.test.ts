/** What a run shows and writes, as the settings ask for it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type {} from '../../lib/results/model.ts';
import { k6Path, ROOT, runChat, runK6, target, withSimulator } from './run-k6.ts';

const SMALL = { NUM_SESSIONS: '2', NUC_QUESTIONS_PER_COURSE: '1' };
const SESSIONS = 2;
const ANSWERS = 4;
const BANNERS = 12 + 1 + 3;

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'log-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('NUC_LOG', { concurrency: 2 }, () => {
  test('chunks: every frame has its line, and so has each session, question and answer', async () => {
    for (const settings of [SMALL, { ...SMALL, NUC_LOG: 'chunks' }]) {
      const { lines, stats, code } = await runChat({}, settings);
      assert.equal(code, 0);
      assert.equal(lines.filter((line) => line.includes('[CHUNK ')).length, stats.frames);
      assert.equal(lines.length, BANNERS + 2 * SESSIONS + 2 * ANSWERS + stats.frames);
    }
  });

  test('answers: no line for a frame', async () => {
    const { lines } = await runChat({}, { ...SMALL, NUC_LOG: 'answers' });
    assert.equal(lines.filter((line) => line.includes('[CHUNK ')).length, 0);
    assert.equal(
      lines.filter((line) => line.includes('✓ complete_response received')).length,
      ANSWERS,
    );
    assert.equal(lines.length, BANNERS + 2 * SESSIONS + 2 * ANSWERS);
  });

  test('sessions: a start and an end, and what went wrong', async () => {
    const quiet = await runChat({}, { ...SMALL, NUC_LOG: 'sessions' });
    assert.equal(quiet.lines.length, BANNERS + 2 * SESSIONS);
    const broken = await runChat({ faults: ['not-json:1/2'] }, { ...SMALL, NUC_LOG: 'sessions' });
    assert.equal(broken.lines.length, BANNERS + 2 * SESSIONS + 2);
  });

  test('where no session came to its end, the last lines do not say that all did', async () => {
    const { stderr, stats } = await runChat({ faults: ['token-500'] }, SMALL);
    assert.equal(stats.sessions, 0);
    assert.match(stderr, /\n=+\n0 OF 2 SESSIONS COMPLETED, 2 FAILED\n=+\n/);
  });

  test('off: nothing, not even the banners; the summary is there all the same', async () => {
    const { stderr, stdout } = await runChat({}, { ...SMALL, NUC_LOG: 'off' });
    assert.equal(stderr.trim(), '');
    assert.match(stdout, /SUMMARY · default/);
  });

  test('auto: frames up to 10 sessions, above that sessions alone', async () => {
    const settings = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1' };
    const ten = await runChat({}, { ...settings, NUM_SESSIONS: '10' });
    assert.equal(ten.lines.filter((line) => line.includes('[CHUNK ')).length, ten.stats.frames);
    const eleven = await runChat({}, { ...settings, NUM_SESSIONS: '11' });
    assert.equal(eleven.stats.responses, 11);
    assert.equal(eleven.lines.filter((line) => line.includes('] [Session-')).length, 2 * 11);
  });
});

describe('the summary', { concurrency: 2 }, () => {
  test('NUC_SUMMARY=k6 gives k6’s own', async () => {
    await withSimulator({}, async ({ url }) => {
      const settings = { ...target(url), ...SMALL, NUC_SUMMARY: 'k6', NUC_LOG: 'off' };
      const { code, stdout, lines } = await runK6('chat', { settings, keepsSummary: false });
      assert.equal(code, 0);
      assert.deepEqual(lines, []);
      assert.match(stdout, /THRESHOLDS/);
      assert.match(stdout, /chat_responses_received\.*: 4 /);
      assert.match(stdout, /chat_response_time\.*: /);
      assert.ok(!stdout.includes('SUMMARY ·'));
      // No list of sub-metrics that only this project's summary needs.
      assert.ok(!stdout.includes('phase:'));
    });
  });

  test('a form of k6’s that lacks what it needs: said in one line, and in the files', async () => {
    await withSimulator({}, async (simulator) => {
      await inFolder(async (folder) => {
        const flags = ['--new-machine-readable-summary'];
        const base = { ...target(simulator.url), ...SMALL, NUC_LOG: 'off' };
        const settings = { ...base, NUC_RESULTS_DIR: folder };
        const why = /^--new-machine-readable-summary: it lacks .*; set NUC_SUMMARY=k6, or leave/;
        const { lines, stdout } = await runK6('chat', { settings, flags });
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? '', why);
        assert.equal(stdout.trim(), '');
        assert.deepEqual((await readdir(folder)).sort(), ['junit.xml', 'report.md']);
        assert.match(await readFile(join(folder, 'junit.xml'), 'utf8'), /failures="1"/);
        const ofK6 = { settings: { ...base, NUC_SUMMARY: 'k6' }, keepsSummary: false, flags };
        const own = await runK6('chat', ofK6);
        assert.deepEqual([own.code, own.lines], [0, []]);
        assert.match(own.stdout, /chat_responses_received\.*: 4 /);
        assert.equal(simulator.stats().responses, 2 * ANSWERS);
      });
    });
  });

  test('NUC_RESULTS_DIR: relative to where k6 was started, or absolute', async () => {
    await withSimulator({}, async ({ url }) => {
      await inFolder(async (folder) => {
        await mkdir(join(folder, 'below'));
        const absolute = join(folder, 'absolute');
        await mkdir(absolute);
        for (const [given, found] of [
          ['below', join(folder, 'below')],
          [absolute, absolute],
        ] as const) {
          const settings = { ...target(url), ...SMALL, NUC_LOG: 'off', NUC_RESULTS_DIR: given };
          const { code, lines } = await runK6('chat', { settings, folder });
          assert.equal(code, 0);
          assert.deepEqual(lines, []);
          const files = await readdir(found);
          assert.ok(files.includes('summary.json'), files.join());
          const summary = JSON.parse(await readFile(join(found, 'summary.json'), 'utf8'));
          assert.equal(summary.schema, 'nuc-k6/summary/1');
          assert.equal(summary.overall.received, ANSWERS);
          // Where its files lie is nothing for who reads them elsewhere.
          assert.equal('NUC_RESULTS_DIR' in summary.settings, false);
        }
        assert.deepEqual((await readdir(folder)).sort(), ['absolute', 'below']);
      });
    });
  });

  test('an archive writes its results where it is run, not where it was made', async () => {
    await withSimulator({}, async ({ url }) => {
      await inFolder(async (folder) => {
        const archive = join(folder, 'chat.tar');
        // An archive keeps the thresholds of the moment it was made.
        const settings = {
          ...target(url),
          ...SMALL,
          NUC_LOG: 'off',
          NUC_MAX_CLIENT_LAG: '1h',
        };
        const flags = Object.entries(settings).flatMap(([name, value]) => [
          '-e',
          `${name}=${value}`,
        ]);
        const script = join(ROOT, 'dist', 'chat.js');
        await promisify(execFile)(await k6Path(), ['archive', ...flags, '-O', archive, script]);
        const { code, summary, stderr } = await runK6(archive, { settings });
        assert.equal(code, 0, stderr);
        assert.equal(summary?.overall.received, ANSWERS);
      });
    });
  });

  test('without NUC_RESULTS_DIR nothing is written', async () => {
    await withSimulator({}, async ({ url }) => {
      await inFolder(async (folder) => {
        const settings = { ...target(url), ...SMALL, NUC_LOG: 'off' };
        const { code } = await runK6('chat', { settings, folder, keepsSummary: false });
        assert.equal(code, 0);
        assert.deepEqual(await readdir(folder), []);
      });
    });
  });

  test('a questions file is read from where k6 was started; its questions are asked as they are', async () => {
    const book = {
      'ES-1': ['¿Qué es la\nanatomía?', 'Un «corazón» 🫀, ¿qué es?'],
      B: ['b1', 'b2', 'b3'],
    };
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'book.json'), JSON.stringify(book));
      const settings = {
        NUM_SESSIONS: '1',
        NUC_QUESTIONS_FILE: 'book.json',
        COURSES: 'ES-1,B',
        NUC_LOG: 'answers',
      };
      const { code, lines, summary } = await runChat({}, settings, { folder });
      assert.equal(code, 0);
      assert.equal(summary.overall.received, 5);
      assert.deepEqual(
        summary.byCourse.map(({ name, sent }) => [name, sent]),
        [
          ['ES-1', 2],
          ['B', 3],
        ],
      );
      const sent = lines.filter((line) => line.includes(' sent: '));
      assert.ok(sent[0]?.endsWith('Question 1/5 sent: ¿Qué es la anatomía?'), sent[0]);
      assert.ok(sent[1]?.endsWith('Question 2/5 sent: Un «corazón» 🫀, ¿qué es?'), sent[1]);
      assert.ok(lines.includes('    ES-1: 2 questions') && lines.includes('    B: 3 questions'));
    });
  });
});
