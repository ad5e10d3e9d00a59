/** Merged instances of the real k6: of one, its own verdict and figures; of several, the totals of all. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Summary } from '../../lib/results/model.ts';
import { endingOf } from '../../runner/run/ending.ts';
import { merge, runInstance, runThree, summaryIn } from './merged-run.ts';
import { withFiles } from './profile-run.ts';
import { withSimulator } from './run-k6.ts';

/** Of two sums of the same numbers in another order. */
const ROUNDING = 1e-9;

/** The same to the digit, but for the rounding of a sum. */
function assertSame(got: unknown, expected: unknown, what: string): void {
  if (typeof expected === 'number' && typeof got === 'number') {
    const apart = Math.abs(got - expected);
    assert.ok(apart <= ROUNDING * Math.abs(expected), `${what}: ${got}, k6 has ${expected}`);
  } else if (typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(got as object).sort(), Object.keys(expected).sort(), what);
    for (const [key, value] of Object.entries(expected)) {
      assertSame((got as Record<string, unknown>)[key], value, `${what}.${key}`);
    }
  } else {
    assert.equal(got, expected, what);
  }
}

/** Every expression that k6 knows, on metrics of all types and on parts of them; some are crossed. */
const OWN = {
  scenarios: { chat: { executor: 'per-vu-iterations', vus: 3, iterations: 2 } },
  thresholds: {
    chat_errors: ['count==2', 'rate<1e6', 'count<=Inf', 'count>=-inf', 'count<.5e1'],
    'chat_errors{phase:token, reason:http_status}': ['count!=2', 'count===2'],
    chat_session_success: ['rate>0.5', 'rate>0.9'],
    chat_response_time: ['avg<60000', 'min>60000', 'max<=60000', 'med<60000', 'p(99.9) < 6e4'],
    'http_req_duration{name:generate-token,expected_response:true}': ['p(95)<60000', 'p(50)<0'],
    'http_req_duration{name:of-no-request}': ['max<60000'],
    vus_max: ['value==3', 'value!=3'],
    data_sent: ['count>0', 'rate>=0'],
  },
  summaryTrendStats: ['p(99.9)'],
};

