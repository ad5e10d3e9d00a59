/** Loads that end by themselves: default and smoke, archives, k6's own flags, and a file of options. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { assertAgreed, runOptions, usersOf, withFiles } from './profile-run.ts';
import { DIST, k6Path, runChat, runK6, target, withSimulator } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

const QUIET = { NUC_LOG: 'sessions' };
const ONE_QUESTION = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'off' };

/** `k6 archive` with these settings, and nothing of the environment. @returns what k6 printed. */
async function archive(path: string, settings: Record<string, string>): Promise<string> {
  // An archive has the thresholds of the moment it was made; these tests ask nothing of the machine's speed.
  const all = { NUC_MAX_CLIENT_LAG: '1h', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const script = join(DIST, 'chat.js');
  const command = ['archive', '--log-format', 'raw', ...flags, '-O', path, script];
  const run = promisify(execFile)(await k6Path(), command, { env: {} });
  return run.then(
    ({ stdout, stderr }) => stdout + stderr,
    (error) => error.stdout + error.stderr,
  );
}

describe('loads that end by themselves', { concurrency: 2 }, () => {
  test('default, by its name: NUM_SESSIONS at once, each once', async () => {
    const settings = { ...QUIET, PROFILE: 'default', NUM_SESSIONS: '4' };
    const run = await runChat({ speed: 200 }, { ...settings, NUC_QUESTIONS_PER_COURSE: '1' });
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assert.deepEqual(run.summary.sessions, {
      started: 4,
      completed: 4,
      failed: 0,
      interrupted: 0,
    });
    assert.equal(run.stats.peak_connections, 4);
    assert.equal(run.stats.questions, 8);
    assert.equal(run.summary.run.profile, 'default');
  });

  for (const [more, each] of [
    [{}, 2],
    [{ NUC_QUESTIONS_PER_COURSE: '3' }, 3],
  ] as const) {
    test(`smoke: one session, ${each} questions of each course`, async () => {
      // The number of sessions is the profile's own.
      const run = await runChat({}, { ...QUIET, PROFILE: 'smoke', NUM_SESSIONS: '5', ...more });
      assert.equal(run.code, 0, run.stdout);
      assertAgreed(run);
      assert.deepEqual(run.summary.sessions, {
        started: 1,
        completed: 1,
        failed: 0,
        interrupted: 0,
      });
      assert.equal(run.stats.questions, 2 * each);
      assert.equal(run.stats.responses, 2 * each);
      assert.deepEqual(
        run.summary.byCourse.map(({ name, sent }) => [name, sent]),
        [
          ['MED1060', each],
          ['BUMA1000', each],
        ],
      );
      assert.ok(run.lines.includes('  Profile: smoke'));
      assert.ok(run.lines.some((line) => line.startsWith('Started 1 session at 20')));
      assert.match(run.stdout, /^SUMMARY · smoke · .* · PASSED/m);
    });
  }

  test('an archive made with a profile runs it, wherever it is run', async () => {
    await withFiles({}, async (folder) => {
      const path = join(folder, 'smoke.tar');
      await archive(path, { PROFILE: 'smoke', ...QUIET });
      await withSimulator({}, async (simulator) => {
        const { code, summary, stderr } = await runK6(path, { settings: target(simulator.url) });
        assert.equal(code, 0, stderr);
        assert.equal(summary?.run.profile, 'smoke');
        assert.equal(summary?.sessions.completed, 1);
        assert.equal(simulator.stats().responses, 4);
      });
    });
  });

  test('an archive holds the files that its settings name by an absolute path', async () => {
    const own = { iterations: 2, vus: 1 };
    await withFiles({ 'own.json': own, 'users.csv': 'user_id\n77\n' }, async (folder) => {
      const path = join(folder, 'own.tar');
      const settings = { ...ONE_QUESTION, NUC_ACCESS_KEY: 'a', NUC_SECRET_KEY: 'b' };
      const refused = await archive(path, { ...settings, PROFILE: 'own.json' });
      assert.equal(
        refused.trim(),
        'PROFILE: own.json: there is no such file in the bundle’s folder; k6 archive needs an absolute path',
      );
      const files = {
        PROFILE: join(folder, 'own.json'),
        NUC_USERS_FILE: join(folder, 'users.csv'),
      };
      await archive(path, { ...settings, ...files });
      await withChatbot({}, async (chatbot) => {
        const { code, summary, stderr } = await runK6(path, { settings: target(chatbot.url) });
        assert.equal(code, 0, stderr);
        assert.equal(summary?.run.profile, 'own');
        assert.equal(summary?.sessions.completed, 2);
        assert.deepEqual(
          usersOf(chatbot).map(({ user_id }) => user_id),
          [77, 77],
        );
      });
    });
  });

  test('k6’s own flags win: --vus and --iterations replace the scenarios', async () => {
    const flags = ['--vus', '2', '--iterations', '5'];
    const run = await runChat({}, { ...ONE_QUESTION, PROFILE: 'ramp' }, { flags });
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assert.deepEqual(run.summary.sessions, {
      started: 5,
      completed: 5,
      failed: 0,
      interrupted: 0,
    });
    assert.ok(run.stats.peak_connections <= 2);
  });

  test('a file of options: its load, its thresholds, and a count beside each', async () => {
    const own = {
      scenarios: { a: { executor: 'shared-iterations', vus: 2, iterations: 6 } },
      thresholds: { 'chat_response_time{turn:1}': ['p(95)<60000', 'max<1'] },
      summaryTrendStats: ['p(99.9)'],
    };
    const run = await runOptions(own, {}, ONE_QUESTION);
    const { summary } = run;
    assertAgreed(run);
    assert.equal(summary.sessions.completed, 6);
    // No answer takes less than a millisecond: that threshold was meant to be crossed.
    assert.equal(run.code, 99);
    assert.deepEqual(
      summary.verdicts.map(({ metric, threshold, ok }) => [metric, threshold, ok]),
      [
        ['chat_response_time{turn:1}', 'max<1', false],
        ['chat_response_time{turn:1}', 'p(95)<60000', true],
        ['chat_responses_received{turn:1}', 'count>0', true],
        ['chat_sessions_started', 'count>0', true],
      ],
    );
    // The summary has its own statistics all the same, and those of the file.
    assert.equal(summary.overall.response?.count, 6);
    assert.ok((summary.metrics.chat_response_time?.values['p(99.9)'] ?? 0) > 0);
  });

  test('a scenario without a graceful stop: its sessions end two seconds early, and none follows', async () => {
    const chat = { executor: 'constant-vus', vus: 2, duration: '4s', gracefulStop: '0s' };
    const run = await runOptions({ scenarios: { chat } }, { speed: 60 }, ONE_QUESTION);
    const { sessions, run: ran } = run.summary;
    assert.equal(run.code, 0, run.stdout);
    assertAgreed(run);
    assert.ok(sessions.completed > 0);
    assert.ok(sessions.interrupted <= 2, `${sessions.interrupted} cut off`);
    assert.ok(ran.durationMs >= 4000);
  });

  test('a file without thresholds asks that most succeeded', async () => {
    const run = await runOptions(
      { vus: 1, iterations: 2 },
      { faults: ['empty-answer:1/2'] },
      {
        ...ONE_QUESTION,
        NUC_SLO_RATE: '0.5',
      },
    );
    assert.equal(run.code, 0, run.stdout);
    assert.deepEqual(
      run.summary.verdicts.map(({ metric, threshold, got }) => [metric, threshold, got]),
      [
        ['chat_response_success', 'rate>=0.5', 0.5],
        ['chat_responses_received', 'count>0', 2],
        ['chat_sessions_started', 'count>0', 2],
        ['chat_setup_success', 'rate>=0.5', 1],
      ],
    );
  });
});
