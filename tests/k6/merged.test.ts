/** Merged instances of the real k6: of one, its own verdict and figures; of several, the totals of all. */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Summary } from '../../lib/results/model.ts';
import { mergeCommand } from '../../runner/merge/merge-command.ts';
import { endingOf } from '../../runner/run/ending.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { Written } from '../runner/scratch.ts';
import { withFiles } from './profile-run.ts';
import { type K6Result, ROOT, runK6, target, withSimulator } from './run-k6.ts';

/** The machine may be busy: how late it is for the frames is no matter here. */
const SHORT = {
  NUC_MAX_CLIENT_LAG: '60s',
  NUC_QUESTIONS_PER_COURSE: '1',
  NUC_LOG: 'off',
  NUC_RUN_ID: 'merged',
};
/** Of two sums of the same numbers in another order. */
const ROUNDING = 1e-9;

/** k6 as one instance, which leaves its files in the folder. */
async function runInstance(
  simulator: Simulator,
  folder: string,
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<K6Result> {
  await mkdir(folder);
  return runK6('chat', {
    settings: { ...target(simulator.url), ...SHORT, ...settings, NUC_RESULTS_DIR: folder },
    flags: [...flags, '--out', `json=${join(folder, 'samples.json.gz')}`],
    folder: join(folder, '..'),
    keepsSummary: false,
  });
}

async function merge(root: string, ...args: string[]) {
  const [out, err] = [new Written(), new Written()];
  const code = await mergeCommand([...args, '--out', join(root, 'merged')], {
    root: ROOT,
    out,
    err,
  });
  return { code, out: out.text, err: err.text };
}

async function summaryIn(...path: string[]): Promise<Summary> {
  return JSON.parse(await readFile(join(...path, 'summary.json'), 'utf8'));
}

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
    chat_errors: ['count==2', 'rate<1e6'],
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

const THIRDS = '0,1/3,2/3,1';

/** The flags of one of three instances. */
function third(index: number): string[] {
  const part = THIRDS.split(',')
    .slice(index, index + 2)
    .join(':');
  return ['--execution-segment', part, '--execution-segment-sequence', THIRDS];
}

/** Three instances of one run side by side, in folders `a`, `b` and `c`. @returns their exit codes. */
function runThree(simulator: Simulator, root: string, settings: Record<string, string>) {
  return Promise.all(
    ['a', 'b', 'c'].map(async (name, index) => {
      const folder = join(root, name);
      return (await runInstance(simulator, folder, settings, third(index))).code;
    }),
  );
}

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

describe('what is not one whole run', () => {
  let root: string;
  let release: () => void;
  let ended: Promise<void>;

  before(async () => {
    await new Promise<void>((ready) => {
      ended = withFiles({}, async (folder) => {
        root = folder;
        await withSimulator({}, async (simulator) => {
          const codes = await runThree(simulator, root, { NUM_SESSIONS: '6' });
          assert.deepEqual(codes, [0, 0, 0]);
        });
        const released = new Promise<void>((resolve) => {
          release = resolve;
        });
        ready();
        await released;
      });
    });
  });

  after(async () => {
    release();
    await ended;
  });

  /** The three folders, with one of them changed by `change`, merged with further arguments. */
  async function mergeWith(change: (c: string) => Promise<unknown>, ...args: string[]) {
    await rm(join(root, 'changed'), { recursive: true, force: true });
    await mkdir(join(root, 'changed'));
    const c = join(root, 'changed', 'c');
    await cp(join(root, 'c'), c, { recursive: true });
    await change(c);
    return merge(root, join(root, 'a'), join(root, 'b'), c, ...args);
  }

  async function editSummary(folder: string, edit: (summary: Summary) => void) {
    const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
    edit(summary);
    await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));
  }

  /** The samples in a file that is not packed, after `edit`. */
  async function editSamples(folder: string, edit: (text: string) => string) {
    const packed = join(folder, 'samples.json.gz');
    const text = gunzipSync(await readFile(packed)).toString();
    await rm(packed);
    await writeFile(join(folder, 'samples.json'), edit(text));
  }

  async function emptied(folder: string): Promise<void> {
    await rm(folder, { recursive: true });
    await mkdir(folder);
  }

  function assertRefused(end: { code: number; out: string; err: string }, why: RegExp): void {
    assert.deepEqual([end.code, end.out], [2, '']);
    assert.match(end.err, /^merge: .*\n$/);
    assert.match(end.err, why);
  }

  test('whole, it passes, packed or not', async () => {
    const { code, out, err } = await mergeWith((c) => editSamples(c, (text) => text));
    assert.equal(code, 0, out + err);
    assert.equal((await summaryIn(root, 'merged')).sessions.completed, 6);
  });

  for (const [what, change, why] of [
    [
      'another run',
      (c: string) => editSamples(c, (text) => text.replaceAll('"run_id":"merged"', '"run_id":"x"')),
      /not one run: run_id: a has merged, c x; give all .* the same NUC_RUN_ID/,
    ],
    [
      'another profile',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { profile: 'smoke' });
        }),
      /not one run: profile: a has default, c smoke/,
    ],
    [
      'other settings',
      (c: string) =>
        editSummary(c, ({ settings }) => {
          Object.assign(settings, { NUC_THINK_TIME: '1s' });
        }),
      /not one run: NUC_THINK_TIME: a has \S+, c 1s/,
    ],
    [
      'another load',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { load: 'other' });
        }),
      /not one run: load: a has \w+, c other/,
    ],
    [
      'a part twice',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { segment: { part: '1/3:1', sequence: THIRDS } });
        }),
      /b and c have the same part of the load: 1\/3:2\/3/,
    ],
    [
      'a gap',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { segment: { part: '2/3:5/6', sequence: THIRDS } });
        }),
      /no instance has the part 5\/6:1 of the load; .*--partial/,
    ],
    [
      'a packed file that is cut short',
      (c: string) => truncate(join(c, 'samples.json.gz'), 2000),
      /samples\.json\.gz: cut short or damaged: whole for .*, up to 20.*; --partial/,
    ],
    [
      'a file that ends within a line',
      (c: string) => editSamples(c, (text) => text.slice(0, -5)),
      /samples\.json: cut short or damaged: whole for/,
    ],
    [
      'a file that lacks whole lines at its end',
      (c: string) => editSamples(c, (text) => text.replace(/(.*\n){20}$/, '')),
      /samples\.json: not the samples of summary\.json: \w+ [\d,]+, there [\d,]+: whole/,
    ],
    [
      'a file with a line of something else',
      (c: string) => editSamples(c, (text) => text.replace('\n', '\n?\n')),
      /samples\.json: cut short or damaged/,
    ],
    [
      'no samples',
      (c: string) => rm(join(c, 'samples.json.gz')),
      /c: holds neither samples\.json nor samples\.json\.gz: .*--out json/,
    ],
    [
      'a folder that is not there',
      (c: string) => rm(c, { recursive: true }),
      /changed\/c: there is no such folder/,
    ],
    [
      'a folder twice, by a link',
      async (c: string) => {
        await rm(c, { recursive: true });
        await symlink(join(root, 'a'), c);
      },
      /changed\/c: is given twice/,
    ],
  ] as const) {
    test(`refused: ${what}`, async () => {
      assertRefused(await mergeWith(change), why);
    });
  }

  test('refused: no folder, a flag that is not known, results among the instances', async () => {
    const call = (...args: string[]) => {
      const [out, err] = [new Written(), new Written()];
      return mergeCommand(args, { root: ROOT, out, err }).then((code) => ({
        code,
        out: out.text,
        err: err.text,
      }));
    };
    assertRefused(await call(), /expected the folders of instances/);
    assertRefused(await call('--fast'), /Unknown option '--fast'; see --help/);
    const a = join(root, 'a');
    assertRefused(await call(a, '--out', a), /--out: .*is the folder of an instance/);
  });

  /** It has not passed, and terminal, summary, Markdown, JUnit and page say so. */
  async function assertNotWhole(end: { code: number; out: string; err: string }, why: RegExp) {
    assert.equal(end.code, 99, end.err);
    const summary = await summaryIn(root, 'merged');
    assert.equal(summary.passed, false);
    assert.match(summary.findings.join('\n'), why);
    assert.deepEqual(
      summary.verdicts.find(({ metric }) => metric === 'instances_whole'),
      { metric: 'instances_whole', threshold: 'count==3', ok: false, got: 2 },
    );
    assert.match(end.out, /instances_whole +count==3 +2/);
    for (const file of ['report.md', 'junit.xml', 'report.html']) {
      assert.match(await readFile(join(root, 'merged', file), 'utf8'), /instances_whole/, file);
    }
  }

  test('an instance that was killed is named', async () => {
    const end = await mergeWith((c) => rm(join(c, 'summary.json')));
    await assertNotWhole(end, /^c: left no summary\.json/m);
    assert.equal((await summaryIn(root, 'merged')).sessions.completed, 6);
  });

  test('--partial takes what is there, and says so', async () => {
    const cut = await mergeWith((c) => truncate(join(c, 'samples.json.gz'), 2000), '--partial');
    await assertNotWhole(cut, /^c: its samples are cut short or damaged: whole for/m);
    const [a, b] = ['a', 'b'].map((name) => join(root, name)) as [string, string];
    assertRefused(await merge(root, a, b), /no instance has the part 2\/3:1/);
    const without = await merge(root, a, b, '--partial');
    await assertNotWhole(without, /^no instance has the part 2\/3:1 of the load$/m);
    assert.equal((await summaryIn(root, 'merged')).sessions.started, 4);
    for (const leave of [(c: string) => rm(c, { recursive: true }), emptied]) {
      await assertNotWhole(
        await mergeWith(leave, '--partial'),
        /^c: left nothing: k6 did not start$/m,
      );
      const { sessions, instances } = await summaryIn(root, 'merged');
      assert.deepEqual([sessions.started, instances?.length], [4, 3]);
    }
  });

  test('the instance that is not to be trusted is named, and starts that lie apart', async () => {
    const { code } = await mergeWith((c) =>
      editSummary(c, ({ run, trust }) => {
        Object.assign(trust, { trusted: false, why: ['7 sessions started late'] });
        const late = Date.parse(run.startedAt) + 5000;
        Object.assign(run, { startedAt: new Date(late).toISOString() });
      }),
    );
    assert.equal(code, 3);
    const { passed, trust, findings } = await summaryIn(root, 'merged');
    assert.ok(trust.why.includes('c: 7 sessions started late'));
    assert.deepEqual([passed, trust.trusted], [false, false]);
    assert.match(findings.join('\n'), /^the instances started up to [\d.]+ s apart$/m);
  });
});
