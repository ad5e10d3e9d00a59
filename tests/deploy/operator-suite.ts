/** For operator.test.ts, which sees to it that Go is there. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { Summary } from '../../lib/results/model.ts';
import { mergeCommand } from '../../runner/merge/merge-command.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Stats } from '../../simulator/stats.ts';
import { KEYS, k6Path, ROOT, runK6, target, withSimulator } from '../k6/run-k6.ts';
import { until, Written } from '../runner/scratch.ts';
import { containers } from './containers.ts';
import { type Deployed, deploy, ofKind, type Read } from './deploy.ts';
import { buildJobs, inModule, type OperatorJobs } from './operator.ts';
import { type Kubelet, type Namespace, podOf, type Running } from './pod.ts';
import { processes } from './processes.ts';

const run = promisify(execFile);
const IMAGE = 'nuc-k6:1';
/** A container starts within a second; other tests may have the machine. */
const START_MS = 60_000;
/** Each session asks two questions, and nothing is asked of the machine's speed. */
const LOAD = {
  COURSES: 'MED1060',
  NUC_QUESTIONS_PER_COURSE: '2',
  NUC_LOG: 'sessions',
  NUC_MAX_CLIENT_LAG: '1h',
};

let folder: string;
let jobsProgram: string;
let kubelet: Kubelet;
let where: string;
let runs = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-test-'));
  jobsProgram = await buildJobs(folder);
  // Builds it, where that was not done yet: the images are built from the same cache of Go.
  const k6 = await k6Path();
  const found = await containers(join(folder, 'containers'), IMAGE);
  where = found.kubelet
    ? 'containers of podman'
    : `processes, as there are no containers: ${found.why}`;
  kubelet = found.kubelet ?? (await processes(join(folder, 'processes'), k6));
});

after(async () => {
  await kubelet?.close();
  await rm(folder, { recursive: true, force: true });
});

