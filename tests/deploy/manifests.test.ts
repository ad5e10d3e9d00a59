/** What `npm run deploy` writes, and what it refuses before it writes anything. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ENGINES } from '../../runner/k6-binary/engine.ts';
import { resourcesFor, sessionsFor } from '../../runner/sizing.ts';
import { ROOT } from '../k6/run-k6.ts';
import { scratchFolder } from '../runner/scratch.ts';
import { deploy, ofKind, type Read } from './deploy.ts';

const TARGET = { NUC_BASE_URL: 'https://chat.example.test' };
const FOUR = ['--parallelism', '4', '--image', 'nuc-k6:1'];

test('refused in one line: a wrong flag, setting or load, before anything is written', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'a-file'), '');
  await writeFile(join(folder, 'with-key.json'), '{"tags":{"by":"pa55word"}}');
  for (const [args, settings, expected] of [
    [[], TARGET, /expected one profile, got nothing; see --help/],
    [['ramp', 'spike', ...FOUR], TARGET, /expected one profile, got ramp spike/],
    [['ramp', '--image', 'x'], TARGET, /--parallelism: expected how many pods, got nothing/],
    [['ramp', ...FOUR, '--parallelism', '0'], TARGET, /--parallelism: expected .*1 to 1000, got 0/],
    [['ramp', '--parallelism', '2'], TARGET, /--image: expected the image .*, got nothing/],
    [['ramp', ...FOUR, '--image', 'x@sha256:0'], TARGET, /--merge-image: is needed/],
    [['ramp', ...FOUR, '--engine', 'fast'], TARGET, /--engine: expected webcrypto or native/],
    [
      ['ramp', ...FOUR, '--name', 'Evening'],
      TARGET,
      /--name: expected .*lower-case.*, got Evening/,
    ],
    [['ramp', ...FOUR, '--name', 'e'.repeat(46)], TARGET, /--name: expected up to 45/],
    [['ramp', ...FOUR, '--name', '9-pm'], TARGET, /--name: expected a lower-case letter first/],
    [['ramp', ...FOUR, '--memory', '2GB'], TARGET, /--memory: expected .*2Gi, got 2GB/],
    [['ramp', ...FOUR, '--cpu', 'two'], TARGET, /--cpu: expected .*500m, got two/],
    [['ramp', ...FOUR, '--storage', 'much'], TARGET, /--storage: expected .*, got much/],
    [['ramp', ...FOUR, '--pods', '3'], TARGET, /Unknown option '--pods'; see --help/],
    [['ramp', ...FOUR, '--wait', '--out', folder], TARGET, /--wait applies the manifests itself/],
    [['ramp', ...FOUR, '--', '--tag', 'a=b c'], TARGET, /a=b c: k6-operator’s shell/],
    [['ramp', ...FOUR, '--', '--tag', 'a=$(id)'], TARGET, /k6-operator’s shell/],
    [['ramp', ...FOUR, '--', '-e', 'NUC_SEED=2'], TARGET, /-e: settings are taken from the env/],
    [['ramp', ...FOUR, '--', '--paused'], TARGET, /--paused: k6-operator sets it/],
    [['ramp', ...FOUR, '--', '-a', '0.0.0.0:1'], TARGET, /--address: k6-operator sets it/],
    [['ramp', ...FOUR, '--', '--linger'], TARGET, /--linger/],
    [['ramp', ...FOUR], { ...TARGET, K6_SUMMARY_MODE: 'disabled' }, /leaves no results/],
    [['ramp', ...FOUR], { ...TARGET, NUC_SUMMARY: 'k6' }, /NUC_SUMMARY: k6 leaves no summary/],
    [['ramp', ...FOUR], { ...TARGET, NUC_RUN_ID: '..' }, /NUC_RUN_ID: .*folder, got \.\./],
    [['ramp', ...FOUR], { ...TARGET, K6_OUT: 'csv=a b' }, /csv=a b: k6-operator’s shell/],
    [
      ['ramp', ...FOUR, '--', '--out=influxdb=http://k6:pa55word@store.test/k6'],
      TARGET,
      /k6’s flags hold a secret; use a K6_ variable/,
    ],
    [
      ['ramp', ...FOUR],
      { ...TARGET, K6_OUT: 'influxdb=http://k6:pa55word@store.test/k6' },
      /hold a secret/,
    ],
    [
      [join(folder, 'with-key.json'), ...FOUR],
      { ...TARGET, NUC_ACCESS_KEY: 'pa55word' },
      /PROFILE: .*with-key\.json: holds a secret/,
    ],
    [['ramp', ...FOUR], {}, /NUC_BASE_URL: expected the address that the pods reach, got none/],
    [['rump', ...FOUR], TARGET, /PROFILE: expected one of default, smoke/],
    [['ramp', ...FOUR], { ...TARGET, RAMP_INTERVAL: 'soon' }, /RAMP_INTERVAL: expected .*soon/],
    [['ramp', ...FOUR], { ...TARGET, RAMP_INTERVALL: '9s' }, /did you mean RAMP_INTERVAL\?/],
    [['smoke', ...FOUR], TARGET, /at most the 1 sessions of this load, got 4/],
    [
      ['ramp', ...FOUR],
      { NUC_BASE_URL: 'https://user:pa55word@chat.test' },
      /NUC_BASE_URL: holds a secret/,
    ],
    [[join(folder, 'none.json'), ...FOUR], TARGET, /PROFILE: .*none\.json: ENOENT/],
    [['ramp', ...FOUR, '--out', join(folder, 'a-file')], TARGET, /--out: .*a-file: EEXIST/],
  ] as const) {
    const { code, out, err } = await deploy(args, settings);
    assert.match(err.split('\n').at(-1) ?? '', expected);
    assert.equal(out, '');
    assert.ok([1, 2, 107].includes(code), `${args.join(' ')}: ${code}`);
    assert.doesNotMatch(err, /pa55word/);
  }
});

test('no secret is written: its name is, and how to make it', async () => {
  const secrets = {
    NUC_ACCESS_KEY: 's3cret-access',
    NUC_SECRET_KEY: 's3cret-secret',
    NUC_USER_EMAIL: 'somebody@example.test',
    NUC_ENVELOPE_SEPARATOR: 'of-one-deployment',
    K6_INFLUXDB_PASSWORD: 's3cret-store',
    K6_PROMETHEUS_RW_HTTP_HEADERS: 'Authorization:Bearer s3cret-token',
    K6_OTEL_HEADERS: 'authorization=s3cret-other',
  };
  const settings = { ...TARGET, ...secrets, K6_INFLUXDB_USERNAME: 'k6', NUC_SEED: '7' };
  const { code, out, err, manifests } = await deploy(
    ['ramp', ...FOUR, '--namespace', 'load', '--secret', 'keys'],
    settings,
  );
  assert.equal(code, 0, err);
  for (const value of Object.values(secrets)) assert.ok(!`${out}${err}`.includes(value), value);
  assert.match(err, / +Secret +keys: /);
  for (const name of Object.keys(secrets)) assert.ok(err.includes(name), name);
  assert.match(err, /^ {2}kubectl -n load create secret generic keys --from-env-file=FILE$/m);
  const { data } = ofKind(manifests, 'ConfigMap');
  assert.deepEqual([data.NUC_SEED, data.K6_INFLUXDB_USERNAME, data.PROFILE], ['7', 'k6', 'ramp']);
  const { runner, initializer } = ofKind(manifests, 'TestRun').spec;
  assert.deepEqual(runner.envFrom[1], { secretRef: { name: 'keys' } });
  assert.equal(initializer.envFrom, undefined);
  assert.ok(manifests.every(({ metadata }) => metadata.namespace === 'load'));
});

test('a climb by several pods: how to have one limit of all is said', async () => {
  const said = /^deploy: each pod would end where its own part breaks; with NUC_ABORT_ON_FAIL=0 /m;
  const alone = await deploy(['breakpoint', ...FOUR], TARGET);
  assert.match(alone.err, said);
  const settings = { ...TARGET, NUC_ABORT_ON_FAIL: '0' };
  const together = await deploy(['breakpoint', ...FOUR], settings);
  assert.doesNotMatch(together.err, said);
  assert.equal(ofKind(together.manifests, 'ConfigMap').data.NUC_ABORT_ON_FAIL, '0');
  assert.doesNotMatch((await deploy(['ramp', ...FOUR], TARGET)).err, said);
});

test('a short key may be part of a word, and is none of the settings', async () => {
  const keys = { NUC_ACCESS_KEY: 'test', NUC_SECRET_KEY: 'chat' };
  const { code, err } = await deploy(['ramp', ...FOUR], { ...TARGET, ...keys });
  assert.equal(code, 0, err);
  const wrong = await deploy(['ramp', ...FOUR], { ...TARGET, ...keys, NUC_COURSE: 'test' });
  assert.match(wrong.err, /NUC_COURSE: holds a secret/);
});

test('pods are sized by their share of the sessions; flags have the last word', async () => {
  const sized = async (...args: string[]) => {
    const settings = { ...TARGET, NUM_SESSIONS: '2000' };
    const { manifests, err } = await deploy(['default', '--image', 'i', ...args], settings);
    const { resources } = ofKind(manifests, 'TestRun').spec.runner;
    const { GOMEMLIMIT } = ofKind(manifests, 'ConfigMap').data;
    assert.equal(resources.requests.memory, resources.limits.memory);
    const number = (text: string) => Number.parseFloat(text);
    return {
      cpu: number(resources.requests.cpu),
      memory: number(resources.limits.memory),
      goMemory: number(GOMEMLIMIT),
      err,
    };
  };
  const two = await sized('--parallelism', '2');
  const eight = await sized('--parallelism', '8');
  const native = await sized('--parallelism', '2', '--engine', 'native');
  assert.match(two.err, /2000 at the most, 1000 in a pod/);
  assert.ok(eight.cpu * 3 < two.cpu && eight.memory * 2 < two.memory);
  // By what was measured (runner/sizing.ts): a sixth of the CPU, and half of the memory.
  assert.ok(native.cpu * 3 < two.cpu && native.memory * 1.5 < two.memory);
  for (const { memory, goMemory } of [two, eight, native]) {
    assert.equal(goMemory, Math.floor(memory * 0.75));
  }
  const chosen = await sized('--parallelism', '2', '--cpu', '1.5', '--memory', '2Gi');
  assert.deepEqual([chosen.cpu, chosen.memory, chosen.goMemory], [1500, 2048, 1536]);
});

test('a profile and questions of one’s own go along; users come from a Secret', async (t) => {
  const folder = await scratchFolder(t);
  const load = { scenarios: { chat: { executor: 'constant-vus', vus: 8, duration: '1m' } } };
  const questions = { MED1060: ['What is a "differential" for $5?'] };
  await mkdir(join(folder, 'other'));
  const paths = {
    profile: join(folder, 'my load.json'),
    questions: join(folder, 'other', 'q.json'),
  };
  await writeFile(paths.profile, JSON.stringify(load));
  await writeFile(paths.questions, JSON.stringify(questions));
  await writeFile(join(folder, 'users.csv'), 'user_name\nSomebody\n');
  const settings = {
    ...TARGET,
    COURSES: 'MED1060',
    NUC_QUESTIONS_FILE: paths.questions,
    NUC_USERS_FILE: join(folder, 'users.csv'),
  };
  const { code, out, err, manifests } = await deploy([paths.profile, ...FOUR], settings);
  assert.equal(code, 0, err);
  const [inForce, files] = manifests;
  assert.equal(inForce.data.PROFILE, '/nuc/files/my_load.json');
  assert.deepEqual(JSON.parse(files.data['my_load.json']), load);
  assert.deepEqual(JSON.parse(files.data['q.json']), questions);
  assert.equal(inForce.data.NUC_USERS_FILE, '/nuc/users/users.csv');
  assert.doesNotMatch(out, /Somebody/);
  assert.match(
    err,
    /create secret generic nuc-credentials-users --from-file=users\.csv=\S+users\.csv/,
  );
  const { spec } = ofKind(manifests, 'TestRun');
  assert.match(spec.arguments, / --tag profile=my_load /);
  for (const pod of [spec.runner, spec.initializer]) {
    const places = pod.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    assert.deepEqual(places.slice(0, 2), ['/nuc/files', '/nuc/users']);
  }
});

test('what Kubernetes takes as a name comes of any profile’s', async (t) => {
  const folder = await scratchFolder(t);
  const load = { scenarios: { chat: { executor: 'constant-vus', vus: 8, duration: '1m' } } };
  for (const name of ['500 users', 'long'.repeat(40), 'Überlast', '--']) {
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(load));
    const { code, err, manifests } = await deploy([file, ...FOUR], TARGET);
    assert.equal(code, 0, err);
    for (const { metadata } of manifests) {
      // Of a Service, which the operator makes: RFC 1035.
      assert.match(metadata.name, /^[a-z][a-z0-9-]{0,62}$/);
      for (const label of Object.values(metadata.labels)) {
        assert.match(String(label), /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/);
      }
    }
  }
});

test('outputs of the environment are flags, and a part of a load is none of the pods’', async () => {
  const env = { K6_OUT: 'influxdb=http://store.test/k6,cloud', NUC_INSTANCE: '7' };
  const part = { K6_EXECUTION_SEGMENT: '0:1/2', K6_EXECUTION_SEGMENT_SEQUENCE: '0,1/2,1' };
  const settings = { ...TARGET, NUM_SESSIONS: '8', ...env, ...part };
  const { code, err, manifests } = await deploy(['default', ...FOUR], settings);
  assert.equal(code, 0, err);
  assert.match(err, / 8 at the most, 2 in a pod/);
  const { spec } = ofKind(manifests, 'TestRun');
  assert.match(spec.arguments, / -o influxdb=http:\/\/store\.test\/k6 -o cloud$/);
  const { data } = ofKind(manifests, 'ConfigMap');
  const names = [...Object.keys(data), ...spec.initializer.env.map((one: Read) => one.name)];
  for (const name of [...Object.keys(env), ...Object.keys(part)]) assert.ok(!names.includes(name));
  assert.doesNotMatch(err, /NUC_INSTANCE/);
});

test('a folder of manifests is what kubectl kustomize takes', async (t) => {
  const folder = join(await scratchFolder(t), 'manifests');
  const args = ['ramp', ...FOUR, '--name', 'evening', '--separate', '--cleanup', '--out', folder];
  const { code, out, err } = await deploy(args, TARGET);
  assert.equal(code, 0, err);
  assert.equal(out, '');
  const names = [
    'kustomization.yaml',
    'merge.yaml',
    'results.yaml',
    'settings.yaml',
    'testrun.yaml',
  ];
  assert.deepEqual((await readdir(folder)).sort(), names);
  const { spec } = parse(await readFile(join(folder, 'testrun.yaml'), 'utf8'));
  assert.deepEqual([spec.separate, spec.cleanup], [true, 'post']);
  const built = await promisify(execFile)('kubectl', ['kustomize', folder]).catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (built === null) t.diagnostic('kubectl is not here: kustomize was not run');
  else assert.equal(built.stdout.match(/^kind: /gm)?.length, names.length - 1);
});

test('docs/scale-out.md has the sizing table that pods are sized by', async () => {
  const page = await readFile(join(ROOT, 'docs', 'scale-out.md'), 'utf8');
  for (const engine of ENGINES) {
    const { perCpu, perGib } = sessionsFor(engine);
    assert.ok(
      page.includes(`| \`${engine}\` | ${perCpu} | ${perGib} |\n`),
      `${engine}: ${perCpu}, ${perGib}`,
    );
    // What the table says is what a pod gets: a CPU and a GiB, up to the rounding.
    assert.ok(Math.abs(resourcesFor(perCpu, engine).millicores - 1000) <= 50);
    assert.ok(Math.abs(resourcesFor(perGib, engine).memoryBytes - 2 ** 30) <= 2 ** 26);
  }
});
