/** What merge refuses, or takes as a run that is not whole: folders that real instances left, changed. */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Summary } from '../../lib/results/model.ts';
import { mergeCommand } from '../../runner/merge/merge-command.ts';
import { Written } from '../runner/scratch.ts';
import { merge, runThree, summaryIn, THIRDS } from './merged-run.ts';
import { withFiles } from './profile-run.ts';
import { ROOT, withSimulator } from './run-k6.ts';

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
      'a setting that this version does not take',
      (c: string) =>
        editSummary(c, ({ settings }) => {
          Object.assign(settings, { NUC_THINK_TIME: 'soon' });
        }),
      /c\/summary\.json: settings: NUC_THINK_TIME: expected .*; merge with the version that wrote/,
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
      'another engine',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { engine: 'native' });
        }),
      /not one run: engine: a has webcrypto, c native/,
    ],
    [
      'other thresholds',
      (c: string) =>
        editSummary(c, ({ metrics }) => {
          Object.assign(metrics.chat_errors ?? {}, { thresholds: { 'count<9': { ok: true } } });
        }),
      /not one run: thresholds: a has /,
    ],
    [
      'other segment sequences',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { segment: { part: '2/3:1', sequence: '0,2/3,1' } });
        }),
      /other segment sequences: 0,1\/3,2\/3,1 and 0,2\/3,1/,
    ],
    [
      'all of the load beside parts of it',
      (c: string) =>
        editSummary(c, ({ run }) => {
          Object.assign(run, { segment: null });
        }),
      /other segment sequences: 0,1\/3,2\/3,1 and none/,
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

  test('refused: what is merged already, and an instance of --instances, though --partial is given', async () => {
    const folders = ['a', 'b', 'c'].map((name) => join(root, name));
    assert.equal((await merge(root, ...folders)).code, 0);
    const again = join(root, 'again');
    await cp(join(root, 'merged'), again, { recursive: true });
    const [a = '', b = ''] = folders;
    for (const more of [[], ['--partial']]) {
      assertRefused(
        await merge(root, a, b, again, ...more),
        /again: is a merged result, which keeps no samples; give the folders /,
      );
    }
    const instance = join(again, 'instance-1');
    await mkdir(instance);
    await cp(join(root, 'c', 'summary.json'), join(instance, 'summary.json'));
    assertRefused(
      await merge(root, a, b, instance, '--partial'),
      /instance-1: --instances keeps no samples; the folder above has the result of all/,
    );
  });

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
    // A way to it by a folder that is not there leads to it all the same.
    for (const way of [a, `${a}/`, `${a}/none/..`]) {
      assertRefused(await call(a, '--out', way), /--out: .*is the folder of an instance/);
    }
    assert.equal((await summaryIn(a)).instances, undefined);
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