async function jobsOf(yaml: string, hosts: readonly string[]): Promise<OperatorJobs> {
  const { code, out, err } = await inModule(jobsProgram, ['-hosts', hosts.join(',')], yaml);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

/** What is applied to a cluster of this machine, and what the operator makes of it. */
async function deployed(simulator: Simulator, name: string, sessions: number, pods: number) {
  const settings = { ...LOAD, ...target(simulator.url), NUM_SESSIONS: String(sessions) };
  const flags = ['--parallelism', String(pods), '--image', IMAGE, '--engine', 'native'];
  const written = await deploy(['default', ...flags, '--name', name], settings);
  assert.equal(written.code, 0, written.err);
  runs += 1;
  // Loopback has sixteen million addresses: k6's port is the same in every pod.
  const net = `127.${1 + (process.pid % 200)}.${runs}`;
  const addresses = Array.from({ length: pods }, (_, index) => `${net}.${index + 1}`);
  const jobs = await jobsOf(written.out, addresses);
  const namespace: Namespace = {
    configMaps: Object.fromEntries(
      written.manifests
        .filter(({ kind }) => kind === 'ConfigMap')
        .map(({ metadata, data }) => [metadata.name, data]),
    ),
    secrets: { 'nuc-credentials': KEYS },
    volume: join(folder, `volume-${runs}`),
    addresses,
    services: jobs.services.map(({ metadata }) => metadata.name),
  };
  return { written, jobs, namespace, addresses };
}

/** The runners' pods, let go by the starter's own request. */
async function started({
  jobs,
  namespace,
  addresses,
}: Awaited<ReturnType<typeof deployed>>): Promise<Running[]> {
  const runners: Running[] = [];
  for (const [index, job] of jobs.runners.entries()) {
    runners.push(await kubelet.start(await podOf(job, namespace, index + 1), namespace));
  }
  for (const [index, address] of addresses.entries()) {
    const says = async () => {
      const answer = await fetch(`http://${address}:6565/v1/status`).catch(() => null);
      return ((await answer?.json()) as Read)?.data.attributes.paused === true;
    };
    await until(says, START_MS).catch(async () => {
      assert.fail(`pod ${index + 1} does not answer: ${await runners[index]?.logs()}`);
    });
  }
  const [starter] = jobs.starter.spec.template.spec.containers;
  const [program = '', ...args] = starter.command;
  const { stdout } = await run(program, args);
  assert.equal(stdout.match(/"http_code":200/g)?.length, addresses.length, stdout);
  return runners;
}

/** The merge Job as a pod of its image; without images its arguments, on the folder that stands for its volume. */
async function merged({ manifests }: Deployed, namespace: Namespace) {
  const job = ofKind(manifests, 'Job');
  const [, runId] = /--tag run_id=(\S+)/.exec(ofKind(manifests, 'TestRun').spec.arguments) ?? [];
  const results = join(namespace.volume, runId ?? '');
  let ended: { readonly code: number; readonly said: string };
  if (kubelet.hasImages) {
    const running = await kubelet.start(await podOf(job, namespace, 0), namespace);
    ended = { code: await running.ended, said: await running.logs() };
  } else {
    const { args } = job.spec.template.spec.containers[0];
    const [out, err] = [new Written(), new Written()];
    const here = args.slice(1).map((arg: string) => arg.replace(/^\/results/, results));
    const code = await mergeCommand(here, { root: ROOT, out, err });
    ended = { code, said: out.text + err.text };
  }
  const text = await readFile(join(results, 'merged', 'summary.json'), 'utf8');
  return { ...ended, summary: JSON.parse(text) as Summary };
}

test('gofmt and go vet accept the module', async () => {
  assert.deepEqual(await inModule('gofmt', ['-l', '.']), { code: 0, out: '', err: '' });
  const { code, err } = await inModule('go', ['vet', './...']);
  assert.equal(code, 0, err);
});

test('a manifest that a cluster would not take as it is meant is refused by name', async () => {
  const args = ['ramp', '--parallelism', '2', '--image', IMAGE];
  const { manifests } = await deploy(args, { NUC_BASE_URL: 'https://chat.example.test' });
  for (const [kind, change, why] of [
    [
      'TestRun',
      ({ spec }: Read) => Object.assign(spec, { paralelism: 2 }),
      /schema has no spec\.paralelism/,
    ],
    [
      'TestRun',
      ({ spec }: Read) => Object.assign(spec, { cleanup: 'always' }),
      /cleanup: .*"post"/,
    ],
    ['TestRun', ({ spec }: Read) => delete spec.script, /spec\.script: Required value/],
    ['TestRun', ({ spec }: Read) => Object.assign(spec, { arguments: 'a b' }), /invalid value/],
    ['TestRun', ({ metadata }: Read) => Object.assign(metadata, { name: 'A_b' }), /name: a lower/],
    [
      'Job',
      ({ spec }: Read) => Object.assign(spec, { suspended: true }),
      /unknown field "spec\.suspended"/,
    ],
    ['ConfigMap', ({ data }: Read) => Object.assign(data, { A: 1 }), /cannot unmarshal number/],
  ] as const) {
    const changed = structuredClone(manifests) as Read[];
    change(ofKind(changed, kind));
    const yaml = changed.map((manifest) => `---\n${stringify(manifest)}`).join('');
    const { code, out, err } = await inModule(jobsProgram, ['-hosts', '10.0.0.1,10.0.0.2'], yaml);
    assert.deepEqual([code, out], [1, ''], String(why));
    assert.match(err, why);
  }
});

describe('pods of the operator’s Jobs', () => {
  test('four of them do what one process does, and merge says so', async (t) => {
    t.diagnostic(where);
    const one = await withSimulator({}, async (simulator) => {
      const settings = { ...LOAD, ...target(simulator.url), NUM_SESSIONS: '8' };
      const { summary } = await runK6('chat', { settings });
      return { summary, stats: simulator.stats() };
    });
    await withSimulator({}, async (simulator) => {
      // Its services' variables begin like settings.
      const scene = await deployed(simulator, 'ramp-of-four', 8, 4);
      const { initializer } = scene.jobs;
      const asked = await kubelet.start(
        await podOf(initializer, scene.namespace, 0),
        scene.namespace,
      );
      assert.equal(await asked.ended, 0, await asked.logs());
      // The operator reads its log as JSON, and compares this with the number of pods.
      assert.equal(JSON.parse(await asked.logs()).maxVUs, 8);
      assert.equal(simulator.stats().tokens, 0);

      const runners = await started(scene);
      for (const runner of runners) assert.equal(await runner.ended, 0, await runner.logs());
      const { code, said, summary } = await merged(scene.written, scene.namespace);
      assert.equal(code, 0, said);
      const totals = ({ sessions, overall, frames }: Summary) => [
        ...[sessions.started, sessions.completed, overall.sent, overall.good],
        ...[frames.received],
      ];
      assert.ok(one.summary);
      assert.deepEqual(totals(summary), totals(one.summary));
      assert.equal(summary.overall.sent, 16);
      const seen = ({ tokens, questions, responses, frames }: Stats) => [
        tokens,
        questions,
        responses,
        frames,
      ];
      assert.deepEqual(seen(simulator.stats()), seen(one.stats));
      assert.deepEqual(
        summary.instances?.map(({ name, sessions, problems }) => [name, sessions, problems]),
        [1, 2, 3, 4].map((index) => [`ramp-of-four-${index}`, 2, []]),
      );
      assert.deepEqual([summary.run.profile, summary.run.engine], ['default', 'native']);
    });
  });

  test('one that is killed is named, and the run has not passed', async () => {
    await withSimulator({ speed: 6 }, async (simulator) => {
      const scene = await deployed(simulator, 'killed', 2, 2);
      const [first, second] = await started(scene);
      // Each has some seven seconds left: the kill is never too late.
      await until(async () => simulator.stats().questions >= 2, START_MS);
      await second?.kill();
      assert.deepEqual([await first?.ended, await second?.ended], [0, 137]);
      const { code, said, summary } = await merged(scene.written, scene.namespace);
      assert.equal(code, 99, said);
      assert.match(said, /^ *killed-2: left no summary\.json: k6 did not come to its end/m);
      assert.deepEqual([summary.passed, summary.sessions.completed], [false, 1]);
    });
  });
});