describe('merge of one: k6’s own verdict and figures', { concurrency: 2 }, () => {
  for (const [profile, settings, faults] of [
    ['default', { NUM_SESSIONS: '4' }, ['close-1006:1/4']],
    ['smoke', {}, []],
    [
      'ramp',
      {
        RAMP_START_SESSIONS: '1',
        RAMP_INCREMENT: '1',
        RAMP_INTERVAL: '1s',
        RAMP_MAX_SESSIONS: '2',
        NUC_WARMUP: '1s',
        NUC_SLO_RESPONSE: '40ms',
      },
      [],
    ],
    [
      'spike',
      {
        SPIKE_BASE_SESSIONS: '1',
        SPIKE_PEAK_SESSIONS: '2',
        SPIKE_BEFORE: '1s',
        SPIKE_DURATION: '1s',
        SPIKE_AFTER: '1s',
      },
      [],
    ],
    ['soak', { SOAK_SESSIONS: '2', SOAK_DURATION: '4s', SOAK_WINDOW: '1s' }, ['wrong-text:1/3']],
    ['arrivals', { ARRIVALS_PER_MINUTE: '300', ARRIVALS_DURATION: '2s' }, ['token-500:1/3']],
    [
      'breakpoint',
      {
        BREAKPOINT_START_SESSIONS: '1',
        BREAKPOINT_INCREMENT: '1',
        BREAKPOINT_INTERVAL: '2s',
        BREAKPOINT_MAX_SESSIONS: '3',
      },
      [],
    ],
    ['own.json', { NUC_WARMUP: '0s' }, ['token-500:1/3']],
    ['connections', { CONNECTIONS_LEVELS: '2,4', CONNECTIONS_HOLD: '2s' }, []],
  ] as const) {
    test(profile, async () => {
      await withFiles({ 'own.json': OWN }, async (root) => {
        await withSimulator({ faults: [...faults] }, async (simulator) => {
          const one = join(root, 'one');
          const { code, stderr } = await runInstance(simulator, one, {
            PROFILE: profile,
            ...settings,
          });
          const merged = await merge(root, one);
          const expected = await summaryIn(one);
          const ended = endingOf(code ?? 1, { summary: expected, problems: [] });
          assert.ok(code === 0 || code === 99, stderr);
          assert.equal(merged.code, ended.exitCode, merged.err);
          const { instances, ...got } = await summaryIn(root, 'merged');
          assertSame(got, expected, profile);
          assert.ok(Object.keys(expected.metrics).length > 100);
          assert.ok(expected.sessions.started > 0);
          assert.deepEqual(
            instances?.map(({ name, part, problems }) => [name, part, problems]),
            [['one', '0:1', []]],
          );
          assert.equal(simulator.stats().questions, got.overall.sent);
          for (const file of ['report.md', 'junit.xml']) {
            const text = await readFile(join(root, 'merged', file), 'utf8');
            assert.equal(text, await readFile(join(one, file), 'utf8'), file);
          }
        });
      });
    });
  }
});
test('merge of three: the totals of all, and of the service', async () => {
  await withFiles({}, async (root) => {
    await withSimulator({ faults: ['close-1006:1/5'] }, async (simulator) => {
      await runThree(simulator, root, { NUM_SESSIONS: '10' });
      const folders = ['a', 'b', 'c'].map((name) => join(root, name));
      const { code, out, err } = await merge(root, ...folders);
      assert.equal(code, 99, err);
      const each = await Promise.all(folders.map((folder) => summaryIn(folder)));
      const all = await summaryIn(root, 'merged');
      const sum = (of: (summary: Summary) => number) =>
        each.reduce((total, summary) => total + of(summary), 0);
      for (const of of [
        (one: Summary) => one.sessions.completed,
        (one: Summary) => one.sessions.failed,
        (one: Summary) => one.overall.sent,
        (one: Summary) => one.overall.received,
        (one: Summary) => one.overall.response?.count ?? 0,
        (one: Summary) => one.frames.received,
        (one: Summary) => one.metrics.data_sent?.values.count ?? 0,
        (one: Summary) => one.metrics.vus_max?.values.value ?? 0,
      ]) {
        assert.equal(of(all), sum(of), of.toString());
      }
      const { tokens, questions } = simulator.stats();
      assert.deepEqual([tokens, questions], [10, all.overall.sent]);
      assert.deepEqual([all.sessions.started, all.sessions.failed], [10, 2]);
      assert.equal(
        all.overall.response?.max,
        Math.max(...each.map((one) => one.overall.response?.max ?? 0)),
      );
      assert.deepEqual(
        all.instances?.map(({ name, part, problems }) => [name, part, problems]),
        [
          ['a', '0:1/3', []],
          ['b', '1/3:2/3', []],
          ['c', '2/3:1', []],
        ],
      );
      assert.match(out, /Sessions +10 started/);
      const timeline = JSON.parse(await readFile(join(root, 'merged', 'timeline.json'), 'utf8'));
      const asked = timeline.timeline.questionsSent.reduce((a: number, b: number) => a + b, 0);
      assert.equal(asked, questions);
    });
  });
});

test('an instance to which no session fell is no failure', async () => {
  await withFiles({}, async (root) => {
    await withSimulator({}, async (simulator) => {
      const names = ['a', 'b', 'c'];
      const codes = await runThree(simulator, root, { NUM_SESSIONS: '2' });
      // k6 itself judges a count without a sample: it was crossed.
      assert.deepEqual([...codes].sort(), [0, 0, 99]);
      const empty = join(root, names[codes.indexOf(99)] ?? '');
      const alone = await summaryIn(empty);
      const part = alone.run.segment?.part;
      const why = `no session fell to this instance, whose execution segment is ${part}; that is no failure`;
      assert.deepEqual([alone.passed, alone.verdicts, alone.findings], [false, [], [why]]);
      assert.deepEqual(endingOf(99, { summary: alone, problems: [] }).exitCode, 0);
      assert.match(await readFile(join(empty, 'junit.xml'), 'utf8'), / failures="0" /);
      assert.ok((await readFile(join(empty, 'report.md'), 'utf8')).includes(why));
      const { code, out } = await merge(root, ...names.map((name) => join(root, name)));
      assert.equal(code, 0, out);
      const { passed, sessions, instances } = await summaryIn(root, 'merged');
      assert.deepEqual([passed, sessions.completed], [true, 2]);
      assert.deepEqual(instances?.map((one) => one.sessions).sort(), [0, 1, 1]);
    });
  });
});
