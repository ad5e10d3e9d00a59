/** `--instances`: several k6 do what one does, session by session, and leave one result. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { until, Written } from '../runner/scratch.ts';
import { withFiles } from './profile-run.ts';
import { withSimulator } from './run-k6.ts';
import { type Script, type ScriptedChatbot, withChatbot } from './scripted-chatbot.ts';
import { loadShared, runShared, summaryIn } from './shared-run.ts';

/** What each user asked, in its order: the chatbot's own view, whichever process a session was in. */
function askedByUser({ tokenRequests, questions }: ScriptedChatbot): Record<string, string[]> {
  const asked: Record<string, string[]> = {};
  for (const [index, request] of tokenRequests.entries()) {
    const { user_context } = request.kw_args as { user_context: object };
    const own = questions.filter(({ session }) => session === index + 1);
    asked[JSON.stringify(user_context)] = own.map(({ user_message }) => user_message);
  }
  return asked;
}

/** Of the instance of that name. */
async function processesOf(folder: string, name: string): Promise<number[]> {
  const found = promisify(execFile)('pgrep', ['-f', join(folder, name)]);
  const { stdout } = await found.catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

describe('instances', { concurrency: 2 }, () => {
  test('four do what one does: the same users, each with the same questions in the same order', async () => {
    const seen: Record<string, string[]>[] = [];
    for (const instances of [1, 4]) {
      await withFiles({}, (folder) =>
        withChatbot({}, async (chatbot) => {
          const { code, err, summary } = await runShared(folder, chatbot.url, instances, {
            NUM_SESSIONS: '10',
            NUC_QUESTION_ORDER: 'shuffled',
          });
          assert.equal(code, 0, err);
          assert.deepEqual([summary.sessions.completed, summary.overall.received], [10, 40]);
          assert.equal(chatbot.questions.length, 40);
          seen.push(askedByUser(chatbot));
          const numbers = [...err.matchAll(/\[Session-(\d+)\] Starting session$/gm)];
          assert.deepEqual(
            numbers.map(([, number]) => Number(number)).sort((a, b) => a - b),
            Array.from({ length: 10 }, (_, index) => index + 1),
          );
          assert.equal(err.match(/^STARTING LOAD TEST$/gm)?.length, 1, err);
        }),
      );
    }
    const [one, four] = seen;
    assert.equal(Object.keys(one ?? {}).length, 10);
    assert.deepEqual(four, one);
    // Else the order would not have been put to the test.
    assert.ok(new Set(Object.values(one ?? {}).map((asked) => asked.join())).size > 1);
  });

  test('a climb goes up as with one process, and each instance keeps what is its own', async () => {
    await withFiles({}, (folder) =>
      withSimulator({}, async (simulator) => {
        const { code, err, summary } = await runShared(
          folder,
          simulator.url,
          2,
          {
            RAMP_START_SESSIONS: '2',
            RAMP_INCREMENT: '2',
            RAMP_INTERVAL: '2s',
            RAMP_MAX_SESSIONS: '4',
          },
          { profile: 'ramp', noReport: false },
        );
        assert.equal(code, 0, err);
        const stats = simulator.stats();
        assert.deepEqual([stats.violations, stats.connections], [{}, 0]);
        assert.deepEqual([stats.peak_connections, stats.questions], [4, summary.overall.sent]);
        assert.deepEqual(
          summary.bySteps.map(({ name }) => name),
          ['2', '4'],
        );
        const parts = summary.instances?.map(({ name, part, problems }) => [name, part, problems]);
        assert.deepEqual(parts, [
          ['instance-1', '0:1/2', []],
          ['instance-2', '1/2:1', []],
        ]);
        // They started together, else that would be found.
        assert.doesNotMatch(summary.findings.join(), /apart/);
        assert.ok((summary.generator?.cpuSeconds ?? 0) > 0);
        let sessions = 0;
        for (const name of ['instance-1', 'instance-2']) {
          sessions += (await summaryIn(join(folder, name))).sessions.started;
          const log = await readFile(join(folder, name, 'k6.log'), 'utf8');
          assert.match(log, /Starting session/);
        }
        assert.equal(sessions, summary.sessions.started);
        const page = await readFile(join(folder, 'report.html'), 'utf8');
        assert.match(page, /<title>[^<]*ramp/);
      }),
    );
  });

  test('a climb goes on where the part of one instance breaks, but the whole holds', async () => {
    const script: Script = {
      async question({ session }, { send }) {
        await send({ complete_response: session === 1 ? '' : 'Sí.' });
      },
    };
    await withFiles({}, (folder) =>
      withChatbot(script, async (chatbot) => {
        const { code, err, summary } = await runShared(
          folder,
          chatbot.url,
          2,
          {
            ...{ BREAKPOINT_START_SESSIONS: '4', BREAKPOINT_MAX_SESSIONS: '4' },
            // So many that nobody comes to the end of them.
            ...{ BREAKPOINT_INTERVAL: '6s', NUC_QUESTIONS_PER_COURSE: '50' },
            ...{ NUC_THINK_TIME: '200ms', NUC_SLO_RATE: '0.7' },
          },
          { profile: 'breakpoint' },
        );
        assert.equal(code, 0, err);
        assert.equal(summary.limit?.held, '4');
        assert.equal(summary.settings.NUC_ABORT_ON_FAIL, '1');
        assert.equal(chatbot.questions.length, summary.overall.sent);
        const each = [1, 2].map((index) => summaryIn(join(folder, `instance-${index}`)));
        const rates = (await Promise.all(each)).map((one) => one.overall.sloRate ?? 1);
        // Alone, that one would have ended its own part, and with it the run.
        assert.ok(Math.min(...rates) < 0.6 && Math.max(...rates) === 1, rates.join());
      }),
    );
  });

  test('one that is killed is said at once; the others end, and the run has not passed', async () => {
    await withFiles({}, (folder) =>
      withSimulator({ speed: 20 }, async (simulator) => {
        const err = new Written();
        const running = runShared(folder, simulator.url, 2, { NUM_SESSIONS: '4' }, { err });
        // k6 writes its samples five times a second: by the second question it has written the first.
        await until(() => simulator.stats().questions >= 8);
        const killedAt = Date.now();
        for (const pid of await processesOf(folder, 'instance-2')) process.kill(pid, 'SIGKILL');
        const { code, summary } = await running;
        assert.ok(Date.now() - killedAt < 20_000);
        assert.match(
          err.text,
          /^runner: instance-2: k6 ended with exit code 137: the others are told to end$/m,
        );
        assert.equal(code, 99, err.text);
        assert.equal(summary.passed, false);
        assert.match(summary.findings.join('\n'), /^instance-2: k6 was ended by SIGKILL/m);
        assert.match(summary.findings.join('\n'), /^instance-1: (ended early|k6 ended)/m);
        assert.deepEqual(
          summary.instances?.map(({ sessions }) => sessions),
          [2, 2],
        );
        // What the killed one had asked counts, but for what it had not written yet.
        assert.ok(summary.overall.sent <= simulator.stats().questions);
        assert.ok(summary.overall.sent >= 2);
        assert.match(await readFile(join(folder, 'instance-2', 'junit.xml'), 'utf8'), /SIGKILL/);
      }),
    );
  });

  test('one that is killed before the start: the exit code is its own, or the verdict’s', async () => {
    await withFiles({}, (folder) =>
      withSimulator({ speed: 20 }, async (simulator) => {
        const running = loadShared(folder, simulator.url, 2, { NUM_SESSIONS: '4' });
        let pids: number[] = [];
        await until(async () => {
          pids = await processesOf(folder, 'instance-2');
          return pids.length > 0;
        });
        for (const pid of pids) process.kill(pid, 'SIGKILL');
        const { code, err } = await running;
        // Where the other one had begun, it left a summary, and the verdict is that of all.
        const isTold = await summaryIn(folder).then(
          () => true,
          () => false,
        );
        assert.equal(code, isTold ? 99 : 137, err);
        assert.equal(simulator.stats().questions, 0);
      }),
    );
  });

  test('Ctrl-C ends all of them gracefully', async () => {
    await withFiles({}, (folder) =>
      withSimulator({ speed: 20 }, async (simulator) => {
        const first = new AbortController();
        const interrupts = { first: first.signal, second: new AbortController().signal };
        const running = runShared(folder, simulator.url, 3, { NUM_SESSIONS: '3' }, { interrupts });
        await until(() => simulator.stats().questions >= 3);
        first.abort();
        const { code, err, summary } = await running;
        assert.equal(code, 105, err);
        assert.equal(err.match(/interrupted: k6 ends/g)?.length, 1, err);
        assert.equal(summary.passed, false);
        assert.equal(summary.instances?.filter(({ problems }) => problems.length === 0).length, 0);
        assert.equal(summary.overall.sent, simulator.stats().questions);
      }),
    );
  });
});
