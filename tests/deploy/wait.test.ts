/** `npm run deploy -- … --wait` against a stand-in for kubectl: no cluster was at hand. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scratchFolder } from '../runner/scratch.ts';
import { deploy } from './deploy.ts';
import { type Look, standInKubectl } from './stand-in-kubectl.ts';

const ARGS = ['default', '--parallelism', '2', '--image', 'i', '--name', 'evening', '--wait'];

function runner(index: number, state: object) {
  const labels = { runner: 'true', 'job-name': `evening-${index}` };
  return {
    metadata: { name: `evening-${index}-x7`, labels },
    status: { containerStatuses: [{ state }] },
  };
}

async function waited(
  t: TestContext,
  looks: readonly Look[],
  mergeExit = 0,
  watching: Parameters<typeof deploy>[2] = {},
  flags: readonly string[] = [],
) {
  const folder = await scratchFolder(t);
  const merged = join(folder, 'merged');
  await mkdir(merged);
  await writeFile(join(merged, 'summary.json'), '{"of":"all"}');
  const calls = await standInKubectl(folder, { looks, mergeExit, merged });
  const settings = {
    NUC_BASE_URL: 'https://chat.example.test',
    PATH: `${folder}${delimiter}${process.env.PATH}`,
  };
  const { code, out, err } = await deploy(
    [...ARGS, ...flags, '--namespace', 'load'],
    settings,
    watching,
  );
  const results = /^deploy: (\S+-default\S*)$/m.exec(err)?.[1];
  if (results !== undefined) t.after(() => rm(resolve(results), { recursive: true }));
  const called = await calls();
  assert.ok(called.every(({ args }) => args[0] === '--namespace' && args[1] === 'load'));
  return { code, out, err, results, called: called.map((call) => call.args.slice(2).join(' ')) };
}

const ENDED = { terminated: { exitCode: 0 } };

test('the run is followed, merged when it is over, and its results are fetched', async (t) => {
  const { code, out, err, results, called } = await waited(
    t,
    [
      { stage: 'initialization' },
      { stage: 'created', pods: [runner(1, { waiting: { reason: 'ContainerCreating' } })] },
      { stage: 'started', pods: [runner(1, { running: {} }), runner(2, { running: {} })] },
      { stage: null, isAway: true },
      { stage: 'started' },
      { stage: 'finished', pods: [runner(1, ENDED), runner(2, { terminated: { exitCode: 99 } })] },
    ],
    99,
  );
  // That of merge: the parts' own verdicts are not the run's.
  assert.equal(code, 99, err);
  assert.match(out, /what merge printed/);
  for (const stage of ['initialization', 'created', 'started', 'finished']) {
    assert.match(err, new RegExp(`^deploy: evening: ${stage}$`, 'm'));
  }
  assert.doesNotMatch(err, /named in the results|ContainerCreating/);
  assert.match(
    err,
    /^deploy: kubectl get testrun evening: Unable to connect to the server; asking again$/m,
  );
  assert.equal(await readFile(join(results ?? '', 'summary.json'), 'utf8'), '{"of":"all"}');
  const order = ['apply -f -', 'patch job evening-merge', 'wait pod/evening-fetch', 'delete pod'];
  const places = order.map((call) => called.findIndex((line) => line.startsWith(call)));
  assert.ok(
    places.every((place) => place >= 0),
    called.join('\n'),
  );
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test('a pod that was killed is named, though the operator calls the run finished', async (t) => {
  const { code, err } = await waited(
    t,
    [
      { stage: 'started', pods: [runner(1, { running: {} })] },
      {
        stage: 'finished',
        pods: [runner(1, { terminated: { exitCode: 137, reason: 'OOMKilled' } })],
      },
    ],
    99,
  );
  assert.equal(code, 99);
  assert.match(err, /^deploy: evening-1: OOMKilled \(137\): it is named in the results$/m);
  assert.match(err, /^deploy: evening-2: had no pod: it is named in the results$/m);
});

test('with --cleanup the TestRun goes away at its end: the pods are as they were last seen', async (t) => {
  const { code, err } = await waited(t, [
    { stage: 'started', pods: [runner(1, ENDED), runner(2, ENDED)] },
    { stage: null },
  ]);
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /named in the results/);
});

test('why a pod does not start is told at once, and why a run is refused', async (t) => {
  const waiting = { reason: 'ErrImagePull', message: 'no such image' };
  const { code, err, called } = await waited(t, [
    { stage: 'created', pods: [runner(1, { waiting })] },
    { stage: 'error' },
  ]);
  assert.equal(code, 1);
  assert.match(err, /^deploy: evening-1: ErrImagePull: no such image$/m);
  assert.match(err, /evening: k6-operator does not start it: PROFILE: expected another one$/);
  assert.ok(!called.some((call) => call.startsWith('patch')));
});

test('a TestRun that goes away before it has started: why cannot be told any more', async (t) => {
  const looks = [{ stage: 'initialization' }, { stage: null }];
  const { code, err } = await waited(t, looks, 0, {}, ['--cleanup']);
  assert.equal(code, 1);
  assert.match(err, /evening: the TestRun is gone; leave out --cleanup to see why /);
  assert.match((await waited(t, looks)).err, /evening: the TestRun is gone$/);
});

test('Ctrl-C leaves the run, and says how to end it', async (t) => {
  const controller = new AbortController();
  const said = (line: string) => line.includes('evening: started') && controller.abort();
  const watching = { signal: controller.signal, said };
  const { code, err } = await waited(t, [{ stage: 'started' }], 0, watching);
  assert.equal(code, 130);
  assert.match(err, /the run goes on in the cluster; end it with kubectl delete testrun evening/);
});
